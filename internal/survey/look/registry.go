package look

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/oci"
)

// maxManifest is the largest manifest: what registries take at most.
const maxManifest = 4 << 20

// manifestTypes are what is asked for.
const manifestTypes = "application/vnd.oci.image.manifest.v1+json, " + oci.DockerManifestType + ", " + oci.IndexType + ", " + oci.DockerIndexType

// image reads the image that a function runs.
func (l *look) image(c *types.FunctionConfiguration) (*binarch.Inventory, error) {
	found, err := l.getFunction(c)
	if now, redeployed := errors.AsType[*redeployedError](err); redeployed {
		*c = *now.as
		found, err = l.getFunction(c)
	}
	if err != nil {
		return nil, err
	}
	uri := aws.ToString(found.Code.ResolvedImageUri)
	if uri == "" {
		uri = aws.ToString(found.Code.ImageUri)
	}
	r, err := l.registry(uri)
	if err != nil {
		return nil, err
	}
	key := ""
	if r.digest != "" {
		key = "image " + string(r.digest)
	}
	return l.inventory(key, r.read)
}

// registry is an image in a registry, as an OCI layout.
type registry struct {
	fetcher
	look                        *look
	base                        string // URL of the repository
	host, repository, reference string
	digest                      oci.Digest // "" if the image was named by a tag
	login                       *login
	index                       []byte
	manifests                   map[string]manifest // by name in the layout
	blobs                       map[string]oci.Descriptor
	// err is what went wrong with a request.
	err error
}

// manifest is one of an image; its body is nil as long as it was not read.
type manifest struct {
	digest oci.Digest
	body   []byte
}

// registry takes an image's URI apart: HOST/REPOSITORY@DIGEST, or HOST/REPOSITORY:TAG.
func (l *look) registry(uri string) (*registry, error) {
	r := &registry{fetcher: l.fetcher(l.cfg), look: l, manifests: map[string]manifest{}, blobs: map[string]oci.Descriptor{}}
	var ok bool
	if r.host, r.repository, ok = strings.Cut(uri, "/"); !ok || r.host == "" || r.repository == "" {
		return nil, fmt.Errorf("%q is no image in a registry", uri)
	}
	if repository, digest, named := strings.Cut(r.repository, "@"); named {
		text, _ := json.Marshal(digest)
		if err := r.digest.UnmarshalJSON(text); err != nil {
			return nil, fmt.Errorf("image %s: %w", uri, err)
		}
		r.repository, r.reference = repository, digest
		if at := strings.LastIndex(r.repository, ":"); at > 0 { // a tag beside the digest
			r.repository = r.repository[:at]
		}
	} else if at := strings.LastIndex(r.repository, ":"); at > 0 {
		r.repository, r.reference = r.repository[:at], r.repository[at+1:]
	} else {
		r.reference = "latest"
	}
	return r, nil
}

// read finds what is in the image.
func (r *registry) read() (*binarch.Inventory, error) {
	if err := r.open(); err != nil {
		return nil, fmt.Errorf("image in %s/%s: %w", r.host, r.repository, err)
	}
	options := binarch.Options{Limits: r.look.options.Limits, Architecture: binarch.Arm64, Workers: 1}
	inventory, err := binarch.ScanImages(r.look.ctx, r.look.function.Name, r, options)
	if r.err != nil {
		return nil, fmt.Errorf("image in %s/%s: %w", r.host, r.repository, r.err)
	}
	return inventory, err
}

// open reads the manifest or the index and decides which image of it is looked at.
func (r *registry) open() error {
	var err error
	if r.login, err = r.look.login(nil); err != nil {
		return err
	}
	if !r.login.isFor(r.host) {
		return fmt.Errorf("the account's login is for %s, and is sent to no other registry", r.login.endpoint.Host)
	}
	scheme := "https"
	if r.host == r.login.endpoint.Host {
		scheme = r.login.endpoint.Scheme
	}
	r.base = scheme + "://" + r.host + "/v2/" + r.repository
	body, kind, err := r.getManifest(r.reference, r.digest)
	if err != nil {
		return err
	}
	top := oci.Descriptor{MediaType: kind, Size: int64(len(body)), Digest: oci.SHA256(sha256.Sum256(body))}
	if r.digest != "" {
		top.Digest = r.digest
	}
	chosen := []oci.Descriptor{top}
	if top.IsIndex() {
		var index oci.Index
		if err := json.Unmarshal(body, &index); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		chosen, body = forLambda(index.Manifests), nil
	}
	for _, d := range chosen {
		r.manifests[d.Digest.File()] = manifest{d.Digest, body}
	}
	r.index, err = json.Marshal(oci.Index{Manifests: chosen})
	return err
}

