package guard

import (
	"archive/zip"
	"encoding/json"
	"flag"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/survey/look"
	"github.com/dualarch/dualarch/test/figures"
)

// portingAdvisor is the program of a checkout of AWS's Porting Advisor for Graviton, src/porting-advisor.py; it runs with
// the Python in .venv beside src, which has its requirements.
var portingAdvisor = flag.String("porting-advisor", "", "a checkout of AWS's Porting Advisor for Graviton, with a virtual environment .venv, to compare with")

// beside is what several ways to look for x86_64 in deployed packages come to: a survey's look into the zip in place, and
// file(1) and AWS's Porting Advisor over the tree that somebody has downloaded and unpacked.
type beside struct{ look, file, advisor way }

type way struct {
	found, falseAlarms int
	took               time.Duration
}

// note counts a way's alarms among native files, of which wrong says which cannot run on arm64.
func (w *way) note(alarms map[string]bool, natives map[string]truth, wrong func(name string) bool, took time.Duration) {
	w.took += took
	for name := range alarms {
		if _, native := natives[name]; native && wrong(name) {
			w.found++
		} else {
			w.falseAlarms++
		}
	}
}

// lookBesideFile looks at the files below root in both ways. The look has to say what a scan of the files on disk says.
func (c *tally) lookBesideFile(t *testing.T, root string, natives map[string]truth, onDisk *binarch.Inventory, wrong func(name string) bool) {
	t.Helper()
	archive := deployed(t, root)
	sim := lambdasim.New(lambdasim.Options{Latency: time.Nanosecond})
	const runsAnywhere = "" // no runtime, so that files alone are judged
	sim.CreateFunction(lambdasim.Function{Name: "f", Archive: archive, Code: root, Configure: func(f *lambdasim.Configuration) { f.Runtime, f.Handler = runsAnywhere, "" }})
	looker, err := look.New(look.Options{})
	require.NoError(t, err)
	f := survey.Function{ARN: sim.FunctionARN("f"), Name: "f"}
	listed, err := lambda.NewFromConfig(sim.Config()).GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &f.Name})
	require.NoError(t, err)
	started := time.Now()
	looker.Look(t.Context(), sim.Config(), &f, types.FunctionConfiguration{CodeSha256: listed.CodeSha256, CodeSize: listed.CodeSize})
	tookLook := time.Since(started)
	require.Empty(t, f.Problems)
	alarms := map[string]bool{}
	var says, said []string
	for _, finding := range f.Readiness.Obstacles {
		alarms[finding.Path] = true
		says = append(says, finding.String())
	}
	for _, finding := range onDisk.Check(binarch.Target{Architecture: binarch.Arm64}) {
		if finding.Severity != binarch.Info {
			said = append(said, finding.String())
		}
	}
	require.Equal(t, said, says, root)
	started = time.Now()
	ofFile := namedByFile(t, root)
	tookFile := time.Since(started)
	var ofAdvisor map[string]bool
	if *portingAdvisor != "" {
		started = time.Now()
		ofAdvisor = namedByAdvisor(t, root)
	}
	tookAdvisor := time.Since(started)

	c.mu.Lock()
	defer c.mu.Unlock()
	c.beside.look.note(alarms, natives, wrong, tookLook)
	c.beside.file.note(ofFile, natives, wrong, tookFile)
	c.beside.advisor.note(ofAdvisor, natives, wrong, tookAdvisor)
}

// deployed is a zip of a folder, on disk.
func deployed(t *testing.T, root string) zipFile {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "*.zip")
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	w := zip.NewWriter(file)
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		header, err := zip.FileInfoHeader(info)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		header.Name = filepath.ToSlash(name)
		entry, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		from, err := os.Open(path)
		if err != nil {
			return err
		}
		defer from.Close() //nolint:errcheck // it was only read
		_, err = io.Copy(entry, from)
		return err
	}))
	require.NoError(t, w.Close())
	return zipFile{file}
}

// zipFile is a package that a simulated function has.
type zipFile struct{ *os.File }

func (f zipFile) Size() int64 {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// namedByFile are the files below root that file(1) calls x86-64: what "grep x86-64" finds in what it says.
func namedByFile(t *testing.T, root string) map[string]bool {
	t.Helper()
	find := exec.CommandContext(t.Context(), "find", root, "-type", "f", "-print0")
	file := exec.CommandContext(t.Context(), "xargs", "-0", "file", "--no-pad")
	var err error
	file.Stdin, err = find.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, find.Start())
	output, err := file.Output()
	require.NoError(t, err)
	require.NoError(t, find.Wait())
	named := map[string]bool{}
	for line := range strings.Lines(string(output)) {
		name, says, _ := strings.Cut(strings.TrimPrefix(line, root+"/"), ": ")
		if strings.Contains(says, "x86-64") {
			named[name] = true
		}
	}
	return named
}

// namedByAdvisor are the files below root that the Porting Advisor reports an issue of.
func namedByAdvisor(t *testing.T, root string) map[string]bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "issues.json") // its CSV report raises an error if a file has many issues
	run(t, t.TempDir(), nil, filepath.Join(*portingAdvisor, ".venv", "bin", "python"), filepath.Join(*portingAdvisor, "src", "porting-advisor.py"),
		"--no-progress", "--quiet", "--output", path, root)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var report struct{ Issues []string }
	require.NoError(t, json.Unmarshal(text, &report))
	named := map[string]bool{}
	for _, issue := range report.Issues { // "class: file:line: text"
		if _, rest, found := strings.Cut(issue, root+"/"); found {
			name, _, _ := strings.Cut(rest, ":")
			named[name] = true
		}
	}
	return named
}

// report prints the ways' figures.
func (b beside) report(t *testing.T, wrong int) {
	t.Helper()
	figures.Report(t, "survey.look.wrong", float64(wrong), "files")
	ways := map[string]way{"look": b.look, "file": b.file}
	if *portingAdvisor != "" {
		ways["porting_advisor"] = b.advisor
	}
	for name, w := range ways {
		figures.Report(t, "survey."+name+".found", float64(w.found), "files")
		figures.Report(t, "survey."+name+".false_alarms", float64(w.falseAlarms), "files")
		figures.Report(t, "survey."+name+".seconds", w.took.Seconds(), "s")
	}
	require.Equal(t, wrong, b.look.found)
	require.Zero(t, b.look.falseAlarms)
}
