package oci

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Digest names content by its hash: "sha256:" and 64 hexadecimal digits.
type Digest string

var wellFormed = regexp.MustCompile(`^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)

// SHA256 returns the digest of content whose SHA-256 is given.
func SHA256(sum [sha256.Size]byte) Digest { return Digest("sha256:" + hex.EncodeToString(sum[:])) }

// UnmarshalJSON refuses what is no digest: it becomes part of a file's name.
func (d *Digest) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if !wellFormed.MatchString(s) {
		return fmt.Errorf("%q is no digest", s)
	}
	*d = Digest(s)
	return nil
}

// Hex returns the digest without the name of its algorithm.
func (d Digest) Hex() string {
	_, digits, _ := strings.Cut(string(d), ":")
	return digits
}

// File returns where an image layout has the content: "blobs/sha256/…".
func (d Digest) File() string {
	algorithm, digits, _ := strings.Cut(string(d), ":")
	return path.Join("blobs", algorithm, digits)
}
