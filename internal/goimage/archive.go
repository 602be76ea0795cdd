package goimage

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// write writes the image as "docker save" does, which is what "docker load" reads.
func (i *image) write(w io.Writer, tag string) error {
	archive := tar.NewWriter(w)
	config := string(i.manifest.Config.Digest)
	if err := writeFile(archive, config, bytes.NewReader(i.config), int64(len(i.config))); err != nil {
		return err
	}
	var names []string
	written := map[string]bool{}
	for _, l := range i.layers {
		// "tar" takes a name with a colon for another machine's tape.
		name := l.Digest.Hex() + extension(l.MediaType)
		names = append(names, name)
		if written[name] {
			continue
		}
		written[name] = true
		if err := l.write(archive, name); err != nil {
			return err
		}
	}
	manifest, err := json.Marshal([]struct {
		Config   string
		RepoTags []string
		Layers   []string
	}{{config, []string{tag}, names}})
	if err != nil {
		return err
	}
	return errors.Join(writeFile(archive, "manifest.json", bytes.NewReader(manifest), int64(len(manifest))), archive.Close())
}

// write writes a layer, and fails if its content is not what its digest says.
func (l layer) write(archive *tar.Writer, name string) error {
	content, err := l.open()
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	if err := writeFile(archive, name, io.TeeReader(content, sum), l.Size); err != nil {
		return fmt.Errorf("layer %s: %w", l.Digest, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); strings.HasPrefix(string(l.Digest), "sha256:") && got != l.Digest.Hex() {
		return fmt.Errorf("layer %s: its content has the digest sha256:%s", l.Digest, got)
	}
	return nil
}

func writeFile(archive *tar.Writer, name string, content io.Reader, size int64) error {
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size}); err != nil {
		return err
	}
	_, err := io.Copy(archive, content)
	return err
}

// extension says how a layer is compressed.
func extension(mediaType string) string {
	switch {
	case strings.HasSuffix(mediaType, "+zstd"):
		return ".tar.zst"
	case strings.HasSuffix(mediaType, ".tar"):
		return ".tar"
	}
	return ".tar.gz"
}
