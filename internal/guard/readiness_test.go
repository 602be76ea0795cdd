package guard

import (
	"debug/elf"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
)

// assess is what the Guard does with a function.
func assess(t *testing.T, f Function, dual bool, accepted ...Acceptance) Entry {
	t.Helper()
	j, used := new(Judge), make([]bool, len(accepted))
	own, arm := j.Check(t.Context(), f, f.Target.Architecture), j.Check(t.Context(), f, binarch.Arm64)
	own.Accept(accepted, used)
	arm.Accept(accepted, used)
	return Assess(f, own, arm, dual)
}

func TestStatusAndItsText(t *testing.T) {
	wrong := binarchtest.Folder(t, map[string]string{"bin/tool": binarchtest.Program(t, elf.EM_X86_64)})
	damaged := binarchtest.Folder(t, map[string]string{"a.so": "\x7fELF"})
	unopened := binarchtest.Folder(t, map[string]string{"data.7z": "7z\xbc\xaf\x27\x1c"})
	function := func(a binarch.Architecture, packages ...Package) Function {
		return Function{Name: "Shop/F", Target: binarch.Target{Architecture: a, Runtime: "python3.13"}, Packages: packages}
	}
	const finding = " code: bin/tool: built for x86_64 Linux: it cannot be executed there"
	const remedy = ". What to do: " + nativeRemedy
	for _, test := range []struct {
		name   string
		entry  Entry
		status Status
		text   string
	}{
		{"on arm64", assess(t, function("arm64", Package{Name: Code, Path: wrong}), false), OnArm64, "Readiness for arm64: it is deployed there"},
		{"x86_64 sibling", assess(t, function("x86_64", Package{Name: Code, Path: wrong}), true), DualArch, "Readiness for arm64: its sibling is deployed there"},
		{"nothing native", assess(t, function("x86_64", Package{Name: Code}), false), Ready,
			"Readiness for arm64: it could move there today, nothing in its code and layers stands in the way"},
		{"accepted", assess(t, function("x86_64", Package{Name: Code, Path: wrong}), false, Acceptance{"bin/tool", "never started"}), Ready,
			"Readiness for arm64: it could move there today, with warnings:" + finding + "; accepted: never started"},
		{"unreadable", assess(t, function("x86_64", Package{Name: Code, Path: damaged}), false), Unknown,
			"Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: code: a.so: could not be read: ELF header: the file ends inside it"},
		{"not opened", assess(t, function("x86_64", Package{Name: Code, Path: unopened}), false), Unknown,
			"Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: code: data.7z: a 7z archive, which is not opened"},
		{"not opened and accepted", assess(t, function("x86_64", Package{Name: Code, Path: unopened}), false, Acceptance{"*.7z", "maps"}), Ready,
			"Readiness for arm64: it could move there today, nothing in its code and layers stands in the way"},
		{"native", assess(t, function("x86_64", Package{Name: Code, Path: wrong}), false), Blocked,
			"Readiness for arm64: it cannot move there yet:" + finding + remedy},
		{"in a bucket", assess(t, function("x86_64", Package{Name: Code, Opaque: InBucket}), false), Unknown,
			"Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: code: it lies in a bucket, which is not read"},
		{"customer-managed runtime", assess(t, Function{Name: "Shop/F", Target: binarch.Target{Architecture: "x86_64", Runtime: "custom"}, Packages: []Package{{Name: Code}}}, false), Unknown,
			"Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: base system: a customer-managed runtime is its publisher's image, so its glibc and its architectures are not known"},
		{"by a parameter", assess(t, function("", Package{Name: Code}), false), Unknown,
			"Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: its architecture is only known when it is deployed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.status, test.entry.Status)
			require.Equal(t, test.text, test.entry.Text("dualarch check cdk.out"))
			require.NotContains(t, test.text, "\n", "an annotation is one line")
		})
	}
}

