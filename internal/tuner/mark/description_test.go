package mark

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// What stands in $LATEST for a moment says what was there before, as far as it fits.
func TestMarkOfLatest(t *testing.T) {
	e := run.Execution{Name: "run-1", ARN: "arn:aws:states:us-east-1:123456789012:execution:tune:run-1"}
	key := run.VersionKey{Round: 2, Index: 14}
	for name, description := range map[string]string{
		"plain": "counts primes", "none": "", "like a mark": "dualarch a#1.2 at 3 MB for a moment", "lines": "counts\nprimes: all, cut: none",
		"long": strings.Repeat("x", 256), "long, in another script": strings.Repeat("数", 256), "of surrogates": strings.Repeat("𝒳", 128),
	} {
		t.Run(name, func(t *testing.T) {
			text := OfLatest(e, key, 1769, run.Target{MemorySize: 512, Description: description})
			require.LessOrEqual(t, characters(text), 256)
			m, ok := Parse(text)
			require.True(t, ok)
			require.Equal(t, 512, m.Before.MemorySize)
			require.Equal(t, len(description) > 250, m.Before.Cut)
			if m.Before.Cut {
				require.True(t, strings.HasPrefix(description, m.Before.Description))
				require.Greater(t, characters(text), 254)
			} else {
				require.Equal(t, description, m.Before.Description)
			}
			m.Before = nil
			require.Equal(t, Mark{Execution: "run-1", Hash: hashOf(e.ARN), VersionKey: key, MemorySize: 1769}, m)
			require.True(t, m.By(e, run.Target{}))
			_, version := OnVersion(cloud.FunctionConfiguration{Version: "8", Description: text})
			require.False(t, version, "somebody else published $LATEST")
		})
	}
}

// The longest names leave room for the memory size, at least.
func TestLongestMarkFits(t *testing.T) {
	name := strings.Repeat("n", 80)
	text := OfLatest(run.Execution{Name: name, ARN: name}, run.VersionKey{Round: 999, Index: 99999}, 10240, run.Target{MemorySize: 10240, Description: strings.Repeat("d", 256)})
	require.Len(t, text, 256)
	m, ok := Parse(text)
	require.True(t, ok)
	require.Equal(t, 10240, m.Before.MemorySize)
}

func TestParseMarks(t *testing.T) {
	for description, want := range map[string]Mark{
		"dualarch run#1.3":                         {Execution: "run", VersionKey: run.VersionKey{Round: 1, Index: 3}},
		"dualarch run#1.3 at 128 MB for a moment":  {Execution: "run", VersionKey: run.VersionKey{Round: 1, Index: 3}, MemorySize: 128},
		"dualarch a@b@0123456789ab#1.3":            {Execution: "a@b", Hash: "0123456789ab", VersionKey: run.VersionKey{Round: 1, Index: 3}},
		"dualarch a@0123456789ab@0123456789ab#1.3": {Execution: "a@0123456789ab", Hash: "0123456789ab", VersionKey: run.VersionKey{Round: 1, Index: 3}},
	} {
		m, ok := Parse(description)
		require.True(t, ok, description)
		require.Equal(t, want, m, description)
	}
	for _, description := range []string{"", "counts primes", "dualarch", "dualarch run#1", "see dualarch run#1.3", "dualarch run#1.3 at 128 MB", "dualarch two words#1.3"} {
		_, ok := Parse(description)
		require.False(t, ok, description)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("dualarch run@0123456789ab#1.3 at 128 MB for a moment, else 512 MB: counts primes")
	f.Fuzz(func(t *testing.T, description string) {
		if m, ok := Parse(description); ok {
			require.NotEmpty(t, m.Execution)
		}
	})
}

func TestMarks(t *testing.T) {
	e := run.Execution{Name: "run", ARN: "arn:aws:states:us-east-1:123456789012:execution:tune:run"}
	target := run.Target{HighestVersion: 7, CodeSHA256: "sum", MemorySize: 512}
	key := run.VersionKey{Round: 1, Index: 3}
	version := cloud.FunctionConfiguration{Version: "8", Description: OfVersion(e, key), CodeSHA256: "sum"}
	require.Equal(t, "dualarch run@6a178f135997#1.3", version.Description)
	require.True(t, Owns(target, version, e))
	for name, change := range map[string]func(*cloud.FunctionConfiguration){
		"older than Plan": func(c *cloud.FunctionConfiguration) { c.Version = "7" },
		"$LATEST":         func(c *cloud.FunctionConfiguration) { c.Version = "$LATEST" },
		"another run's":   func(c *cloud.FunctionConfiguration) { c.Description = "dualarch run2@6a178f135997#1.3" },
		"that of a run of the same name in another state machine": func(c *cloud.FunctionConfiguration) {
			c.Description = OfVersion(run.Execution{Name: "run", ARN: "arn:aws:states:us-east-1:123456789012:execution:other:run"}, key)
		},
		"a mark by name": func(c *cloud.FunctionConfiguration) { c.Description = "dualarch run#1.3" },
		"other code":     func(c *cloud.FunctionConfiguration) { c.CodeSHA256 = "other" },
		"no description": func(c *cloud.FunctionConfiguration) { c.Description = "" },
		"published by somebody else": func(c *cloud.FunctionConfiguration) {
			c.Description = OfLatest(e, key, 512, target)
		},
		"words around it": func(c *cloud.FunctionConfiguration) { c.Description = "see " + c.Description },
	} {
		v := version
		change(&v)
		require.False(t, Owns(target, v, e), name)
	}
	version.Description = "dualarch run#1.3"
	target.NamedMarks = true
	require.True(t, Owns(target, version, e), "a journal of format 1")
}
