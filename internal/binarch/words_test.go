package binarch

import (
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// scanned is the inventory of a package, without files on disk.
func scanned(t testing.TB, f files) *Inventory {
	t.Helper()
	packed := f.packed(t).tar(t)
	s := newScan(t.Context(), "package", Options{})
	c, err := diskContent(strings.NewReader(packed), int64(len(packed)), make([]byte, headSize))
	require.NoError(t, err)
	require.NoError(t, s.topFile(place{name: "package"}, c))
	return s.found.finish()
}

// severities are what is found for an architecture, information left out, by path.
func severities(inventory *Inventory, a Architecture) map[string]Severity {
	found := map[string]Severity{}
	for _, f := range inventory.Check(Target{Architecture: a}) {
		if f.Severity != Info {
			found[f.Path] = f.Severity
		}
	}
	return found
}

// words gives random names that no list has.
type words struct {
	random *rand.Rand
	given  map[string]bool
}

func newWords(seed uint64) *words {
	return &words{rand.New(rand.NewPCG(seed, 1)), map[string]bool{}}
}

func (w *words) word() string {
	for {
		b := make([]byte, 4+w.random.IntN(5))
		for i := range b {
			b[i] = "bcdfghjklmnpqrtvz"[w.random.IntN(17)]
		}
		if word := string(b); !w.given[word] && platformWord.FindString(word) == "" && !strings.HasPrefix(word, "lib") {
			w.given[word] = true
			return word
		}
	}
}

// machine is a platform that packages bring files for.
type machineFile struct{ content, suffix string }

var (
	lambdaMachines = []machineFile{{x86Library, ".so"}, {armLibrary, ".so"}}
	otherMachines  = []machineFile{
		{mac, ".dylib"}, {macX86, ".dylib"}, {winX86, ".dll"}, {winIA, ".dll"}, {i386, ".so"}, {arm32, ".so"}, {riscv32, ".so"}, {androidArm, ".so"}, {iosLibrary, ".bare"},
	}
)

func (w *words) machines(foreign int) []machineFile {
	others := slices.Clone(otherMachines)
	w.random.Shuffle(len(others), func(i, k int) { others[i], others[k] = others[k], others[i] })
	return append(slices.Clone(lambdaMachines), others[:foreign]...)
}

// place is where a package may lie in an asset.
func (w *words) place() string {
	switch w.random.IntN(5) {
	case 0:
		return "node_modules/" + w.word() + "/"
	case 1:
		return "node_modules/@" + w.word() + "/" + w.word() + "/"
	case 2:
		return "lib/" + w.word() + ".jar!/"
	case 3:
		return w.word() + "/" + w.word() + "/"
	}
	return ""
}

func (w *words) path(depth int) string {
	parts := make([]string, depth)
	for i := range parts {
		parts[i] = w.word()
	}
	return path.Join(parts...)
}

// A folder whose children hold the same names for different machines: whatever the folders are called.
func checkPlatformFolders(t *testing.T, seed uint64) {
	w := newWords(seed)
	base, above, below := w.place(), w.path(w.random.IntN(3)), w.path(w.random.IntN(3))
	names := []string{w.word(), w.word(), w.word()}[:1+w.random.IntN(3)]
	layout, forArm := files{}, files{}
	for _, m := range w.machines(w.random.IntN(6)) {
		folder := w.word()
		for _, name := range names {
			file := path.Join(base+above, folder, below, name) + m.suffix
			layout[file] = m.content
			if m.content == armLibrary {
				forArm[file] = m.content
			}
		}
	}
	whole := scanned(t, layout)
	require.Empty(t, severities(whole, X8664), "%v", slices.Sorted(maps.Keys(layout)))
	require.Empty(t, severities(whole, Arm64), "%v", slices.Sorted(maps.Keys(layout)))
	for file := range forArm {
		delete(layout, file)
	}
	found := severities(scanned(t, layout), Arm64)
	require.Len(t, found, len(names), "%v: %v", slices.Sorted(maps.Keys(layout)), found)
	for file, severity := range found {
		require.Equal(t, Error, severity, file)
		require.Equal(t, x86Library, layout[file], file)
	}
}

// Names that differ in one part: with a third machine they are variants, of two it is a guess.
func checkPlatformNames(t *testing.T, seed uint64) {
	w := newWords(seed)
	folder, thing, foreign := w.place()+w.path(w.random.IntN(2)), w.word(), w.random.IntN(4)
	separator := []string{"-", "_", "."}[w.random.IntN(3)]
	layout := files{}
	for _, m := range w.machines(foreign) {
		name := thing + separator + w.word()
		if w.random.IntN(2) == 0 {
			name = "lib" + name
		}
		layout[path.Join(folder, name)+m.suffix] = m.content
	}
	for _, a := range []Architecture{X8664, Arm64} {
		found := severities(scanned(t, layout), a)
		if foreign > 0 {
			require.Empty(t, found, "%v", slices.Sorted(maps.Keys(layout)))
		}
		for file, severity := range found {
			require.Equal(t, Warning, severity, file)
		}
	}
}

// Different things for different machines are errors, each on the other architecture.
func checkDifferentThings(t *testing.T, seed uint64) {
	w := newWords(seed)
	layout, wrong := files{}, map[Architecture]map[string]Severity{X8664: {}, Arm64: {}}
	folder := w.place() + w.path(w.random.IntN(3))
	for range 2 + w.random.IntN(4) {
		if w.random.IntN(2) == 0 {
			folder = w.place() + w.path(w.random.IntN(3))
		}
		if file := path.Join(folder, w.word()+".so"); w.random.IntN(2) == 0 {
			layout[file], wrong[Arm64][file] = x86Library, Error
		} else {
			layout[file], wrong[X8664][file] = armLibrary, Error
		}
	}
	inventory := scanned(t, layout)
	for a, want := range wrong {
		require.Equal(t, want, severities(inventory, a), "%s: %v", a, slices.Sorted(maps.Keys(layout)))
	}
}

var layoutProperties = []func(*testing.T, uint64){checkPlatformFolders, checkPlatformNames, checkDifferentThings}

func TestLayoutsOfAnyWords(t *testing.T) {
	for seed := range uint64(150) {
		for _, check := range layoutProperties {
			check(t, seed)
		}
	}
}

// FuzzLayouts makes layouts of random words.
func FuzzLayouts(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		for _, check := range layoutProperties {
			check(t, seed)
		}
	})
}

