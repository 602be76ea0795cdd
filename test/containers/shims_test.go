package containers

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/emulator"
)

// These shims are between the CDK CLI and the emulator, ministack 1.5.33, where that differs from AWS, and
// between sam local and Docker. Nothing in the product knows of them.

// The environment of asDocker.
const (
	shimRegistry = "CONTAINERS_TEST_REGISTRY" // host and port of the emulator: its image registry
	shimDocker   = "CONTAINERS_TEST_DOCKER"   // the real Docker client
	shimPrograms = "CONTAINERS_TEST_PROGRAMS" // the folder with what lets an image be invoked, by architecture
)

// shim makes the CDK CLI deploy images to an emulator.
func shim(t *testing.T, e *emulator.Emulator) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	programs := t.TempDir()
	for _, p := range platforms {
		link(t, runtimeInterfaceEmulator(t, p.lambda), filepath.Join(programs, p.goarch, "rie"))
		compile(t, p, "./standin/waiter", filepath.Join(programs, p.goarch, "waiter"))
	}
	e.CLIEnvironment = append(e.CLIEnvironment,
		"AWS_ENDPOINT_URL_ECR="+missingImages(t, e.URL),
		"CDK_DOCKER="+self,
		shimRegistry+"="+strings.TrimPrefix(e.URL, "http://"),
		shimDocker+"="+program(),
		shimPrograms+"="+programs,
	)
}

// missingImages gives Amazon ECR's answer to DescribeImages of a missing tag. The emulator's is an empty
// list, from which the CDK CLI concludes that the image has been published.
func missingImages(t *testing.T, emulatorURL string) string {
	t.Helper()
	target, err := url.Parse(emulatorURL)
	require.NoError(t, err)
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(response *http.Response) error {
			if !strings.HasSuffix(response.Request.Header.Get("X-Amz-Target"), ".DescribeImages") {
				return nil
			}
			body, err := io.ReadAll(response.Body)
			if err != nil {
				return err
			}
			var listed struct{ ImageDetails []json.RawMessage }
			if response.StatusCode == http.StatusOK && json.Unmarshal(body, &listed) == nil && len(listed.ImageDetails) == 0 {
				response.StatusCode = http.StatusBadRequest
				body = []byte(`{"__type":"ImageNotFoundException","message":"The image does not exist within the repository"}`)
			}
			response.Body = io.NopCloser(bytes.NewReader(body))
			response.ContentLength = int64(len(body))
			response.Header.Set("Content-Length", fmt.Sprint(len(body)))
			return nil
		},
	})
	t.Cleanup(server.Close)
	return server.URL
}

// asDocker runs as the docker that the CDK CLI calls. It passes everything on to the real one except what
// goes to Amazon ECR, whose host the emulator names as its own:
//
//   - build: takes the stand-in for a base image that the Dockerfile names by its digest too
//   - login: the emulator's registry, on loopback, needs none
//   - push: goes to the emulator's registry
//   - tag with a name in ECR: also names the image for that push. The emulator then runs the image of the
//     ECR name but, unlike Lambda, has no runtime API for it; so the image that gets that name has AWS's
//     runtime interface emulator, and the waiter, in front of its entry point.
func asDocker(registry string, args []string) error {
	switch {
	case len(args) > 0 && args[0] == "build":
		return buildUnpinned(args)
	case len(args) > 0 && args[0] == "login":
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	case len(args) == 2 && args[0] == "push" && inECR(args[1]):
		return client("push", onRegistry(registry, args[1]))
	case len(args) == 3 && args[0] == "tag" && inECR(args[2]):
		if err := client("tag", args[1], onRegistry(registry, args[2])); err != nil {
			return err
		}
		return addRuntimeInterfaceEmulator(args[1], args[2])
	}
	return client(args...)
}

// ecr is the host that the emulator names.
const ecr = emulator.Account + ".dkr.ecr." + emulator.Region + ".amazonaws.com"

func inECR(image string) bool { return strings.HasPrefix(image, ecr+"/") }

func onRegistry(registry, image string) string {
	_, path, _ := strings.Cut(image, "/")
	return registry + "/" + path
}

// digest is what pins an image in a FROM line.
var digest = regexp.MustCompile(`(?m)^(FROM .*)@sha256:[0-9a-f]{64}`)

