package lambdasim

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"
)

// Archive is a deployment package: it is read at random, so that it need not be in memory as a whole. A *bytes.Reader is
// one.
type Archive interface {
	io.ReaderAt
	Size() int64
}

// code is what the simulator has of packages, layers and images, beside its functions.
type code struct {
	layers    map[string]storedArchive // by ARN
	blobs     map[string]Archive       // of registries, by digest
	manifests map[string]manifest      // by repository and reference: "shop@sha256:…", "shop:latest"
}

// storedArchive is a zip that Lambda has taken.
type storedArchive struct {
	archive Archive
	sum     string
}

type manifest struct {
	kind string
	body []byte
}

// Hosts of what is not an API.
const (
	codeHost = "code.lambdasim.invalid"
	blobHost = "blobs.lambdasim.invalid"
)

// URLs are valid for ten minutes, as those of GetFunction, and a registry's login for twelve hours.
const (
	urlTime   = 10 * time.Minute
	loginTime = 12 * time.Hour
)

// sumOf returns the CodeSha256 of a package: its hash if it is in memory, else that of a text that stands for it.
func sumOf(archive Archive, text string) string {
	content, inMemory := archive.(*bytes.Reader)
	if !inMemory {
		return codeSHA256(text)
	}
	sum := sha256.New()
	_, _ = io.Copy(sum, io.NewSectionReader(content, 0, content.Size()))
	return base64.StdEncoding.EncodeToString(sum.Sum(nil))
}

// AddLayer adds a layer version of any account and returns its ARN. code stands for its content if that is not in memory:
// another text is another CodeSha256.
func (s *Simulator) AddLayer(account, name string, version int, content Archive, code string) (arn string) {
	arn = fmt.Sprintf("arn:aws:lambda:%s:%s:layer:%s:%d", s.options.Region, account, name, version)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code.layers[arn] = storedArchive{content, sumOf(content, code)}
	return arn
}

// RegistryHost returns the name of an account's registry.
func (s *Simulator) RegistryHost(account string) string {
	return fmt.Sprintf("%s.dkr.ecr.%s.amazonaws.com", account, s.options.Region)
}

// PushBlob adds an image's configuration or layer to all registries, and returns its digest.
func (s *Simulator) PushBlob(content []byte) (digest string) {
	digest = digestOf(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code.blobs[digest] = bytes.NewReader(content)
	return digest
}

// PushManifest adds a manifest or an index to a repository, with a tag if that is not "", and returns its digest. The
// account owns the registry.
func (s *Simulator) PushManifest(account, repository, tag, mediaType string, content []byte) (digest string) {
	digest = digestOf(content)
	at := s.RegistryHost(account) + "/" + repository
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code.manifests[at+"@"+digest] = manifest{mediaType, content}
	if tag != "" {
		s.code.manifests[at+":"+tag] = manifest{mediaType, content}
	}
	return digest
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// presign returns a URL of one of the code hosts.
func (s *Simulator) presign(host, path string) string {
	until := time.Now().Add(urlTime).UnixMilli()
	return (&url.URL{Scheme: "https", Host: host, Path: path, RawQuery: url.Values{
		"X-Amz-Expires": {strconv.FormatInt(until, 10)}, "X-Amz-Security-Token": {"token-of-" + s.options.Account},
		"X-Amz-Signature": {signature(path, until)},
	}.Encode()}).String()
}

func signature(path string, until int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "secret %s %d", path, until))
	return hex.EncodeToString(sum[:])
}
