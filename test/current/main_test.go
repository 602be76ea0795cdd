package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// archive writes a zip. What is named .gz is packed.
func archive(t *testing.T, file string, content map[string]string) {
	t.Helper()
	out, err := os.Create(file)
	require.NoError(t, err)
	w := zip.NewWriter(out)
	for name, text := range content {
		entry, err := w.Create(name)
		require.NoError(t, err)
		if filepath.Ext(name) == ".gz" {
			packed := gzip.NewWriter(entry)
			_, err = io.WriteString(packed, text)
			require.NoError(t, err)
			require.NoError(t, packed.Close())
		} else {
			_, err = io.WriteString(entry, text)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	require.NoError(t, out.Close())
}

// proxy returns a Go module proxy in a folder, with one version of a module.
func proxy(t *testing.T, module, version string, content map[string]string) (environment []string) {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, filepath.FromSlash(module), "@v")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	goMod := "module " + module + "\n"
	for name, text := range map[string]string{
		"list": version + "\n", version + ".mod": goMod, version + ".info": `{"Version":"` + version + `"}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	files := map[string]string{module + "@" + version + "/go.mod": goMod}
	for name, text := range content {
		files[module+"@"+version+"/"+name] = text
	}
	archive(t, filepath.Join(folder, version+".zip"), files)
	return []string{
		"GOPROXY=file://" + filepath.ToSlash(root), "GOSUMDB=off", "GOPRIVATE=", "GONOPROXY=",
		"GOFLAGS=-modcacherw", "GOMODCACHE=" + t.TempDir(), // which t.TempDir can remove
	}
}

// program writes a shell script that stands for pip: $2 is the folder to download to.
func program(t *testing.T, script string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pip")
	require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\nwhile [ \"$1\" != --dest ]; do shift; done\n"+script), 0o700))
	return file
}

// newComparison returns one with packages of this machine: a Lambda that can be invoked
// and has two runtimes, of which this module knows one.
func newComparison(t *testing.T, explanations string) (comparison, *bytes.Buffer) {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module m\n\nrequire " + sdkServices + "lambda v1.114.2\n",
		"requirements.txt": "# tools\ncfn-lint==1.57.0 \\\n    --hash=sha256:00\nbotocore==1.43.106 \\\n    --hash=sha256:11\n",
		page:               "| Item | Why |\n|---|---|\n" + explanations,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	wheels := t.TempDir()
	archive(t, filepath.Join(wheels, "botocore-1.44.8-py3-none-any.whl"), map[string]string{
		"botocore/data/lambda/2015-03-31/service-2.json.gz": `{"operations":{"Invoke":{}},"shapes":{"Runtime":{"enum":["nodejs24.x","nodejs26.x"]}}}`,
		"botocore/data/partitions.json":                     `{"partitions":[{"id":"aws","regions":{"us-east-1":{}}}]}`,
		"botocore/data/endpoints.json":                      `{"partitions":[{"partition":"aws","services":{"lambda":{"endpoints":{"us-east-1":{}}}}}]}`,
	})
	archive(t, filepath.Join(wheels, "cfn_lint-1.58.0-py3-none-any.whl"), map[string]string{
		"cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json": `{"nodejs24.x":{"deprecated":"2028-04-30"}}`,
		"cfnlint/data/schemas/providers/us-east-1.json":          `{"AWS::Lambda::Function":"a"}`,
		"cfnlint/data/schemas/resources/a.json":                  `{"properties":{"Timeout":{"minimum":1,"maximum":5400}}}`,
	})
	environment := proxy(t, sdkServices+"lambda", "v1.114.4", map[string]string{
		"api_op_Invoke.go": "package lambda\ntype InvokeInput struct{}",
		"types/enums.go":   "package types\nconst RuntimeNodejs24x Runtime = `nodejs24.x`",
		"types/errors.go":  "package types\nfunc (e *E) ErrorCode() string { return `ServiceException` }",
	})
	out := &bytes.Buffer{}
	return comparison{
		root: root, out: out,
		ours: knowledge{
			calls: source{calls: []call{{module: sdkServices + "lambda", operation: "Invoke"}}}, callsHome: "api",
			runtimes:   table{"runtimes", []string{"nodejs24.x"}},
			dates:      table{"runtimes", []string{"nodejs24.x deprecated 2028-04-30"}},
			limits:     table{"limits", []string{"Timeout 1 to 5400"}},
			errors:     table{"errors", []string{"ServiceException"}},
			regions:    table{"prices", []string{"us-east-1"}},
			resources:  table{"guard", []string{"AWS::Lambda::Function"}},
			properties: table{"guard", []string{"Timeout"}},
			services:   table{"here", []string{"lambda"}},
		},
		fetch: fetcher{
			goCommand: "go", folder: t.TempDir(), environment: environment,
			pip: program(t, "cp "+wheels+`/* "$2"`),
		},
	}, out
}

const compared = `current: compared with botocore 1.44.8 (here: 1.43.106)
current: compared with cfn-lint 1.58.0 (here: 1.57.0)
current: compared with github.com/aws/aws-sdk-go-v2/service/lambda v1.114.4 (here: v1.114.2)
`

func TestRunFindsDifferences(t *testing.T) {
	c, out := newComparison(t, "| `runtime nodejs22.x` | Old. |\n")
	require.ErrorIs(t, c.run(t.Context()), errDifferences)
	require.Equal(t, compared+`runtime nodejs26.x: in botocore 1.44.8, not in runtimes
runtime nodejs22.x: explained in docs/current.md, and no difference any more
current: 1 to mend or to explain in docs/current.md, 1 explained there for nothing, 0 explained
`, out.String())
}

func TestRunFindsNothing(t *testing.T) {
	c, out := newComparison(t, "| `runtime nodejs26.x` | Not for us. |\n")
	require.NoError(t, c.run(t.Context()))
	require.Equal(t, compared+"current: nothing that is not explained in docs/current.md (1 lines)\n", out.String())
}

// What could not be fetched or read is no answer.
func TestRunWithoutPackages(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(c *comparison)
		want  string
	}{
		"no proxy": {
			func(c *comparison) { c.fetch.environment = append(c.fetch.environment, "GOPROXY=off") },
			sdkServices + "lambda was not fetched: " + sdkServices + "lambda@latest: module lookup disabled by GOPROXY=off",
		},
		"no PyPI": {
			func(c *comparison) { c.fetch.pip = program(t, "echo 'no route to host' >&2; exit 2") },
			"botocore and cfn-lint were not fetched: pip download: exit status 2\nno route to host",
		},
		"a service of another name": {
			func(c *comparison) {
				c.ours.calls.calls[0].module = sdkServices + "lambdas"
				c.fetch.environment = proxy(t, sdkServices+"lambdas", "v1.0.0", map[string]string{
					"api_op_Invoke.go": "package lambda\ntype InvokeInput struct{}",
					"types/enums.go":   "package types\nconst RuntimeNodejs24x Runtime = `nodejs24.x`",
					"types/errors.go":  "package types\nfunc (e *E) ErrorCode() string { return `ServiceException` }",
				})
			},
			"lambdas, for " + sdkServices + "lambdas (botocoreNames in test/current names services that botocore calls otherwise): " +
				"botocore 1.44.8 is laid out in a way that test/current/models does not know: open botocore/data/lambdas: file does not exist",
		},
		"no page": {
			func(c *comparison) { c.root = "elsewhere" },
			"open elsewhere/docs/current.md: no such file or directory",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newComparison(t, "")
			test.spoil(&c)
			require.EqualError(t, c.run(t.Context()), test.want)
		})
	}
}