// forLambda returns the images of an index by which a function on arm64 is judged: those for arm64, or else those for
// x86_64. Images of which the index does not say what they are for are among them.
func forLambda(all []oci.Descriptor) []oci.Descriptor {
	for _, architecture := range []string{"arm64", "amd64"} {
		chosen := slices.DeleteFunc(slices.Clone(all), func(d oci.Descriptor) bool {
			return d.Platform != nil && (d.Platform.Architecture != architecture || d.Platform.OS != "linux")
		})
		if len(chosen) > 0 {
			return chosen
		}
	}
	return all
}

// getManifest reads a manifest or an index, and its media type.
func (r *registry) getManifest(reference string, digest oci.Digest) (body []byte, kind string, err error) {
	err = persist(r.look.ctx, func() (bool, error) {
		response, err := r.ask("/manifests/"+reference, http.Header{"Accept": {manifestTypes}})
		if err != nil {
			return false, err
		}
		defer response.Body.Close() //nolint:errcheck // it was only read
		body, err = io.ReadAll(io.LimitReader(response.Body, maxManifest+1))
		r.look.read += int64(len(body))
		if err != nil {
			return false, err
		}
		kind, _, _ = strings.Cut(response.Header.Get("Content-Type"), ";")
		return true, nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("manifest %s: %w", reference, err)
	}
	if len(body) > maxManifest {
		return nil, "", fmt.Errorf("manifest %s: it is larger than %d MiB", reference, maxManifest>>20)
	}
	if digest != "" {
		sum := hashOf(digest)
		sum.Write(body)
		if hex.EncodeToString(sum.Sum(nil)) != digest.Hex() {
			return nil, "", fmt.Errorf("manifest %s: what the registry sends has another hash", reference)
		}
	}
	var says struct{ MediaType string }
	if json.Unmarshal(body, &says) == nil && says.MediaType != "" {
		kind = says.MediaType
	}
	return body, kind, nil
}

func hashOf(d oci.Digest) hash.Hash {
	if strings.HasPrefix(string(d), "sha512:") {
		return sha512.New()
	}
	return sha256.New()
}

// ask asks the registry, with a new login if the first is not taken any more.
func (r *registry) ask(path string, header http.Header) (*http.Response, error) {
	header.Set("Authorization", r.login.authorization)
	response, err := r.get(r.look.ctx, r.base+path, header)
	f, is := errors.AsType[*failure](err)
	if !is || f.status != http.StatusUnauthorized {
		return response, err
	}
	if r.login, err = r.look.login(r.login); err != nil {
		return nil, err
	}
	header.Set("Authorization", r.login.authorization)
	return r.get(r.look.ctx, r.base+path, header)
}

// Open serves the image as an OCI layout.
func (r *registry) Open(name string) (io.ReadCloser, error) {
	if name == "index.json" {
		return io.NopCloser(bytes.NewReader(r.index)), nil
	}
	if r.err != nil {
		return nil, r.err
	}
	if m, is := r.manifests[name]; is {
		if m.body == nil {
			if m.body, _, r.err = r.getManifest(string(m.digest), m.digest); r.err != nil {
				return nil, r.err
			}
		}
		r.expect(m.body)
		return io.NopCloser(bytes.NewReader(m.body)), nil
	}
	d, known := r.blobs[name]
	if !known {
		return nil, fmt.Errorf("%s is in no manifest", name)
	}
	if strings.Contains(d.MediaType, "foreign") || strings.Contains(d.MediaType, "nondistributable") || len(d.URLs) > 0 {
		return nil, fmt.Errorf("layer %s: it is a foreign layer, which is not in the registry", d.Digest)
	}
	return &blob{image: r, Descriptor: d, sum: hashOf(d.Digest)}, nil
}

// expect notes what a manifest lists.
func (r *registry) expect(body []byte) {
	var manifest oci.Manifest
	if json.Unmarshal(body, &manifest) != nil {
		return // whoever reads it says what is wrong
	}
	for _, d := range append(manifest.Layers, manifest.Config) {
		r.blobs[d.Digest.File()] = d
	}
}