// A team of thirty Go functions is not blocked thirty times: its own compiler makes them for arm64.
func TestRebuild(t *testing.T) {
	const build = "build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64"
	found := func(change func(*Finding)) Finding {
		f := Finding{Package: Code, Finding: binarch.Finding{
			Rule: binarch.WrongArchitecture, Severity: binarch.Error, Path: "bootstrap", BuiltFor: "x86_64 Linux",
			DeployedTo: "arm64 provided.al2023", Reason: "it cannot be executed there", Ecosystem: binarch.Go, Remedy: build,
		}}
		change(&f)
		return f
	}
	plain := found(func(*Finding) {})
	for name, test := range map[string]struct {
		findings []Finding
		unknown  []string
		status   Status
		text     string
	}{
		"Go": {[]Finding{plain}, nil, Rebuild,
			"Readiness for arm64: it only has to be built for it: code: bootstrap: built for x86_64 Linux: it cannot be executed there. What to do: " + build},
		"Rust for macOS": {[]Finding{found(func(f *Finding) { f.Ecosystem, f.Rule, f.BuiltFor = binarch.Rust, binarch.WrongSystem, "arm64 macOS" })}, nil, Rebuild,
			"Readiness for arm64: it only has to be built for it: code: bootstrap: built for arm64 macOS: it cannot be executed there. What to do: " + build},
		"several programs": {[]Finding{plain, found(func(f *Finding) { f.Path = "bin/tool" })}, nil, Rebuild,
			"Readiness for arm64: it only has to be built for it: (1) code: bootstrap: built for x86_64 Linux: it cannot be executed there; " +
				"(2) code: bin/tool: built for x86_64 Linux: it cannot be executed there. What to do: " + build},
		"not all is known": {[]Finding{plain}, []string{"layer: its ARN is only known when it is deployed"}, Unknown,
			"Readiness for arm64: not all of it could be checked: layer: its ARN is only known when it is deployed. " +
				"It has to be built for it: code: bootstrap: built for x86_64 Linux: it cannot be executed there. What to do: " + build},
		"an image": {[]Finding{found(func(f *Finding) {
			f.Ecosystem, f.Path, f.Reason = binarch.Image, "shop:latest", "the image cannot start there"
		})}, nil, Rebuild,
			"Readiness for arm64: it only has to be built for it: code: shop:latest: built for x86_64 Linux: the image cannot start there. What to do: " + build},
		"of a layer":   {[]Finding{found(func(f *Finding) { f.Package = "Shop/Agent" })}, nil, Blocked, ""},
		"of a package": {[]Finding{found(func(f *Finding) { f.Origin = "node_modules/esbuild" })}, nil, Blocked, ""},
		"C":            {[]Finding{found(func(f *Finding) { f.Ecosystem = binarch.Native })}, nil, Blocked, ""},
		"glibc":        {[]Finding{found(func(f *Finding) { f.Rule = binarch.GlibcTooNew })}, nil, Blocked, ""},
		"the runtime":  {[]Finding{found(func(f *Finding) { f.Package, f.Rule = "", binarch.RuntimeWithoutArm64 })}, nil, Blocked, ""},
		"and something else": {[]Finding{plain, found(func(f *Finding) { f.Ecosystem = binarch.Pip })}, nil, Blocked,
			"Readiness for arm64: it cannot move there yet: (1) code: bootstrap: built for x86_64 Linux: it cannot be executed there; " +
				"(2) code: bootstrap: built for x86_64 Linux: it cannot be executed there. What to do: " + build},
		"accepted": {[]Finding{found(func(f *Finding) { f.Accepted = "never run" })}, nil, Ready,
			"Readiness for arm64: it could move there today, with warnings: code: bootstrap: built for x86_64 Linux: it cannot be executed there; accepted: never run"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Function{Name: "Shop/F", Target: binarch.Target{Architecture: binarch.X8664}}
			e := Assess(f, Verdict{}, Verdict{Findings: test.findings, Unknown: test.unknown}, false)
			require.Equal(t, test.status, e.Status)
			if test.text != "" {
				require.Equal(t, test.text, e.Text("dualarch check cdk.out"))
			}
			summary := NewReadiness([]Entry{e}, nil, nil, nil).Summary
			require.Equal(t, map[Status]int{test.status: 1}, map[Status]int{test.status: map[Status]int{
				Rebuild: summary.Rebuild, Unknown: summary.Unknown, Blocked: summary.Blocked, Ready: summary.Ready,
			}[test.status]})
		})
	}
}

