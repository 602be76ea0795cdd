package dockerfile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInstructions(t *testing.T) {
	f, err := parse(strings.NewReader("\ufeff# syntax=docker/dockerfile:1\n# escape=`\n# a comment\nARG A=1 B=\"b c\"\n\n" +
		"from --platform=$BUILDPLATFORM golang:1.26 as Build\n" +
		"run --mount=type=cache,target=/x go build `\n  # why\n\n  -o /x\n" +
		"COPY --from=other --chown=1:1 [\"a b\", \"/c\"]\n" +
		"COPY <<-\"EOF\" a.txt /d/\n\tone\n\tEOF\n" +
		"RUN <<A <<B\nfirst\nA\nsecond\nB\n" +
		"ENV K=v L='m n' M\nENV OLD the rest  of it\n" +
		"FROM scratch\r\nCOPY --from=0 /x /x\r\n"))
	require.NoError(t, err)
	require.Len(t, f.stages, 2)
	require.Equal(t, byte('`'), f.escape)
	one, value := "1", "\"b c\""
	require.Equal(t, []argument{{"A", &one}, {"B", &value}}, f.args)
	build := f.stages[0]
	require.Equal(t, stage{line: 6, base: "golang:1.26", name: "Build", platform: "$BUILDPLATFORM", instructions: build.instructions}, build)
	require.Equal(t, "RUN", build.instructions[0].name)
	require.Equal(t, "go build   -o /x", build.instructions[0].text)
	require.Equal(t, map[string]string{"mount": "type=cache,target=/x"}, build.instructions[0].flags)
	require.Equal(t, "other", build.instructions[1].from())
	require.Equal(t, []string{"a b", "/c"}, build.instructions[1].words('`'))
	require.Equal(t, []string{"a.txt", "/d/"}, build.instructions[2].words('`'))
	require.Equal(t, []string{"one\n"}, build.instructions[2].documents)
	require.Equal(t, []string{"first\n", "second\n"}, build.instructions[3].documents)
	v, l, rest := "v", "'m n'", "the rest  of it"
	require.Equal(t, []argument{{"K", &v}, {"L", &l}, {key: "M"}}, build.instructions[4].arguments('`'))
	require.Equal(t, []argument{{"OLD", &rest}}, build.instructions[5].arguments('`'))
	require.Equal(t, "scratch", f.stages[1].base)
	require.Equal(t, []string{"/x", "/x"}, f.stages[1].instructions[0].words('`'))
}

func TestWhatIsNoDockerfile(t *testing.T) {
	for text, want := range map[string]string{
		"FROM scratch\nRUM ls\n":        "dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)",
		"FROM scratch\nCOYP a b\n":      "dockerfile parse error on line 2: unknown instruction: COYP (did you mean COPY?)",
		"FROM scratch\nINSTALL a\n":     "dockerfile parse error on line 2: unknown instruction: INSTALL",
		"RUN ls\n":                      "dockerfile parse error on line 1: no build stage in current context",
		"FROM a b\n":                    "dockerfile parse error on line 1: FROM requires either one or three arguments",
		"FROM\n":                        "dockerfile parse error on line 1: FROM requires either one or three arguments",
		"FROM scratch\nRUN <<EOF\nls\n": "dockerfile parse error on line 2: unterminated heredoc",
		"# escape=x\nFROM scratch\n":    "dockerfile parse error on line 1: invalid escape token 'x' does not match ` or \\",
		"":                              "it has no FROM line",
		"# only a comment\n":            "it has no FROM line",
		"FROM " + strings.Repeat("x", longestLine) + "": "bufio.Scanner: token too long",
	} {
		_, err := parse(strings.NewReader(text))
		require.EqualError(t, err, want, "%.40s", text)
	}
}

