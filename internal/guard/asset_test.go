package guard

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An image's tag or a key in somebody's bucket is not the beginning of a hash.
func TestStagedAsset(t *testing.T) {
	app := t.TempDir()
	stage := filepath.Join(app, StagePrefix+"Prod")
	require.NoError(t, os.Mkdir(stage, 0o755))
	for _, name := range []string{"asset.1aaa", "asset.2bbb.zip", "asset.3ccc.tar.gz", "asset.4[d]"} {
		require.NoError(t, os.Mkdir(filepath.Join(app, name), 0o755))
	}
	for hash, want := range map[string]string{
		"1aaa": "asset.1aaa", "2bbb": "asset.2bbb.zip", "3ccc": "asset.3ccc.tar.gz", "4[d]": "asset.4[d]",
		"1": "", "1aa": "", "2bbb.z": "", "*": "", "": "", "../1aaa": "", `..\1aaa`: "",
	} {
		if want != "" {
			want = filepath.Join(app, want)
		}
		require.Equal(t, want, StagedAsset(hash, app), hash)
		require.Equal(t, want, StagedAsset(hash, stage), hash)
	}
}

// CDK's synthesizers can put a prefix before keys and tags.
func TestAssetHash(t *testing.T) {
	hash := strings.Repeat("0123456789abcdef", 4)
	for code, want := range map[string]string{
		`{"S3Key": "` + hash + `.zip"}`:                             hash,
		`{"S3Key": "deploy-time/` + hash + `.zip"}`:                 hash,
		`{"S3Key": "` + hash + `"}`:                                 hash,
		`{"S3Key": "releases/1.0.zip"}`:                             "1",
		`{"S3Key": {"Ref": "Key"}}`:                                 "${Key}",
		`{"ImageUri": {"Fn::Sub": "1.dkr.ecr.x/a:` + hash + `"}}`:   hash,
		`{"ImageUri": {"Fn::Sub": "1.dkr.ecr.x/a:v1` + hash + `"}}`: hash,
		`{"ImageUri": "1.dkr.ecr.x/a:latest"}`:                      "latest",
		`{"ZipFile": "pass"}`:                                       "",
	} {
		var p Properties
		require.NoError(t, json.Unmarshal([]byte(code), &p.Code))
		require.Equal(t, want, p.AssetHash(), code)
	}
}
