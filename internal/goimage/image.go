package goimage

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/cachedir"
	"github.com/dualarch/dualarch/internal/oci"
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

// image is an image that is not written yet.
type image struct {
	config   []byte
	manifest oci.Manifest
	digest   oci.Digest // of the manifest
	layers   []layer
}

// layer is a layer's compressed content.
type layer struct {
	oci.Descriptor
	open func() (io.ReadCloser, error)
}

// newImage returns the image; it writes nothing.
func newImage(ctx context.Context, s Spec) (*image, error) {
	if err := s.checkBinary(ctx); err != nil {
		return nil, err
	}
	b, err := s.base()
	if err != nil {
		return nil, err
	}
	own, diffID, err := s.layer()
	if err != nil {
		return nil, err
	}
	config := b.config
	config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, diffID)
	config.History = append(config.History, oci.History{CreatedBy: "dualarch", Comment: entryPoint})
	config.Architecture, config.OS = s.GOARCH, "linux"
	config.Created = time.Time{}
	config.Config.Entrypoint = []string{entryPoint}
	config.Config.Cmd = nil
	config.Config.WorkingDir = "/var/task"
	if config.Config.Labels == nil && len(s.Labels) > 0 {
		config.Config.Labels = map[string]string{}
	}
	maps.Copy(config.Config.Labels, s.Labels)

	i := &image{manifest: b.manifest, layers: append(b.layers, own)}
	if i.config, err = json.Marshal(config); err != nil {
		return nil, err
	}
	i.manifest.Layers = append(i.manifest.Layers, own.Descriptor)
	i.manifest.Config.Digest, i.manifest.Config.Size = oci.SHA256(sha256.Sum256(i.config)), int64(len(i.config))
	if i.manifest.Config.Data != nil {
		i.manifest.Config.Data = i.config
	}
	manifest, err := json.Marshal(i.manifest)
	if err != nil {
		return nil, err
	}
	i.digest = oci.SHA256(sha256.Sum256(manifest))
	return i, nil
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

// layer returns a layer with the binary and the folders above it, without times,
// owners or anything else that depends on this machine, and the digest of its tar.
func (s Spec) layer() (layer, oci.Digest, error) {
	binary, err := os.ReadFile(s.Binary)
	if err != nil {
		return layer{}, "", err
	}
	var content bytes.Buffer
	archive := tar.NewWriter(&content)
	for _, header := range []*tar.Header{
		{Name: "var/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "var/task/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: entryPoint[1:], Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(binary))},
	} {
		if err := archive.WriteHeader(header); err != nil {
			return layer{}, "", err
		}
	}
	if _, err := archive.Write(binary); err != nil {
		return layer{}, "", err
	}
	if err := archive.Close(); err != nil {
		return layer{}, "", err
	}
	var compressed bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&compressed, gzip.BestSpeed)
	if err != nil {
		return layer{}, "", err
	}
	if _, err := zipped.Write(content.Bytes()); err != nil {
		return layer{}, "", err
	}
	if err := zipped.Close(); err != nil {
		return layer{}, "", err
	}
	return layer{
		Descriptor: oci.Descriptor{
			MediaType: oci.DockerLayerType, Size: int64(compressed.Len()), Digest: oci.SHA256(sha256.Sum256(compressed.Bytes())),
		},
		open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(compressed.Bytes())), nil },
	}, oci.SHA256(sha256.Sum256(content.Bytes())), nil
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
	image, err := newImage(ctx, s)
	if err != nil {
		return Output{}, err
	}
	digest := image.digest.Hex()
	out := Output{File: filepath.Join(dir, digest+".tar"), Digest: digest}
	if err := Folder.Make(dir); err != nil {
		return Output{}, err
	}
	tag := "dualarch:" + s.GOARCH + "-" + digest
	return out, keep(out.File, func(w io.Writer) error { return image.write(w, tag) })
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
