package look

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

// A second survey with the same cache folder reads only code that has changed, and finds the same.
func TestASecondSurveyReadsWhatHasChanged(t *testing.T) {
	w := newWorld()
	layer := w.AddLayer(other, "shared", 3, zipped(t, map[string]string{"bin/tool": x86(t)}), "")
	w.add("zip", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}), layer)
	w.add("changing", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": "# 1"}), layer)
	w.addImage("image", w.push(t, account, "shop", image(t, "arm64", compression.GZip, map[string]string{"app": x86(t)})))
	cache := private(t)
	all := func() (found []survey.Function, read, cached int64) {
		l := newLooker(t, Options{Cache: cache})
		for _, name := range []string{"zip", "changing", "image"} {
			f, r, c := w.lookWith(t, l, name)
			require.Empty(t, f.Problems)
			found, read, cached = append(found, f), read+r, cached+c
		}
		return found, read, cached
	}
	first, read, cached := all()
	require.Positive(t, read)
	require.Zero(t, cached)
	second, readAgain, stoodFor := all()
	require.Equal(t, first, second)
	require.Zero(t, readAgain)
	require.Equal(t, read, stoodFor)

	w.add("changing", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": "# 2", "tool": x86(t)}), layer)
	third, readAgain, stoodFor := all()
	require.Equal(t, first[0], third[0])
	require.Contains(t, texts(third[1]), "code: wrong-architecture tool")
	require.Positive(t, readAgain)
	require.Less(t, stoodFor, read)
}

// Files in the folder are this user's alone, and hold no code.
func TestWhatIsInTheCacheFolder(t *testing.T) {
	w := newWorld()
	const secret = "the body of a function that nobody else may read"
	w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": secret, "tool": x86(t) + secret}))
	cache := private(t)
	w.look(t, "f", Options{Cache: cache})
	info, err := os.Stat(cache)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err = files[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, encoded, found := bytes.Cut(read(t, filepath.Join(cache, files[0].Name())), []byte("\n"))
	require.True(t, found)
	text := unzipped(t, encoded)
	require.Contains(t, text, `"tool"`)
	require.NotContains(t, text, "nobody else")
}

// Damaged files, files of another guard and files under another's name are ignored and written again.
func TestAFileThatCannotBeBelieved(t *testing.T) {
	w := newWorld()
	w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
	w.add("g", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": "", "tool": x86(t)}))
	cache := private(t)
	only := func() string {
		files, err := filepath.Glob(filepath.Join(cache, "*"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		return files[0]
	}
	w.look(t, "f", Options{Cache: cache})
	path := only()
	right := read(t, path)
	other := private(t)
	w.look(t, "g", Options{Cache: other})
	files, err := filepath.Glob(filepath.Join(other, "*"))
	require.NoError(t, err)
	_, encoded, _ := bytes.Cut(right, []byte("\n"))
	for name, content := range map[string][]byte{
		"empty": {}, "cut": right[:len(right)-1], "longer": append(bytes.Clone(right), 0), "text": []byte("text"), "another's": read(t, files[0]),
		"another guard's": bytes.Replace(right, []byte(`"guard":"`), []byte(`"guard":"0`), 1), "without a line": encoded,
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, content, 0o600))
			f, fetched, cached := w.look(t, "f", Options{Cache: cache})
			require.Equal(t, guard.Ready, f.Readiness.Status)
			require.Empty(t, f.Problems)
			require.Positive(t, fetched)
			require.Zero(t, cached)
			require.Equal(t, right, read(t, only()))
		})
	}
}

// A folder that others can write to is refused, and one that cannot be written to is a problem once.
func TestACacheFolderThatCannotBeUsed(t *testing.T) {
	open := t.TempDir()
	require.NoError(t, os.Chmod(open, 0o777))
	_, err := New(Options{Cache: open})
	require.EqualError(t, err, "cache: "+open+" can be written to by others (drwxrwxrwx), and what others put there would be believed; give a folder that only you can write to")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = New(Options{Cache: file})
	require.EqualError(t, err, "cache: mkdir "+file+": not a directory")

	w := newWorld()
	w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
	w.add("g", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": "# g"}))
	gone := private(t)
	l := newLooker(t, Options{Cache: gone})
	require.NoError(t, os.Remove(gone))
	f, _, _ := w.lookWith(t, l, "f")
	require.Equal(t, guard.Ready, f.Readiness.Status)
	require.Len(t, f.Problems, 1)
	require.Equal(t, "cache", f.Problems[0].What)
	require.Regexp(t, `^cache: open .*: no such file or directory$`, f.Problems[0].Why)
	f, _, _ = w.lookWith(t, l, "g")
	require.Empty(t, f.Problems)
}

// What is held in memory is bounded, and what was asked for last stays.
func TestWhatIsHeldIsBounded(t *testing.T) {
	r := newRecent(4)
	for _, key := range []string{"a", "b", "c", "d"} {
		r.put(key, []byte{1})
	}
	require.NotNil(t, r.get("a"))
	r.put("e", []byte{1})
	require.Nil(t, r.get("b"))
	for _, key := range []string{"a", "c", "d", "e"} {
		require.NotNil(t, r.get(key), key)
	}
	r.put("e", []byte{1, 2})
	require.Nil(t, r.get("a"))
	require.Equal(t, 4, r.size)
	r.put("f", make([]byte, 5))
	require.Nil(t, r.get("f"))
	require.Equal(t, 4, r.size)
}

// However much code there is, no layer that functions share is forgotten for it.
func TestCodeDoesNotDisplaceLayers(t *testing.T) {
	s, err := newStore("")
	require.NoError(t, err)
	s.remember(layerKey+"arn", []byte{1})
	for i := range 5 {
		s.remember("zip "+string(rune('a'+i)), make([]byte, maxCode/2))
	}
	require.Nil(t, s.remembered("zip a"))
	require.NotNil(t, s.remembered("zip e"))
	require.NotNil(t, s.remembered(layerKey+"arn"))
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func unzipped(t *testing.T, content []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(content))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}
