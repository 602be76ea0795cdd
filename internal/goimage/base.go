package goimage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/oci"
)

// baseImage is what an image begins with.
type baseImage struct {
	manifest oci.Manifest
	config   oci.Config
	layers   []layer
}

// base returns the image of the architecture in the layout, or an empty one.
func (s Spec) base() (baseImage, error) {
	if s.Base == "" {
		return baseImage{
			manifest: oci.Manifest{
				SchemaVersion: 2, MediaType: oci.DockerManifestType, Config: oci.Descriptor{MediaType: oci.DockerConfigType},
			},
			config: oci.Config{RootFS: oci.RootFS{Type: "layers"}},
		}, nil
	}
	if _, err := os.Stat(filepath.Join(s.Base, "index.json")); err != nil {
		return baseImage{}, fmt.Errorf("base %s is not an OCI image layout: %w", s.Base, err)
	}
	f := folder(s.Base)
	var index oci.Index
	if err := f.document("index.json", &index); err != nil {
		return baseImage{}, err
	}
	found, platforms, err := f.images(index, s.GOARCH)
	if err != nil {
		return baseImage{}, fmt.Errorf("base %s: %w", s.Base, err)
	}
	if len(found) != 1 {
		return baseImage{}, fmt.Errorf("base %s has %d images for linux/%s among %s; give a layout with exactly one",
			s.Base, len(found), s.GOARCH, strings.Join(platforms, ", "))
	}
	return found[0], nil
}

// folder is that of an OCI image layout.
type folder string

// images returns those of an index for linux and an architecture, and the platforms
// of all. It reads the platform from the image itself, because an index may leave
// it out.
func (f folder) images(index oci.Index, goarch string) (found []baseImage, platforms []string, err error) {
	for _, d := range index.Manifests {
		if d.IsIndex() {
			var nested oci.Index
			if err := f.content(d, &nested); err != nil {
				return nil, nil, err
			}
			more, names, err := f.images(nested, goarch)
			if err != nil {
				return nil, nil, err
			}
			found, platforms = append(found, more...), append(platforms, names...)
			continue
		}
		var b baseImage
		if err := f.content(d, &b.manifest); err != nil {
			return nil, nil, err
		}
		if err := f.content(b.manifest.Config, &b.config); err != nil {
			return nil, nil, err
		}
		platforms = append(platforms, b.config.OS+"/"+b.config.Architecture)
		if b.config.OS != "linux" || b.config.Architecture != goarch {
			continue
		}
		for _, d := range b.manifest.Layers {
			b.layers = append(b.layers, layer{d, func() (io.ReadCloser, error) { return os.Open(f.file(d.Digest.File())) }})
		}
		found = append(found, b)
	}
	return found, platforms, nil
}

func (f folder) file(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

// content reads a document by its digest.
func (f folder) content(d oci.Descriptor, into any) error {
	text, err := os.ReadFile(f.file(d.Digest.File()))
	if err != nil {
		return err
	}
	if got := oci.SHA256(sha256.Sum256(text)); got != d.Digest {
		return fmt.Errorf("%s holds %s", d.Digest.File(), got)
	}
	return json.Unmarshal(text, into)
}

func (f folder) document(name string, into any) error {
	text, err := os.ReadFile(f.file(name))
	if err != nil {
		return err
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(into); err != nil {
		return fmt.Errorf("base %s: %s: %w", string(f), name, err)
	}
	return nil
}
