package binarch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dualarch/dualarch/internal/oci"
)

const (
	maxImageJSON   = 4 << 20
	maxImages      = 100
	maxIndexDepth  = 4
	maxImageLayers = 512 // Docker stops at 127
)

// Blobs are the files of an OCI image layout by name: "index.json", "blobs/sha256/…".
type Blobs interface {
	// Open returns fs.ErrNotExist if there is no such file.
	Open(name string) (io.ReadCloser, error)
}

// image is one image of an archive: the names of its config and of its layers, the
// lowest first.
type image struct {
	name   string
	config string
	layers []string
}

// images looks at every image of an archive. Docker writes manifest.json, the OCI
// index.json, newer Dockers both: then the index knows more.
func (s *scan) images(archive Blobs) error {
	list, err := s.ociImages(archive)
	if err == nil && len(list) == 0 {
		list, err = s.dockerImages(archive)
	}
	if err != nil {
		return s.readOrNote(place{}, err)
	}
	if len(list) == 0 {
		s.found.problem("", "the image archive contains no image")
	}
	for _, im := range list {
		if err := s.image(archive, im); err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) ociImages(archive Blobs) ([]image, error) {
	var index oci.Index
	if err := readJSON(archive, "index.json", &index); err != nil {
		if isMissing(err) {
			return nil, nil
		}
		return nil, err
	}
	return s.fromIndex(archive, index, maxIndexDepth)
}

func (s *scan) fromIndex(archive Blobs, index oci.Index, depth int) (list []image, err error) {
	if depth == 0 {
		return nil, fmt.Errorf("image index: nested deeper than %d", maxIndexDepth)
	}
	for _, d := range index.Manifests {
		if p := d.Platform; p != nil && p.OS == "unknown" {
			continue // an attestation, no image
		}
		var found []image
		if d.IsIndex() {
			var nested oci.Index
			if err = readJSON(archive, d.Digest.File(), &nested); err == nil {
				found, err = s.fromIndex(archive, nested, depth-1)
			}
		} else {
			found, err = fromManifest(archive, d)
		}
		// "docker save" keeps the index of all platforms beside the blobs of one.
		if err != nil && !isMissing(err) {
			return nil, err
		}
		if list = append(list, found...); len(list) > maxImages {
			return nil, fmt.Errorf("image index: more than %d images", maxImages)
		}
	}
	return list, nil
}

func fromManifest(archive Blobs, d oci.Descriptor) ([]image, error) {
	var manifest oci.Manifest
	if err := readJSON(archive, d.Digest.File(), &manifest); err != nil {
		return nil, err
	}
	im := image{name: string(d.Digest), config: manifest.Config.Digest.File()}
	if tag := d.Annotations["org.opencontainers.image.ref.name"]; tag != "" {
		im.name = tag
	}
	for _, layer := range manifest.Layers {
		im.layers = append(im.layers, layer.Digest.File())
	}
	return []image{im}, nil
}

func (s *scan) dockerImages(archive Blobs) (list []image, err error) {
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := readJSON(archive, "manifest.json", &manifest); err != nil {
		return nil, err
	}
	if len(manifest) > maxImages {
		return nil, fmt.Errorf("image archive: more than %d images", maxImages)
	}
	for _, d := range manifest {
		im := image{name: d.Config, config: d.Config, layers: d.Layers}
		if len(d.RepoTags) > 0 {
			im.name = d.RepoTags[0]
		}
		list = append(list, im)
	}
	return list, nil
}

// image merges an image's layers from the top, so that a file that a higher layer
// replaced or removed is never looked at.
func (s *scan) image(archive Blobs, im image) error {
	platform := &ImagePlatform{Name: im.name}
	tree := s.found.tree(platform)
	here := place{tree: tree}
	var config oci.Config
	if err := readJSON(archive, im.config, &config); err != nil {
		return s.readOrNote(here, err)
	}
	platform.Architecture, platform.OS = fromGo(config.Architecture, config.OS)
	if s.only != "" && platform.Architecture != "" && platform.Architecture != s.only {
		return nil
	}
	if len(im.layers) > maxImageLayers {
		return s.readOrNote(here, fmt.Errorf("image %s: %d layers, at most %d are read", im.name, len(im.layers), maxImageLayers))
	}
	merged := newOverlay()
	for _, layer := range slices.Backward(im.layers) {
		if err := s.readOrNote(here, s.layer(archive, layer, tree, merged)); err != nil {
			return err
		}
	}
	return nil
}

// fromGo turns an image's platform, which has Go's names, into ours.
func fromGo(architecture, system string) (Architecture, OS) {
	names := map[string]Architecture{"amd64": X8664, "386": "i386"}
	a, ok := names[architecture]
	if !ok {
		a = Architecture(architecture)
	}
	systems := map[string]OS{"linux": Linux, "windows": Windows, "darwin": MacOS}
	return a, systems[system]
}

func readJSON(archive Blobs, name string, v any) error {
	r, err := archive.Open(name)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxImageJSON+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("image archive: %s: %w", name, err)
	}
	if len(b) > maxImageJSON {
		return fmt.Errorf("image archive: %s is larger than %d MiB", name, maxImageJSON>>20)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("image archive: %s: %w", name, err)
	}
	return nil
}
