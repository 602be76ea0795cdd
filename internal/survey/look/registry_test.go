package look

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/oci"
	"github.com/dualarch/dualarch/internal/survey"
)

func (w *world) addImage(name, uri string) {
	w.CreateFunction(lambdasim.Function{Name: name, Image: uri})
}

// What a Looker says of an image is what the guard says of it in a folder: higher layers hide files of lower ones.
func TestImages(t *testing.T) {
	lowest := map[string]string{"usr/bin/tool": x86(t), "opt/extensions/agent": x86(t), "var/task/old/a": x86(t), "replaced": x86(t)}
	higher := map[string]string{"usr/bin/.wh.tool": "", "var/task/old/.wh..wh..opq": "", "replaced": "text", "app": x86(t)}
	for _, test := range []struct {
		name      string
		image     v1.Image
		want      guard.Status
		obstacles []string
	}{
		{"for arm64", image(t, "arm64", compression.GZip, lowest, higher), guard.Blocked, []string{"code: wrong-architecture app", "code: wrong-architecture opt/extensions/agent"}},
		{"for x86_64", image(t, "amd64", compression.GZip, lowest, higher), guard.Rebuild, []string{"code: wrong-architecture sha256:"}},
		{"Zstandard", image(t, "arm64", compression.ZStd, lowest, higher), guard.Blocked, []string{"code: wrong-architecture app", "code: wrong-architecture opt/extensions/agent"}},
		{"not compressed", image(t, "arm64", compression.None, map[string]string{"app": x86(t)}), guard.Blocked, []string{"code: wrong-architecture app"}},
		{"without layers", image(t, "arm64", compression.GZip), guard.Ready, nil},
		{"for no architecture", image(t, "", compression.GZip, lowest, higher), guard.Blocked, []string{"code: wrong-architecture app", "code: wrong-architecture opt/extensions/agent"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			w.addImage("f", w.push(t, account, "shop/orders", test.image))
			left := emptyTemp(t)
			f, read, _ := w.look(t, "f", Options{})
			require.Empty(t, f.Problems)
			require.Equal(t, test.want, f.Readiness.Status)
			require.Len(t, f.Readiness.Obstacles, len(test.obstacles))
			for i, text := range texts(f) {
				require.True(t, strings.HasPrefix(text, test.obstacles[i]), text)
			}
			require.Positive(t, read)
			require.Empty(t, left())
			if test.name == "for x86_64" {
				require.Equal(t, 1, w.calls["GetBlob"], "the configuration alone: no layer changes the answer, and the registry's traffic costs money")
			}

			dir := t.TempDir()
			path, err := layout.Write(dir, empty.Index)
			require.NoError(t, err)
			require.NoError(t, path.AppendImage(test.image))
			judged := guard.Function{Target: binarch.Target{Architecture: binarch.X8664}, Packages: []guard.Package{{Name: guard.Code, Path: dir}}}
			entry := guard.Assess(judged, guard.Verdict{}, new(guard.Judge).Check(t.Context(), judged, binarch.Arm64), false)
			require.Equal(t, survey.Readiness{Status: entry.Status, Obstacles: entry.Obstacles, Unchecked: entry.Unchecked}, f.Readiness)
		})
	}
}

// An image of another account in the same region is read with the same login, and one login is enough for all.
func TestOneLoginForAllRegistries(t *testing.T) {
	w := newWorld()
	w.addImage("a", w.push(t, account, "a", image(t, "arm64", compression.GZip, map[string]string{"a": arm(t)})))
	w.addImage("b", w.push(t, other, "team/b", image(t, "arm64", compression.GZip, map[string]string{"b": arm(t)})))
	w.push(t, other, "c", image(t, "arm64", compression.GZip, map[string]string{"c": arm(t)}))
	w.addImage("c", w.RegistryHost(other)+"/c:latest")
	l := newLooker(t, Options{})
	for _, name := range []string{"a", "b", "c"} {
		f, _, _ := w.lookWith(t, l, name)
		require.Empty(t, f.Problems)
		require.Equal(t, guard.Ready, f.Readiness.Status)
	}
	require.Equal(t, 1, w.calls["GetAuthorizationToken"])
}

