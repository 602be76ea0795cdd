package dockerfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

// The case of a Dockerfile that fetches programs of the other architecture, in full.
func TestFetches(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "fetches", "Dockerfile"))
	require.NoError(t, err)
	dir := binarchtest.Folder(t, map[string]string{"Dockerfile": string(text)})
	const remedy = "; fetch the file for arm64; ${TARGETARCH}, after ARG TARGETARCH, is arm64 here, and uname -m says aarch64"
	require.Equal(t, []string{
		"warning Dockerfile:3: built for x86_64, deployed to arm64: by its name, https://example.com/agent/agent-linux-x86_64.tar.gz, which the build fetches, is for x86_64 only" + remedy,
		"warning Dockerfile:4: built for x86_64, deployed to arm64: by its name, https://example.com/tool/tool_1.2_amd64.rpm, which the build fetches, is for x86_64 only" + remedy,
	}, found(t, dir, Options{}, arm))
	require.Empty(t, found(t, dir, Options{}, x86))
}

// Instructions that fetch for x86_64 alone, each in a stage of its own.
func TestFetchesOfOneArchitecture(t *testing.T) {
	for _, instructions := range []string{
		"ADD https://example.com/a_x64.rpm /",
		"ADD --checksum=sha256:1 https://example.com/amd64/a.tar.gz /",
		"ARG ARCH=amd64\nADD https://example.com/a_${ARCH}.deb /",
		"ENV URL=https://example.com/a-linux-x86_64.zip\nRUN wget $URL",
		"ARG V=1\nARG ARCH=x86_64\nRUN curl -O https://example.com/a-${V}-${ARCH}.zip",
		"RUN ARCH=x86_64 && curl -O \"https://example.com/a-$ARCH.zip\"",
		"RUN [\"curl\", \"-O\", \"https://example.com/a-linux-amd64\"]",
		"RUN <<EOF\nset -e\ncurl -O https://example.com/a-linuxamd64\nEOF",
		"RUN set -e; \\\n    curl -O https://example.com/chromedriver_linux64.zip",
		"RUN curl -L https://example.com/hugo_0.1_Linux-64bit.tar.gz | tar xz",
		"RUN aws s3 cp s3://bucket/a-x86_64.zip .",
		"RUN rpm -i https://example.com/a.x86_64.rpm",
		"RUN dnf install -y glibc.x86_64",
		"RUN dpkg --add-architecture amd64 && apt-get install -y libc6:amd64",
		"RUN npm install @img/sharp-linux-x64",
		"RUN pip install --platform manylinux2014_x86_64 --only-binary=:all: --target . numpy",
		"ARG TARGETARCH\nRUN curl -O https://example.com/a_${TARGETARCH}.zip && curl -O https://example.com/b_amd64.zip",
		"RUN echo $(uname -m) && curl -O https://example.com/b_amd64.zip",
	} {
		dir := binarchtest.Folder(t, map[string]string{"Dockerfile": "FROM public.ecr.aws/lambda/nodejs:24\n" + instructions + "\n"})
		got := found(t, dir, Options{}, arm)
		require.Len(t, got, 1, instructions)
		require.Contains(t, got[0], "warning Dockerfile:")
		require.Contains(t, got[0], ", which the build fetches, is for x86_64 only", instructions)
		require.Empty(t, found(t, dir, Options{}, x86), instructions)
	}
}

// What leaves the choice to the build, or fetches for both, is right.
func TestFetchesForBoth(t *testing.T) {
	for _, instructions := range []string{
		"ARG TARGETARCH\nADD https://example.com/a_${TARGETARCH}.rpm /",
		"ARG TARGETARCH=amd64\nRUN curl -O https://example.com/a_$TARGETARCH.rpm",
		"RUN curl -O https://example.com/a_$(uname -m).rpm",
		"RUN curl -O https://example.com/a_$(dpkg --print-architecture).deb",
		"RUN ARCH=$(uname -m) && curl -O https://example.com/a_${ARCH}.rpm",
		"RUN if [ \"$(uname -m)\" = aarch64 ]; then curl -O https://example.com/x/a_arm64; else curl -O https://example.com/y/b_amd64; fi",
		"ARG TARGETARCH\nRUN case \"$TARGETARCH\" in amd64) A=x86_64;; *) A=aarch64;; esac; curl -O https://example.com/a_$A",
		"RUN [ \"$(arch)\" = x86_64 ] && curl -O https://example.com/a_x64 || curl -O https://example.com/a_arm64",
		"RUN curl -O https://example.com/a_amd64\nRUN curl -O https://example.com/a_arm64",
		"ADD https://example.com/a_amd64 https://example.com/a_arm64 /",
		"ADD https://example.com/a-x86_64-arm64.tar.gz /",
		"ADD https://example.com/repo/x86_64/a.noarch.rpm /",
		"ADD https://amd64.example.com/a.rpm /",
		"ADD a_amd64.rpm /",
		"RUN apt-get install -y gcc-x86-64-linux-gnu crossbuild-essential-amd64",
		"RUN echo built for amd64",
		"RUN GOARCH=amd64 go build",
		"RUN curl -o tool-amd64 https://example.com/tool",
		"ENV ARCH=arm64\nRUN curl -O https://example.com/a_$ARCH",
	} {
		dir := binarchtest.Folder(t, map[string]string{"Dockerfile": "FROM public.ecr.aws/lambda/nodejs:24\n" + instructions + "\n", "a_amd64.rpm": "text"})
		require.Empty(t, found(t, dir, Options{}, arm), instructions)
	}
}

// A stage for the machine that builds fetches what that machine runs, and one that is not
// used fetches nothing. What the build is given goes before the Dockerfile's default.
func TestFetchesOfStages(t *testing.T) {
	const build = "FROM --platform=$BUILDPLATFORM debian AS build\nRUN curl -O https://example.com/protoc-linux-x86_64.zip\n"
	const copied = "FROM debian AS fetch\nRUN curl -O https://example.com/a-linux-x86_64.zip\n"
	for text, want := range map[string]int{
		build + "FROM scratch\nCOPY --from=build /a /\n":                              0,
		copied + "FROM scratch\nCOPY --from=fetch /a /\n":                             1,
		copied + "FROM scratch\n":                                                     0,
		"ARG ARCH=amd64\nFROM scratch\nARG ARCH\nADD https://example.com/a_$ARCH /\n": 1,
	} {
		dir := binarchtest.Folder(t, map[string]string{"Dockerfile": text})
		require.Len(t, found(t, dir, Options{}, arm), want, text)
	}
	dir := binarchtest.Folder(t, map[string]string{"Dockerfile": "FROM scratch\nARG ARCH=amd64\nADD https://example.com/a_$ARCH /\n"})
	require.Empty(t, found(t, dir, Options{Args: map[string]string{"ARCH": "arm64"}}, arm))
	given := found(t, dir, Options{Args: map[string]string{"ARCH": "arm64"}}, x86)
	require.Len(t, given, 1)
	require.Contains(t, given[0], "https://example.com/a_arm64, which the build fetches, is for arm64 only")
}