func TestExpandWord(t *testing.T) {
	values := map[string]string{"A": "amd64", "EMPTY": "", "PATH": "a/b/c.tar.gz"}
	for word, want := range map[string]string{
		"x-$A": "x-amd64", "x-${A}y": "x-amd64y", "$NONE": "", "${NONE}x": "x", "$": "$", "a$ b": "a$ b", `\$A`: "$A",
		"'$A'": "$A", `"$A"`: "amd64", `"a\"b"`: `a"b`, `"a\b"`: `a\b`, `"it's"`: "it's", `a\ b`: "a b",
		"${NONE:-d}": "d", "${NONE-d}": "d", "${EMPTY:-d}": "d", "${EMPTY-d}": "", "${A:-d}": "amd64", "${NONE:-${A}}": "amd64",
		"${A:+yes}": "yes", "${EMPTY:+yes}": "", "${EMPTY+yes}": "yes", "${NONE+yes}": "", "${A:?why}": "amd64",
		"${PATH#*/}": "b/c.tar.gz", "${PATH##*/}": "c.tar.gz", "${PATH%.*}": "a/b/c.tar", "${PATH%%.*}": "a/b/c", "${PATH#z}": "a/b/c.tar.gz",
		"${A/64/32}": "amd32", "${PATH//\\//-}": "a-b-c.tar.gz", "${A/x/y}": "amd64",
	} {
		got, err := expandWord(word, '\\', values)
		require.NoError(t, err, word)
		require.Equal(t, want, got, word)
	}
	for word, want := range map[string]string{
		"'a": errOpen.Error(), `"a`: errOpen.Error(), "${A": "bad substitution: ${A", "${}": "bad substitution: ${}", "${A:-b": errOpen.Error(),
		"${A!b}": "unsupported modifier (!) in substitution", "${NONE:?is not set}": "NONE: not allowed to be unset or empty: is not set", "${A/b": errOpen.Error(),
	} {
		_, err := expandWord(word, '\\', values)
		require.EqualError(t, err, want, word)
	}
}

func TestReferences(t *testing.T) {
	for image, want := range map[string]reference{
		"python":                   {"", "python", "latest"},
		"amd64/python:3.13":        {"", "amd64/python", "3.13"},
		"docker.io/library/python": {"", "library/python", "latest"},
		"public.ecr.aws/lambda/python:3.13-arm64": {"public.ecr.aws", "lambda/python", "3.13-arm64"},
		"localhost:5000/ab:c":                     {"localhost:5000", "ab", "c"},
	} {
		got, valid := readReference(image)
		require.True(t, valid, image)
		require.Equal(t, want, got, image)
	}
	for _, image := range []string{"", "A/b", "a:b:c", "a b", "a:", "a@b", "x"} {
		_, valid := readReference(image)
		require.False(t, valid, image)
	}
}

func TestIgnoreList(t *testing.T) {
	for _, test := range []struct{ lines, left, kept string }{
		{"node_modules", "node_modules node_modules/a/b", "src/node_modules node_modules2"},
		{"/dist/", "dist dist/a", "src/dist"},
		{"*.js", "a.js", "src/a.js a.jsx axjs"},
		{"*/temp?", "a/temp1 a/temp1/b", "temp1 a/b/temp1 a/temp a/temp12"},
		{"**/*.js", "a.js src/a.js a/b/c.js", "a.ts"},
		{"**/tmp", "tmp a/tmp a/tmp/b", "atmp"},
		{"**tmp", "tmp atmp a/tmp", "tmpa"},
		{"src/**", "src/a src/a/b", "src srca"},
		{"src/**/test", "src/test src/a/b/test", "src/atest"},
		{"**", "a a/b", ""},
		{"a[0-9]+(x)", "a1+(x)", "a1x ab+(x)"},
		{`a\*b`, "a*b", "axb"},
		{"*\n!keep\n!a/b", "x a a/c", "keep keep/x a/b"},
		{"*.md\n!README*.md\nREADME-secret.md", "a.md README-secret.md", "README.md README-x.md"},
		{"# *\n\n  a  ", "a", "b"},
	} {
		lines, err := readIgnore(strings.NewReader(test.lines))
		require.NoError(t, err)
		list, err := newIgnoreList(lines)
		require.NoError(t, err)
		for name := range strings.FieldsSeq(test.left) {
			require.True(t, list.matches(name), "%q and %s", test.lines, name)
		}
		for name := range strings.FieldsSeq(test.kept) {
			require.False(t, list.matches(name), "%q and %s", test.lines, name)
		}
		require.Equal(t, strings.Contains(test.lines, "\n!"), list.exceptions)
	}
	_, err := newIgnoreList([]string{"!"})
	require.EqualError(t, err, `illegal exclusion pattern: "!"`)
	_, err = newIgnoreList([]string{"["})
	require.EqualError(t, err, "syntax error in pattern")
}