// withoutDigests has a Dockerfile's base images come by their tags: the stand-in for one has its name, and no digest that
// anybody knows before.
func withoutDigests(dockerfile string) string { return digest.ReplaceAllString(dockerfile, "$1") }

// buildUnpinned builds a Dockerfile from base images by their tags.
func buildUnpinned(args []string) error {
	for i, arg := range args[:len(args)-1] {
		if arg != "--file" && arg != "-f" {
			continue
		}
		text, err := os.ReadFile(args[i+1])
		if err != nil {
			return err
		}
		unpinned, err := os.CreateTemp("", "Dockerfile")
		if err != nil {
			return err
		}
		defer func() { _ = os.Remove(unpinned.Name()) }()
		if _, err := unpinned.WriteString(withoutDigests(string(text))); err != nil {
			return err
		}
		if err := unpinned.Close(); err != nil {
			return err
		}
		args = slices.Clone(args)
		args[i+1] = unpinned.Name()
	}
	return client(args...)
}

func client(args ...string) error {
	command := exec.Command(os.Getenv(shimDocker), args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	return command.Run()
}

// addRuntimeInterfaceEmulator makes an image from another one.
func addRuntimeInterfaceEmulator(from, to string) error {
	output, err := exec.Command(os.Getenv(shimDocker), "image", "inspect", from).Output()
	if err != nil {
		return fmt.Errorf("docker image inspect %s: %w", from, err)
	}
	var images []struct {
		Architecture string
		Config       struct{ Entrypoint, Cmd []string }
	}
	if err := json.Unmarshal(output, &images); err != nil {
		return err
	}
	image := images[0]
	entrypoint, err := json.Marshal(append([]string{"/rie", "/waiter"}, image.Config.Entrypoint...))
	if err != nil {
		return err
	}
	dockerfile := fmt.Sprintf("FROM %s\nCOPY rie waiter /\nENTRYPOINT %s\n", from, entrypoint)
	if len(image.Config.Cmd) > 0 {
		cmd, err := json.Marshal(image.Config.Cmd)
		if err != nil {
			return err
		}
		dockerfile += fmt.Sprintf("CMD %s\n", cmd)
	}
	dir, err := os.MkdirTemp("", "rie")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, program := range []string{"rie", "waiter"} {
		if err := copyFile(filepath.Join(os.Getenv(shimPrograms), image.Architecture, program), filepath.Join(dir, program)); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		return err
	}
	return client("build", "--quiet", "--platform", "linux/"+image.Architecture, "--tag", to, dir)
}

var containerStart = regexp.MustCompile(`/containers/([0-9a-f]+)/start$`)

// patientEngine returns the Docker engine for sam local. It reports a container as started only once its
// runtime interface emulator listens, for invocations and at its runtime API. Docker takes connections
// earlier, and sam local gives up on an emulator that has not answered within a second, which an emulated
// one may not.
func patientEngine(t *testing.T) string {
	t.Helper()
	network, address, _ := strings.Cut(cmp.Or(os.Getenv("DOCKER_HOST"), "unix:///var/run/docker.sock"), "://")
	engine := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	t.Cleanup(engine.CloseIdleConnections)
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: engine,
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "docker"}) },
		ModifyResponse: func(response *http.Response) error {
			if started := containerStart.FindStringSubmatch(response.Request.URL.Path); started != nil && response.StatusCode < 300 {
				return waitForListener(response.Request.Context(), started[1])
			}
			return nil
		},
	})
	t.Cleanup(server.Close)
	return "tcp://" + server.Listener.Addr().String()
}

func waitForListener(ctx context.Context, container string) error {
	output, err := exec.CommandContext(ctx, program(), "port", container, "8080/tcp").Output()
	if err != nil {
		return fmt.Errorf("docker port %s: %w", container, err)
	}
	address := strings.Fields(string(output))[0]
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			output, err := exec.CommandContext(ctx, program(), "exec", container, "/bin/waiter").CombinedOutput()
			if err != nil {
				return fmt.Errorf("docker exec %s /bin/waiter: %w: %s", container, err, output)
			}
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("nothing listens in container %s: %w", container, ctx.Err())
}
