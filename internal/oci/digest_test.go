package oci

import (
	"crypto/sha256"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDigest(t *testing.T) {
	digest := SHA256(sha256.Sum256(nil))
	require.Equal(t, Digest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), digest)
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digest.Hex())
	require.Equal(t, "blobs/sha256/"+digest.Hex(), digest.File())
	var read Descriptor
	require.NoError(t, json.Unmarshal([]byte(`{"digest":"`+string(digest)+`","mediaType":"`+IndexType+`"}`), &read))
	require.Equal(t, digest, read.Digest)
	require.True(t, read.IsIndex())
	// A digest becomes a file's name.
	for _, text := range []string{`""`, `"sha256:../../../etc/passwd"`, `"sha256:e3b0"`, `"md5:d41d8cd98f00b204e9800998ecf8427e"`, `7`} {
		require.Error(t, json.Unmarshal([]byte(`{"digest":`+text+`}`), &read), text)
	}
}
