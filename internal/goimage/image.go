package goimage

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/cachedir"
)

// Spec is what is in an image.
type Spec struct {
	// Binary is the file that becomes /var/task/bootstrap: static, for Linux.
	Binary string
	// GOARCH is "amd64" or "arm64".
	GOARCH string
	// Base is the folder of an OCI image layout with an image of the architecture;
	// "" is an empty base.
	Base string
	// Labels are the image's labels.
	Labels map[string]string
}

const entryPoint = "/var/task/bootstrap"

// Image returns the image; it writes nothing.
func Image(ctx context.Context, s Spec) (v1.Image, error) {
	if err := s.checkBinary(ctx); err != nil {
		return nil, err
	}
	base, err := s.base()
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(s.layer, tarball.WithCompressedCaching)
	if err != nil {
		return nil, err
	}
	image, err := mutate.Append(base, mutate.Addendum{
		Layer:   layer,
		History: v1.History{CreatedBy: "dualarch", Comment: entryPoint},
	})
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.Architecture, config.OS = s.GOARCH, "linux"
	config.Created = v1.Time{}
	config.Config.Entrypoint = []string{entryPoint}
	config.Config.Cmd = nil
	config.Config.WorkingDir = "/var/task"
	if config.Config.Labels == nil && len(s.Labels) > 0 {
		config.Config.Labels = map[string]string{}
	}
	maps.Copy(config.Config.Labels, s.Labels)
	return mutate.ConfigFile(image, config)
}

// checkBinary checks what the binary is built for.
func (s Spec) checkBinary(ctx context.Context) error {
	arch := binarch.X8664
	if s.GOARCH == "arm64" {
		arch = binarch.Arm64
	}
	report, err := binarch.Check(ctx, s.Binary, []binarch.Target{{Architecture: arch}}, binarch.Options{})
	if err != nil {
		return err
	}
	if report.Native == 0 {
		return fmt.Errorf("%s is not a binary", s.Binary)
	}
	for _, finding := range report.Findings {
		if finding.Severity == binarch.Error {
			return errors.New(finding.String())
		}
	}
	return nil
}

// base returns the image of the architecture in the layout, or an empty one.
func (s Spec) base() (v1.Image, error) {
	if s.Base == "" {
		return empty.Image, nil
	}
	path, err := layout.FromPath(s.Base)
	if err != nil {
		return nil, fmt.Errorf("base %s is not an OCI image layout: %w", s.Base, err)
	}
	index, err := path.ImageIndex()
	if err != nil {
		return nil, err
	}
	found, platforms, err := images(index, s.GOARCH)
	if err != nil {
		return nil, fmt.Errorf("base %s: %w", s.Base, err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("base %s has %d images for linux/%s among %s; give a layout with exactly one",
			s.Base, len(found), s.GOARCH, strings.Join(platforms, ", "))
	}
	return found[0], nil
}

// images returns those of an index for linux and an architecture, and the platforms
// of all. It reads the platform from the image itself, because an index may leave
// it out.
func images(index v1.ImageIndex, goarch string) (found []v1.Image, platforms []string, err error) {
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, nil, err
	}
	for _, d := range manifest.Manifests {
		if d.MediaType.IsIndex() {
			nested, err := index.ImageIndex(d.Digest)
			if err != nil {
				return nil, nil, err
			}
			more, names, err := images(nested, goarch)
			if err != nil {
				return nil, nil, err
			}
			found, platforms = append(found, more...), append(platforms, names...)
			continue
		}
		image, err := index.Image(d.Digest)
		if err != nil {
			return nil, nil, err
		}
		config, err := image.ConfigFile()
		if err != nil {
			return nil, nil, err
		}
		platforms = append(platforms, config.OS+"/"+config.Architecture)
		if config.OS == "linux" && config.Architecture == goarch {
			found = append(found, image)
		}
	}
	return found, platforms, nil
}

// layer returns a tar with the binary and the folders above it, without times,
// owners or anything else that depends on this machine.
func (s Spec) layer() (io.ReadCloser, error) {
	binary, err := os.ReadFile(s.Binary)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	archive := tar.NewWriter(&content)
	for _, header := range []*tar.Header{
		{Name: "var/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "var/task/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: entryPoint[1:], Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(binary))},
	} {
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
	}
	if _, err := archive.Write(binary); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return io.NopCloser(&content), nil
}

// Output is an image in a file that "docker load" reads.
type Output struct {
	File   string
	Digest string // of the image, SHA-256 in hexadecimal
}

// CacheDirEnv names the environment variable with the folder for images.
// Default: dualarch/images in the user's cache folder (os.UserCacheDir).
const CacheDirEnv = "DUALARCH_IMAGES_DIR"

// Folder is the one that images are written to.
var Folder = cachedir.Kind{Name: "images", Variable: CacheDirEnv, Holds: "images"}

// Write writes the image into a folder, as a file named by its digest. A file of that
// name stays as it is only if it has the image's bytes. The tag in it has the digest
// too, so that an older image in a Docker engine is never taken for it.
func Write(ctx context.Context, s Spec, dir string) (Output, error) {
	image, err := Image(ctx, s)
	if err != nil {
		return Output{}, err
	}
	digest, err := image.Digest()
	if err != nil {
		return Output{}, err
	}
	out := Output{File: filepath.Join(dir, digest.Hex+".tar"), Digest: digest.Hex}
	tag, err := name.NewTag("dualarch:" + s.GOARCH + "-" + digest.Hex)
	if err != nil {
		return Output{}, err
	}
	if err := Folder.Make(dir); err != nil {
		return Output{}, err
	}
	return out, keep(out.File, func(w io.Writer) error { return tarball.Write(tag, image, w) })
}

// keep writes a file unless it is there with the same bytes: CDK then knows its hash by
// its time.
func keep(file string, write func(io.Writer) error) error {
	wanted := sha256.New()
	// The file appears whole, by a rename, so that processes can share the folder.
	scratch, err := os.CreateTemp(filepath.Dir(file), "scratch-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(scratch.Name()) }()
	if err := errors.Join(write(io.MultiWriter(scratch, wanted)), scratch.Chmod(0o644), scratch.Close()); err != nil {
		return err
	}
	if there, err := hashFile(file); err == nil && bytes.Equal(there, wanted.Sum(nil)) {
		return nil
	}
	return os.Rename(scratch.Name(), file)
}

func hashFile(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return sum.Sum(nil), err
}