// Of an index only what decides about arm64 is read.
func TestIndexes(t *testing.T) {
	x86Image := image(t, "amd64", compression.GZip, map[string]string{"app": x86(t)})
	armImage := image(t, "arm64", compression.GZip, map[string]string{"app": arm(t)})
	for name, test := range map[string]struct {
		images []v1.Image
		want   guard.Status
		blobs  int
	}{"both": {[]v1.Image{x86Image, armImage}, guard.Ready, 2}, "one": {[]v1.Image{x86Image}, guard.Rebuild, 1}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			index := oci.Index{Manifests: []oci.Descriptor{{MediaType: "application/vnd.oci.image.manifest.v1+json", Digest: oci.Digest("sha256:" + fmt.Sprintf("%064d", 0)), Platform: &oci.Platform{Architecture: "unknown", OS: "unknown"}}}}
			for _, img := range test.images {
				w.push(t, account, "shop", img)
				config, err := img.ConfigFile()
				require.NoError(t, err)
				digest, err := img.Digest()
				require.NoError(t, err)
				size, err := img.Size()
				require.NoError(t, err)
				index.Manifests = append(index.Manifests, oci.Descriptor{
					MediaType: oci.DockerManifestType, Size: size, Digest: oci.Digest(digest.String()), Platform: &oci.Platform{Architecture: config.Architecture, OS: "linux"},
				})
			}
			text, err := json.Marshal(index)
			require.NoError(t, err)
			w.addImage("f", w.RegistryHost(account)+"/shop@"+w.PushManifest(account, "shop", "", oci.IndexType, text))
			f, _, _ := w.look(t, "f", Options{})
			require.Empty(t, f.Problems)
			require.Equal(t, test.want, f.Readiness.Status)
			require.Equal(t, test.blobs, w.calls["GetBlob"])
		})
	}
}

// What can go wrong with an image, and what the report says of it.
func TestWhatIsWrongWithAnImage(t *testing.T) {
	data := make([]byte, 3<<20)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	img := image(t, "arm64", compression.GZip, map[string]string{"data": string(data), "app": x86(t)})
	layers, err := img.Layers()
	require.NoError(t, err)
	layer, err := layers[0].Digest()
	require.NoError(t, err)
	manifest, err := img.Digest()
	require.NoError(t, err)
	ofLayer := func(fault lambdasim.Fault) func(lambdasim.Call) *lambdasim.Fault {
		return func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation != "DownloadBlob" || c.Resource != layer.String() {
				return nil
			}
			return &fault
		}
	}
	once := func(fault func(lambdasim.Call) *lambdasim.Fault) func(lambdasim.Call) *lambdasim.Fault {
		done := false
		return func(c lambdasim.Call) *lambdasim.Fault {
			if done {
				return nil
			}
			f := fault(c)
			done = f != nil
			return f
		}
	}
	const place = "image in 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop: "
	api := func(status int, code string) lambdasim.Fault {
		return lambdasim.Fault{Err: &lambdasim.APIError{Status: status, Code: code}}
	}
	for _, test := range []struct {
		name  string
		fault func(lambdasim.Call) *lambdasim.Fault
		why   string // "" if it is read in the end
	}{
		{"nothing", nil, ""},
		{"no login", always("GetAuthorizationToken", lambdasim.Fault{Err: lambdasim.AccessDenied("ecr:GetAuthorizationToken", "*")}),
			place + "ecr:GetAuthorizationToken: AccessDeniedException: User is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action"},
		{"denied", always("GetManifest", api(403, "DENIED")), place + "manifest " + manifest.String() + ": HTTP 403 (DENIED)"},
		{"deleted", always("GetManifest", api(404, "MANIFEST_UNKNOWN")), place + "manifest " + manifest.String() + ": HTTP 404 (MANIFEST_UNKNOWN)"},
		{"login not taken once", nth(1, "GetBlob", api(401, "UNAUTHORIZED")), ""},
		{"login not taken", always("GetBlob", api(401, "UNAUTHORIZED")), place + "sha256:%config: HTTP 401 (UNAUTHORIZED)"},
		{"a layer that is gone", ofLayer(api(404, "NoSuchKey")), place + layer.String() + ": HTTP 404 (NoSuchKey)"},
		{"cut once", once(ofLayer(lambdasim.Fault{Body: lambdasim.BodyFault{EndAfter: 1 << 20}})), ""},
		{"cut each time", ofLayer(lambdasim.Fault{Body: lambdasim.BodyFault{EndAfter: 1 << 20}}), ""},
		{"cut at once", ofLayer(lambdasim.Fault{Lost: true}), place + layer.String() + ": read tcp: read: connection reset by peer, at each of 4 attempts"},
		{"cut, without ranges", once(ofLayer(lambdasim.Fault{Body: lambdasim.BodyFault{EndAfter: 1 << 20, WithoutRanges: true}})), ""},
		{"longer", ofLayer(lambdasim.Fault{Body: lambdasim.BodyFault{Longer: 7}}),
			place + layer.String() + fmt.Sprintf(": the registry sends %d bytes, and the manifest says %d", size(t, layers[0])+7, size(t, layers[0]))},
		{"changed", ofLayer(lambdasim.Fault{Body: lambdasim.BodyFault{Flip: 2 << 20}}), place + layer.String() + ": what the registry sends has another hash"},
		{"silent", ofLayer(lambdasim.Fault{Body: lambdasim.BodyFault{Pace: 24 * time.Hour}}), place + layer.String() + ": nothing arrived for 1m0s, at each of 4 attempts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.addImage("f", w.push(t, account, "shop", img))
				w.fault = test.fault
				f, _, _ := w.look(t, "f", Options{})
				text := fmt.Sprintf("%+v", f)
				for _, secret := range []string{"X-Amz", "token-of", "Basic", "blobs.lambdasim.invalid"} {
					require.NotContains(t, text, secret)
				}
				if test.why == "" {
					require.Empty(t, f.Problems)
					require.Equal(t, []string{"code: wrong-architecture app"}, texts(f))
					return
				}
				config, err := img.ConfigName()
				require.NoError(t, err)
				require.Len(t, f.Problems, 1)
				require.Equal(t, string(bytes.ReplaceAll([]byte(test.why), []byte("sha256:%config"), []byte(config.String()))), f.Problems[0].Why)
				require.Equal(t, guard.Unknown, f.Readiness.Status)
			})
		})
	}
}

