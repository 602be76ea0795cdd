package containers

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// everyOption returns a Dockerfile and the options without which it cannot be built. Its base
// images are dualarch-test/base, one tag per architecture.
func everyOption(t *testing.T, dir string) dualarch.Code {
	t.Helper()
	source, secret := filepath.Join(dir, "source"), filepath.Join(dir, "secret")
	write(t, secret, "from a secret\n")
	write(t, filepath.Join(source, "docker", "Wanted"), `FROM dualarch-test/base:${TARGETARCH} AS wanted
ARG GREETING
ARG TARGETARCH
RUN --mount=type=secret,id=key read line </run/secrets/key && echo "$GREETING $TARGETARCH $line" >/made
COPY . /context
FROM wanted
RUN false
`)
	write(t, filepath.Join(source, "taken"), "")
	write(t, filepath.Join(source, "left-out"), "")
	return dualarch.ImageCode(&source, &dualarch.ImageCodeOptions{
		File:          jsii.String("docker/Wanted"),
		Target:        jsii.String("wanted"),
		BuildArgs:     &map[string]*string{"GREETING": jsii.String("hello")},
		BuildSecrets:  &map[string]*string{"key": awscdk.DockerBuildSecret_FromSrc(&secret)},
		CacheDisabled: jsii.Bool(true),
		NetworkMode:   awsecrassets.NetworkMode_NONE(),
		Exclude:       jsii.Strings("left-out"),
	})
}

// requireOptions checks their effects in an image that cdk deploy built.
func requireOptions(t *testing.T, image imageAsset) {
	t.Helper()
	i := slices.IndexFunc(platforms, func(p platform) bool { return p.docker() == image.platform })
	require.GreaterOrEqual(t, i, 0, image.platform)
	p, tag := platforms[i], "cdkasset-"+image.hash
	require.Equal(t, p.docker(), docker(t, "image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", tag))
	require.Equal(t, "hello "+p.goarch+" from a secret\n", string(content(t, p, tag, "/made")))
	content(t, p, tag, "/context/taken")
	container := docker(t, "create", "--pull", "never", "--platform", p.docker(), tag, "/bin/sh")
	defer docker(t, "rm", container)
	require.Error(t, exec.CommandContext(t.Context(), program(), "cp", container+":/context/left-out", "-").Run())
	require.Error(t, exec.CommandContext(t.Context(), program(), "cp", container+":/run/secrets/key", "-").Run(), "the secret is in the image")
}