// renamed replaces every name of a platform by a word that no list has.
func renamed(f files, seed uint64) files {
	w, words := newWords(seed), map[string]string{}
	rename := func(name string) string {
		parts := strings.Split(name, "/")
		for i, part := range parts {
			_, found := generalise(strings.ToLower(part))
			slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) })
			for _, word := range found {
				if words[word] == "" {
					words[word] = w.word()
				}
				part = strings.ReplaceAll(part, word, words[word])
			}
			parts[i] = part
		}
		return strings.Join(parts, "/")
	}
	all := files{}
	for name, content := range f {
		if isWheelRecord(name) {
			lines := strings.Split(content, "\n")
			for i, line := range lines {
				lines[i] = rename(line)
			}
			content = strings.Join(lines, "\n")
		}
		all[rename(name)] = content
	}
	return all
}

// What a package calls its platforms is never the reason for an error.
func TestNoErrorRestsOnWords(t *testing.T) {
	for _, l := range variantLayouts(t) {
		if len(l.x86)+len(l.arm) > 0 {
			continue
		}
		t.Run(l.name, func(t *testing.T) {
			for seed := range uint64(5) {
				layout := renamed(l.files, seed)
				inventory := scanned(t, layout)
				for _, a := range []Architecture{X8664, Arm64} {
					for file, severity := range severities(inventory, a) {
						require.NotEqual(t, Error, severity, "%s: %s in %v", a, file, slices.Sorted(maps.Keys(layout)))
					}
				}
			}
		})
	}
}