func size(t *testing.T, layer v1.Layer) int64 {
	t.Helper()
	n, err := layer.Size()
	require.NoError(t, err)
	return n
}

// A layer that no registry has is named, and the others are looked at.
func TestForeignLayers(t *testing.T) {
	w := newWorld()
	img := image(t, "arm64", compression.GZip, map[string]string{"app": x86(t)})
	w.push(t, account, "shop", img)
	text, err := img.RawManifest()
	require.NoError(t, err)
	var manifest oci.Manifest
	require.NoError(t, json.Unmarshal(text, &manifest))
	digest := oci.Digest("sha256:" + fmt.Sprintf("%064d", 7))
	manifest.Layers = append(manifest.Layers, oci.Descriptor{
		MediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Size: 10, Digest: digest, URLs: []string{"https://example.com/layer"},
	})
	text, err = json.Marshal(manifest)
	require.NoError(t, err)
	w.addImage("f", w.RegistryHost(account)+"/shop@"+w.PushManifest(account, "shop", "", oci.DockerManifestType, text))
	f, _, _ := w.look(t, "f", Options{})
	require.Empty(t, f.Problems)
	require.Equal(t, []string{"code: wrong-architecture app", "code: unreadable "}, texts(f))
	require.Equal(t, []string{"code: could not be read: image layer: layer " + string(digest) + ": it is a foreign layer, which is not in the registry"}, f.Readiness.Unchecked)
}

// The login goes to registries of the region that it is for.
func TestTheLoginIsSentToNoOtherHost(t *testing.T) {
	w := newWorld()
	for name, uri := range map[string]string{
		"a": "example.com/shop:latest", "b": "123456789012.dkr.ecr.us-east-1.amazonaws.com.example.com/shop:latest",
		"c": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:latest", "d": "dkr.ecr.us-east-1.amazonaws.com/shop:latest", "e": "evil.dkr.ecr.us-east-1.amazonaws.com/shop:latest",
	} {
		w.addImage(name, uri)
		f, _, _ := w.look(t, name, Options{})
		require.Len(t, f.Problems, 1)
		require.Regexp(t, `^image in [^ ]+/shop: the account's login is for 123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com, and is sent to no other registry$`, f.Problems[0].Why)
	}
	require.Zero(t, w.calls["GetManifest"])
}