// The file's shape, which other programs read.
func TestReadinessFile(t *testing.T) {
	wrong := binarchtest.Folder(t, map[string]string{"bin/tool": binarchtest.Program(t, elf.EM_X86_64)})
	entries := []Entry{
		assess(t, Function{Name: "Shop/Orders", Target: binarch.Target{Architecture: "x86_64", Runtime: "python3.13"},
			Packages: []Package{{Name: Code, Path: wrong}, {Name: "layer", Layer: true, Opaque: InBucket}}}, false),
		assess(t, Function{Name: "Shop/Mail", Target: binarch.Target{Architecture: "arm64", Runtime: "python3.13"},
			Packages: []Package{{Name: Code, Path: wrong}}}, false),
	}
	unchecked := []UncheckedResource{
		{"Shop/Web", "AWS::Lambda::WebFunctionRevision", UncheckedType("AWS::Lambda::WebFunctionRevision")},
		{"Shop/Sam", "AWS::Serverless::Function", UncheckedType("AWS::Serverless::Function")},
	}
	content, err := NewReadiness(entries, unchecked, []Acceptance{{"lib/x.so", "why"}}, []bool{false}).JSON()
	require.NoError(t, err)
	const obstacle = `{
          "package": "code",
          "rule": "wrong-architecture",
          "severity": "error",
          "path": "bin/tool",
          "builtFor": "x86_64 Linux",
          "deployedTo": "arm64 python3.13",
          "reason": "it cannot be executed there",
          "ecosystem": "native",
          "remedy": "compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu"
        }`
	require.Equal(t, `{
  "version": 2,
  "summary": {
    "functions": 2,
    "onArm64": 1,
    "dualArch": 0,
    "ready": 0,
    "rebuild": 0,
    "blocked": 1,
    "unknown": 0,
    "unchecked": 2,
    "errors": 1
  },
  "functions": [
    {
      "path": "Shop/Mail",
      "architecture": "arm64",
      "runtime": "python3.13",
      "status": "on-arm64",
      "obstacles": [],
      "unchecked": [],
      "findings": [
        `+obstacle+`
      ]
    },
    {
      "path": "Shop/Orders",
      "architecture": "x86_64",
      "runtime": "python3.13",
      "status": "blocked",
      "obstacles": [
        `+obstacle+`
      ],
      "unchecked": [
        "layer: it lies in a bucket, which is not read"
      ],
      "findings": []
    }
  ],
  "unchecked": [
    {
      "path": "Shop/Sam",
      "type": "AWS::Serverless::Function",
      "reason": "it is an AWS::Serverless::Function, of which SAM makes a function at deployment; check the folder of its code by itself"
    },
    {
      "path": "Shop/Web",
      "type": "AWS::Lambda::WebFunctionRevision",
      "reason": "it is an AWS::Lambda::WebFunctionRevision, whose code, for arm64 alone, is not looked at"
    }
  ],
  "acceptances": [
    {
      "path": "lib/x.so",
      "reason": "why",
      "used": false
    }
  ]
}
`, string(content))
	empty, err := NewReadiness(nil, nil, nil, nil).JSON()
	require.NoError(t, err)
	require.Contains(t, string(empty), `"functions": [],`)
	require.Contains(t, string(empty), `"unchecked": [],`)
}

// The page shows a file that has all of the fields, and names each.
func TestReadinessIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/guard.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```json\n")
	require.True(t, found)
	shown, rest, _ := strings.Cut(rest, "```")
	decoder := json.NewDecoder(strings.NewReader(shown))
	decoder.DisallowUnknownFields()
	var readiness Readiness
	require.NoError(t, decoder.Decode(&readiness))
	require.Equal(t, Blocked, readiness.Functions[0].Status)
	require.NotEmpty(t, readiness.Acceptances)
	require.NotEmpty(t, readiness.Unchecked)
	require.Equal(t, UncheckedType(readiness.Unchecked[0].Type), readiness.Unchecked[0].Reason)
	for _, kind := range []reflect.Type{reflect.TypeFor[Readiness](), reflect.TypeFor[Entry](), reflect.TypeFor[Finding](), reflect.TypeFor[binarch.Finding](), reflect.TypeFor[UncheckedResource]()} {
		for field := range kind.Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				require.Contains(t, rest, "`"+name+"`", field.Name)
			}
		}
	}
	for _, status := range []Status{OnArm64, DualArch, Ready, Rebuild, Blocked, Unknown} {
		require.Contains(t, rest, "`"+string(status)+"`")
	}
}
