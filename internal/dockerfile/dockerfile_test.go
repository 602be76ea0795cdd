package dockerfile

import (
	"debug/elf"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
)

var (
	x86 = binarch.Target{Architecture: binarch.X8664}
	arm = binarch.Target{Architecture: binarch.Arm64}
)

// found is a build's findings with their severity, one a line.
func found(t *testing.T, dir string, options Options, target binarch.Target) []string {
	t.Helper()
	build, err := Scan(t.Context(), dir, options)
	require.NoError(t, err)
	lines := []string{}
	for _, f := range build.Report([]binarch.Target{target}).Findings {
		lines = append(lines, string(f.Severity)+" "+f.String())
	}
	return lines
}

func TestDockerfiles(t *testing.T) {
	const unpinArm = "remove --platform from that line: docker build --platform linux/arm64 decides then"
	const noTargetArch = "use a tag that is for both architectures, or the image for "
	const builtForX86 = "error Dockerfile: built for x86_64 Linux, deployed to arm64: it is built with --platform linux/amd64, and cannot start there; give both the same architecture; in CDK, Platform of the asset and Architecture of the function"
	tests := []struct {
		name, text string
		options    Options
		x86, arm   []string
	}{
		{"for any", "FROM public.ecr.aws/lambda/python:3.13\nCOPY . .\n", Options{}, nil, nil},
		{"pinned", "# as on my machine\nFROM --platform=linux/amd64 public.ecr.aws/lambda/python:3.13\n", Options{}, nil, []string{
			"error Dockerfile:2: built for x86_64 Linux, deployed to arm64: FROM --platform=linux/amd64 pins the image to x86_64; " + unpinArm}},
		{"pinned to arm64", "FROM --platform=linux/arm64/v8 scratch\n", Options{}, []string{
			"error Dockerfile:1: built for arm64 Linux, deployed to x86_64: FROM --platform=linux/arm64/v8 pins the image to arm64; remove --platform from that line: docker build --platform linux/amd64 decides then"}, nil},
		{"pinned by an ARG", "ARG PLATFORM=linux/amd64\nFROM --platform=${PLATFORM} scratch\n", Options{}, nil, []string{
			"error Dockerfile:2: built for x86_64 Linux, deployed to arm64: FROM --platform=linux/amd64 pins the image to x86_64; " + unpinArm}},
		{"pinned by an ARG that the build gives", "ARG PLATFORM=linux/amd64\nFROM --platform=${PLATFORM} scratch\n", Options{Args: map[string]string{"PLATFORM": "linux/arm64"}}, []string{
			"error Dockerfile:2: built for arm64 Linux, deployed to x86_64: FROM --platform=linux/arm64 pins the image to arm64; remove --platform from that line: docker build --platform linux/amd64 decides then"}, nil},
		{"for the target", "FROM --platform=$TARGETPLATFORM scratch\n", Options{}, nil, nil},
		{"another system", "FROM --platform=windows/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022\n", Options{}, []string{
			"error Dockerfile:1: built for Windows, deployed to x86_64: FROM --platform=windows/amd64 makes an image for another system; remove --platform from that line: docker build --platform linux/amd64 decides then"}, []string{
			"error Dockerfile:1: built for Windows, deployed to arm64: FROM --platform=windows/amd64 makes an image for another system; " + unpinArm}},
		{"for the machine that builds", "FROM --platform=$BUILDPLATFORM golang:1.26\n", Options{}, []string{
			"warning Dockerfile:1: deployed to x86_64: FROM --platform=$BUILDPLATFORM gives the image the architecture of the machine that builds it; remove --platform from that line, or copy from that stage into one without"}, []string{
			"warning Dockerfile:1: deployed to arm64: FROM --platform=$BUILDPLATFORM gives the image the architecture of the machine that builds it; remove --platform from that line, or copy from that stage into one without"}},
		{"cross-compiled", "FROM --platform=$BUILDPLATFORM golang:1.26 AS build\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build\nFROM public.ecr.aws/lambda/provided:al2023\nCOPY --from=build /bootstrap /\n", Options{}, nil, nil},
		{"copied from a pinned stage", "FROM --platform=linux/amd64 python:3.13 AS deps\nRUN pip install --target /d numpy\nFROM public.ecr.aws/lambda/python:3.13\nCOPY --from=deps /d /var/task\n", Options{}, nil, []string{
			"warning Dockerfile:1: built for x86_64 Linux, deployed to arm64: the image copies files of a stage that FROM --platform=linux/amd64 pins to x86_64, which is right only where that stage cross-compiles; write --platform=$BUILDPLATFORM for a stage that cross-compiles, and no --platform for any other"}},
		{"a stage of a pinned stage", "FROM --platform=linux/amd64 scratch AS base\nFROM base\n", Options{}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: FROM --platform=linux/amd64 pins the image to x86_64; " + unpinArm}},
		{"a stage that nothing uses", "FROM --platform=linux/amd64 scratch AS tests\nFROM alpine\n", Options{}, nil, nil},
		{"another target", "FROM --platform=linux/amd64 scratch AS Tests\nFROM alpine\n", Options{Target: "tests"}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: FROM --platform=linux/amd64 pins the image to x86_64; " + unpinArm}},
		{"another target, by its number", "FROM --platform=linux/amd64 scratch\nFROM alpine\n", Options{Target: "0"}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: FROM --platform=linux/amd64 pins the image to x86_64; " + unpinArm}},
		{"Lambda's base image of one architecture", "FROM public.ecr.aws/lambda/python:3.13-x86_64\n", Options{}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: by its name, base image public.ecr.aws/lambda/python:3.13-x86_64 is for x86_64 only; use public.ecr.aws/lambda/python:3.13, which is for both architectures, or public.ecr.aws/lambda/python:3.13-arm64"}},
		{"the same, by its digest too", "FROM public.ecr.aws/lambda/python:3.13-x86_64@sha256:" + strings.Repeat("0a", 32) + "\n", Options{}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: by its name, base image public.ecr.aws/lambda/python:3.13-x86_64@sha256:" + strings.Repeat("0a", 32) +
				" is for x86_64 only; use public.ecr.aws/lambda/python:3.13, which is for both architectures, or public.ecr.aws/lambda/python:3.13-arm64"}},
		{"for any, by its digest too", "FROM public.ecr.aws/lambda/python:3.13@sha256:" + strings.Repeat("0a", 32) + "\nCOPY . .\n", Options{}, nil, nil},
		{"Lambda's base image of the other one", "FROM public.ecr.aws/lambda/provided:al2023.2026.11.20.10-arm64\n", Options{}, []string{
			"error Dockerfile:1: built for arm64 Linux, deployed to x86_64: by its name, base image public.ecr.aws/lambda/provided:al2023.2026.11.20.10-arm64 is for arm64 only; use public.ecr.aws/lambda/provided:al2023.2026.11.20.10, which is for both architectures, or public.ecr.aws/lambda/provided:al2023.2026.11.20.10-x86_64"}, nil},
		{"a tag with the target's architecture", "ARG TARGETARCH\nFROM public.ecr.aws/lambda/python:3.13-${TARGETARCH}\n", Options{}, nil, nil},
		{"Docker's official images", "FROM amd64/python:3.13\n", Options{}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: by its name, base image amd64/python:3.13 is for x86_64 only; use python:3.13, which is for both architectures"}},
		{"Docker's official images for arm64", "FROM arm64v8/python\n", Options{}, []string{
			"error Dockerfile:1: built for arm64 Linux, deployed to x86_64: by its name, base image arm64v8/python is for arm64 only; use python, which is for both architectures"}, nil},
		{"a convention", "FROM example.com/team/base:latest-amd64\n", Options{}, nil, []string{
			"warning Dockerfile:1: built for x86_64 Linux, deployed to arm64: by its name, base image example.com/team/base:latest-amd64 is for x86_64 only; use a tag that is for both architectures, or ${TARGETARCH} in the place of amd64: it is arm64 here"}},
		{"in a repository's name", "FROM example.com/team/base-aarch64@sha256:" + strings.Repeat("0", 64) + "\n", Options{}, []string{
			"warning Dockerfile:1: built for arm64 Linux, deployed to x86_64: by its name, base image example.com/team/base-aarch64@sha256:" + strings.Repeat("0", 64) + " is for arm64 only; " + noTargetArch + "x86_64; ${TARGETARCH} does not fit here, which is amd64 and never aarch64"}, nil},
		{"a tag that Lambda's base images do not have", "ARG TARGETARCH\nFROM public.ecr.aws/lambda/python:3.13-amd64\n", Options{}, nil, []string{
			"error Dockerfile:2: built for x86_64 Linux, deployed to arm64: by its name, base image public.ecr.aws/lambda/python:3.13-amd64 is for x86_64 only; use public.ecr.aws/lambda/python:3.13, which is for both architectures, or public.ecr.aws/lambda/python:3.13-arm64"}},
		{"wheels' build image", "FROM quay.io/pypa/manylinux_2_28_x86_64\n", Options{}, nil, []string{
			"warning Dockerfile:1: built for x86_64 Linux, deployed to arm64: by its name, base image quay.io/pypa/manylinux_2_28_x86_64 is for x86_64 only; " + noTargetArch + "arm64; ${TARGETARCH} does not fit here, which is arm64 and never x86_64"}},
		{"SAM's build image", "FROM public.ecr.aws/sam/build-python3.13:latest-x86_64\n", Options{}, nil, []string{
			"error Dockerfile:1: built for x86_64 Linux, deployed to arm64: by its name, base image public.ecr.aws/sam/build-python3.13:latest-x86_64 is for x86_64 only; use public.ecr.aws/sam/build-python3.13:latest, which is for both architectures, or public.ecr.aws/sam/build-python3.13:latest-arm64"}},
		{"a namespace elsewhere is a name like any other", "FROM example.com/amd64/base:1\n", Options{}, nil, nil},
		{"copied from an image", "FROM alpine\nCOPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1-x86_64 /lambda-adapter /opt/extensions/\n", Options{}, nil, []string{
			"warning Dockerfile:2: built for x86_64 Linux, deployed to arm64: by its name, image public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1-x86_64, which files are copied from, is for x86_64 only; " + noTargetArch + "arm64; ${TARGETARCH} does not fit here, which is arm64 and never x86_64"}},
		{"from another build context", "FROM base-amd64\nCOPY --from=deps-amd64 / /\n", Options{Contexts: []string{"base-amd64", "deps-amd64"}}, nil, nil},
		{"another escape character", "# escape=`\nFROM `\n  --platform=linux/amd64 scratch\n", Options{}, nil, []string{
			"error Dockerfile:2: built for x86_64 Linux, deployed to arm64: FROM --platform=linux/amd64 pins the image to x86_64; " + unpinArm}},
		{"built for another platform", "FROM alpine AS base\nFROM base\n", Options{Platform: "linux/amd64"}, nil, []string{builtForX86}},
		{"built for another platform, which its lines follow", "FROM --platform=$TARGETPLATFORM example.com/base:1-${TARGETARCH}\n", Options{Platform: "linux/amd64"}, nil, []string{builtForX86}},
		{"built for another platform, with its variant", "FROM alpine\n", Options{Platform: "linux/arm64/v8"}, []string{
			"error Dockerfile: built for arm64 Linux, deployed to x86_64: it is built with --platform linux/arm64/v8, and cannot start there; give both the same architecture; in CDK, Platform of the asset and Architecture of the function"}, nil},
		{"built for another platform, which a line overrides", "FROM --platform=linux/arm64 alpine\n", Options{Platform: "linux/amd64"}, []string{
			"error Dockerfile:1: built for arm64 Linux, deployed to x86_64: FROM --platform=linux/arm64 pins the image to arm64; remove --platform from that line: docker build --platform linux/amd64 decides then"}, nil},
		{"built for another platform, and copied from", "FROM alpine AS deps\nFROM --platform=linux/arm64 alpine\nCOPY --from=deps /a /\n", Options{Platform: "linux/amd64", Target: "1"}, []string{
			"error Dockerfile:2: built for arm64 Linux, deployed to x86_64: FROM --platform=linux/arm64 pins the image to arm64; remove --platform from that line: docker build --platform linux/amd64 decides then"}, nil},
		{"built for a platform that nobody knows", "FROM alpine\n", Options{Platform: "cray"}, nil, nil},
		{"no stage of that name", "FROM scratch\n", Options{Target: "prod"},
			[]string{`warning Dockerfile: could not be read: it has no stage "prod"`}, []string{`warning Dockerfile: could not be read: it has no stage "prod"`}},
		{"no stage at all", "ARG A\n", Options{},
			[]string{"warning Dockerfile: could not be read: it has no FROM line"}, []string{"warning Dockerfile: could not be read: it has no FROM line"}},
		{"no Dockerfile", "FORM scratch\n", Options{},
			[]string{"warning Dockerfile: could not be read: dockerfile parse error on line 1: unknown instruction: FORM (did you mean FROM?)"},
			[]string{"warning Dockerfile: could not be read: dockerfile parse error on line 1: unknown instruction: FORM (did you mean FROM?)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := binarchtest.Folder(t, map[string]string{"Dockerfile": test.text})
			require.Equal(t, append([]string{}, test.x86...), found(t, dir, test.options, x86), "x86_64")
			require.Equal(t, append([]string{}, test.arm...), found(t, dir, test.options, arm), "arm64")
		})
	}
}

func TestBuildContext(t *testing.T) {
	tool := binarchtest.Program(t, elf.EM_X86_64)
	const warning = ": built for x86_64 Linux, deployed to arm64: it cannot be executed there if the Dockerfile copies it into the image; " +
		"compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"
	files := map[string]string{
		"Dockerfile": "FROM scratch\n", "docker/Dockerfile.prod": "FROM scratch\n",
		"bin/tool": tool, "node_modules/a/tool": tool, "node_modules/kept/tool": tool,
	}
	with := func(name, text string) map[string]string {
		all := map[string]string{name: text}
		maps.Copy(all, files)
		return all
	}
	all := []string{"warning bin/tool" + warning, "warning node_modules/a/tool", "warning node_modules/kept/tool"}
	tests := []struct {
		name    string
		files   map[string]string
		options Options
		want    []string
	}{
		{"all of it", files, Options{}, all},
		{".dockerignore", with(".dockerignore", "# dependencies\nnode_modules\n"), Options{}, all[:1]},
		{".dockerignore with an exception", with(".dockerignore", "node_modules\n!node_modules/kept\n"), Options{}, []string{all[0], all[2]}},
		{".dockerignore with a pattern", with(".dockerignore", "**/tool\n"), Options{}, nil},
		{"the Dockerfile's own .dockerignore", map[string]string{
			"Dockerfile": "FROM scratch\n", "bin/tool": tool, "node_modules/a/tool": tool,
			".dockerignore": "**\n", "Dockerfile.dockerignore": "bin\n",
		}, Options{}, all[1:2]},
		{"another Dockerfile", with("docker/Dockerfile.prod.dockerignore", "node_modules\n"), Options{File: "docker/Dockerfile.prod"}, all[:1]},
		{"excluded by the caller", files, Options{Exclude: []string{"node_modules"}}, all[:1]},
		{"excluded by the caller and by .dockerignore", with(".dockerignore", "bin\n"), Options{Exclude: []string{"node_modules"}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := found(t, binarchtest.Folder(t, test.files), test.options, arm)
			require.Len(t, got, len(test.want), got)
			for i, want := range test.want {
				require.True(t, strings.HasPrefix(got[i], want), got[i])
			}
		})
	}
}

func TestCheckIsReportForOneTarget(t *testing.T) {
	build, err := Scan(t.Context(), binarchtest.Folder(t, map[string]string{
		"Dockerfile": "FROM --platform=linux/amd64 scratch\n", "tool": binarchtest.Program(t, elf.EM_X86_64),
	}), Options{})
	require.NoError(t, err)
	require.Empty(t, build.Check(x86))
	require.Equal(t, build.Report([]binarch.Target{arm}).Findings, build.Check(arm))
	require.Len(t, build.Report([]binarch.Target{x86, arm}).Findings, 2)
}

func TestWhatIsNotThere(t *testing.T) {
	dir := binarchtest.Folder(t, map[string]string{"Dockerfile": "FROM scratch\n", ".dockerignore": "[\n"})
	_, err := Scan(t.Context(), filepath.Join(dir, "nowhere"), Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Scan(t.Context(), dir, Options{File: "Dockerfile.prod"})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Scan(t.Context(), dir, Options{})
	require.EqualError(t, err, "the patterns of .dockerignore: syntax error in pattern")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"FROM scratch\n", "ARG A=b\nFROM --platform=$A x${A:-c} AS d\nCOPY --from=d / /\n", "# escape=`\nFROM a\nRUN <<E\nE\n", "FROM a AS 1\nFROM 1\nFROM 0\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parse(strings.NewReader(text))
		if err != nil {
			return
		}
		b := Build{file: parsed, options: Options{File: "Dockerfile"}}
		for _, finding := range b.dockerfile(arm) {
			require.NotEmpty(t, finding.Reason)
		}
	})
}
