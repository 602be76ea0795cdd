package look

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"

	"github.com/dualarch/dualarch/internal/oci"
)

// blob reads an image's configuration or one of its layers, and goes on where a connection was lost.
type blob struct {
	image *registry
	oci.Descriptor
	body io.ReadCloser
	at   int64
	sum  hash.Hash
}

// rest is how much of a layer may stand behind its last file, and is read to compare its hash.
const rest = 1 << 20

func (b *blob) Read(p []byte) (n int, err error) {
	if b.image.err != nil {
		return 0, b.image.err
	}
	if b.at == b.Size {
		return 0, b.end()
	}
	err = persist(b.image.look.ctx, func() (progress bool, err error) {
		if b.body == nil {
			if err := b.connect(); err != nil {
				return false, err
			}
		}
		n, err = b.body.Read(p[:min(int64(len(p)), b.Size-b.at)])
		b.at += int64(n)
		b.image.look.read += int64(n)
		b.sum.Write(p[:n])
		switch {
		case n > 0 || err == nil:
			return true, nil
		case errors.Is(err, io.EOF):
			err = &failure{text: fmt.Sprintf("the body ended %d bytes before its end", b.Size-b.at), passes: true}
		}
		_ = b.body.Close()
		b.body = nil
		return false, err
	})
	if err != nil {
		err = b.fail(err)
	}
	return n, err
}

// connect asks for what has not arrived yet.
func (b *blob) connect() error {
	header := http.Header{}
	if b.at > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", b.at))
	}
	response, err := b.image.ask("/blobs/"+string(b.Digest), header)
	if err != nil {
		return err
	}
	b.body = response.Body
	switch {
	case b.at > 0 && response.StatusCode == http.StatusOK: // from its beginning
		_, err = io.CopyN(io.Discard, b.body, b.at)
		b.image.look.read += b.at
	case b.at == 0 && response.ContentLength >= 0 && response.ContentLength != b.Size:
		err = fmt.Errorf("the registry sends %d bytes, and the manifest says %d", response.ContentLength, b.Size)
	}
	if err != nil {
		_ = b.body.Close()
		b.body = nil
	}
	return err
}

// end compares the hash of what has arrived.
func (b *blob) end() error {
	if got := hex.EncodeToString(b.sum.Sum(nil)); got != b.Digest.Hex() {
		return b.fail(errors.New("what the registry sends has another hash"))
	}
	return io.EOF
}

func (b *blob) fail(err error) error {
	b.image.err = fmt.Errorf("%s: %w", b.Digest, err)
	return b.image.err
}

// Close reads what stands behind the last file, if that is little, so that a layer's hash is compared.
func (b *blob) Close() error {
	if b.body == nil || b.image.err != nil {
		return b.close()
	}
	if b.Size-b.at <= rest {
		_, _ = io.Copy(io.Discard, b) // what is wrong with it is noted
	}
	return b.close()
}

func (b *blob) close() error {
	if b.body == nil {
		return nil
	}
	return b.body.Close()
}
