package guard

import (
	"debug/elf"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
)

func TestParseAcceptance(t *testing.T) {
	a, err := ParseAcceptance("lib/**/*.so=loaded on x86_64 only, see a=b")
	require.NoError(t, err)
	require.Equal(t, Acceptance{"lib/**/*.so", "loaded on x86_64 only, see a=b"}, a)
	for text, want := range map[string]string{
		"":          `"": no path was given; give the path of a finding, as the guard prints it`,
		"=why":      `"=why": no path was given; give the path of a finding, as the guard prints it`,
		"a.so":      `"a.so": no reason was given for "a.so"; say why it is harmless, for the next reader`,
		"a.so= ":    `"a.so= ": no reason was given for "a.so"; say why it is harmless, for the next reader`,
		"*=why":     `"*=why": the path "*" matches every file; name the files that were looked at`,
		"**=why":    `"**=why": the path "**" matches every file; name the files that were looked at`,
		"**/*.*=y":  `"**/*.*=y": the path "**/*.*" matches every file; name the files that were looked at`,
		"**!/*=why": `"**!/*=why": the path "**!/*" matches every file; name the files that were looked at`,
		"{**,a}=w":  `"{**,a}=w": the path "{**,a}" matches every file; name the files that were looked at`,
		"[!a]*=w":   `"[!a]*=w": the path "[!a]*" matches every file; name the files that were looked at`,
		"a[=why":    `"a[=why": the path "a[" is no pattern that can be read; close its brackets, or write \[ for the character`,
	} {
		_, err := ParseAcceptance(text)
		require.EqualError(t, err, want)
	}
}

func TestAccept(t *testing.T) {
	verdict := func() *Verdict {
		v := &Verdict{}
		for path, severity := range map[string]binarch.Severity{
			"lib/a.so": binarch.Error, "lib/b/c.so": binarch.Warning, "odd[1].so": binarch.Error,
			"lib/x.exe": binarch.Info, "lib.jar!/linux/d.so": binarch.Error, "": binarch.Error,
		} {
			v.add(Package{}, binarch.Finding{Path: path, Severity: severity})
		}
		return v
	}
	for _, test := range []struct {
		path string
		want []string
	}{
		{"lib/a.so", []string{"lib/a.so"}},
		{"lib/*", []string{"lib/a.so"}},
		{"lib/**", []string{"lib/a.so", "lib/b/c.so"}},
		{"**/c.so", []string{"lib/b/c.so"}},
		{"odd[1].so", []string{"odd[1].so"}},
		{"lib.jar!/**", []string{"lib.jar!/linux/d.so"}},
		{"lib", nil},
		{"lib/x.exe", nil},
	} {
		v, used := verdict(), make([]bool, 2)
		v.Accept([]Acceptance{{test.path, "harmless"}, {test.path, "too late"}}, used)
		var got []string
		for _, f := range v.Accepted() {
			require.Equal(t, "harmless", f.Accepted)
			got = append(got, f.Path)
		}
		require.ElementsMatch(t, test.want, got, test.path)
		require.Equal(t, []bool{len(got) > 0, len(got) > 0}, used)
	}
	require.Equal(t, []string{`"b" is accepted (why), and the guard finds nothing there; take the acceptance out, or mend its path`},
		Unused([]Acceptance{{"a", "why"}, {"b", "why"}}, []bool{true, false}))
}

// A line of a Dockerfile is accepted by what the guard prints, or by the file.
func TestAcceptALine(t *testing.T) {
	for path, want := range map[string]string{"Dockerfile:2": "why", "Dockerfile": "why", "Dockerfile:3": ""} {
		f := binarch.Finding{Path: "Dockerfile", Line: 2, Severity: binarch.Error}
		Accept(&f, []Acceptance{{path, "why"}}, make([]bool, 1))
		require.Equal(t, want, f.Accepted, path)
	}
}

// What is accepted stays in the report.
func TestAcceptedIsNoErrorAndIsTold(t *testing.T) {
	f := Function{Target: binarch.Target{Runtime: "provided.al2023"}, Packages: []Package{{
		Name: Code, Path: binarchtest.Folder(t, map[string]string{"bootstrap": binarchtest.Program(t, elf.EM_AARCH64), "tools/strace": binarchtest.Program(t, elf.EM_X86_64)}),
	}}}
	v := new(Judge).Check(t.Context(), f, binarch.Arm64)
	require.Len(t, v.Of(binarch.Error), 1)
	v.Accept([]Acceptance{{"tools/**", "for debugging on laptops"}}, make([]bool, 1))
	require.Empty(t, v.Text(binarch.Error, "dualarch check cdk.out"))
	require.Equal(t, "The guard found 1 accepted finding for arm64 provided.al2023: "+
		"code: tools/strace: built for x86_64 Linux: it cannot be executed there; accepted: for debugging on laptops",
		v.AcceptedText("dualarch check cdk.out"))
}
