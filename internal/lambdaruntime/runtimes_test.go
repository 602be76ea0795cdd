package lambdaruntime

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func day(t *testing.T, text string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return day
}

func TestFind(t *testing.T) {
	for name, want := range map[string]Runtime{
		"java8":         {"java8", AmazonLinux1, "2024-01-08", "2024-02-08", "2027-03-03", true},
		"java17":        {"java17", AmazonLinux2, "2027-06-30", "2027-07-31", "2027-08-31", false},
		"java8.al2023":  {"java8.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		"java11.al2023": {"java11.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		"java17.al2023": {"java17.al2023", AmazonLinux2023, "2029-06-30", "2029-07-31", "2029-08-31", false},
		"nodejs26.x":    {Name: "nodejs26.x", System: AmazonLinux2023},
		"python3.15":    {Name: "python3.15", System: AmazonLinux2023},
	} {
		found, known := Find(name)
		require.True(t, known, name)
		require.Equal(t, want, found)
		require.Contains(t, All(), found)
	}
	for _, name := range []string{"nodejs99.x", Custom, ""} {
		_, known := Find(name)
		require.False(t, known, name)
	}
}

// Previews and runtimes that end within a year are not advised; neither is another version of the language if the
// same one exists on a newer system.
func TestReplacement(t *testing.T) {
	today := day(t, "2026-11-27")
	for name, want := range map[string]string{
		"go1.x": "provided.al2023", "provided": "provided.al2023", "provided.al2": "provided.al2023",
		"nodejs10.x": "nodejs24.x", "nodejs20.x": "nodejs24.x", "nodejs22.x": "nodejs24.x",
		"python2.7": "python3.12 (the nearest) or python3.14 (the newest)", "python3.11": "python3.12 (the nearest) or python3.14 (the newest)",
		"java8": "java8.al2023 (the nearest) or java25 (the newest)", "java8.al2": "java8.al2023 (the nearest) or java25 (the newest)",
		"java11": "java11.al2023 (the nearest) or java25 (the newest)", "java17": "java17.al2023 (the nearest) or java25 (the newest)",
		"dotnetcore2.1": "dotnet10", "dotnet8": "dotnet10",
		"ruby2.5": "ruby3.4 (the nearest) or ruby4.0 (the newest)", "ruby3.4": "ruby4.0",
		"java25": "", "nodejs99.x": "", Custom: "",
	} {
		require.Equal(t, want, Replace(name, today).String(), name)
	}
}

// A year before its end, a runtime is no longer worth moving to; past the table's horizon the newest is the best guess.
func TestReplacementInTime(t *testing.T) {
	require.Equal(t, "java8.al2", Replace("java8", day(t, "2026-06-29")).Nearest)
	require.Equal(t, "java8.al2023", Replace("java8", day(t, "2026-06-30")).Nearest)
	require.Equal(t, "nodejs26.x", Replace("nodejs20.x", day(t, "2027-04-30")).String())
	require.Equal(t, "ruby4.0", Replace("ruby2.5", day(t, "2036-01-01")).String())
}

// Advised runtimes run on both architectures and stay.
func TestEveryRuntimeHasAReplacement(t *testing.T) {
	today := day(t, AsOf)
	for _, r := range All() {
		if !r.X86Only && !r.IsDeprecated(today) {
			continue
		}
		for _, name := range []string{Replace(r.Name, today).Nearest, Replace(r.Name, today).Newest} {
			better, known := Find(name)
			require.True(t, known, r.Name)
			require.False(t, better.X86Only, r.Name)
			require.True(t, better.stays(today), "%s: %s ends on %q", r.Name, name, better.Deprecated)
		}
	}
}

func TestDeprecation(t *testing.T) {
	const nodejs20 = "Lambda deprecated the runtime nodejs20.x on 2026-04-30: it gets no more security updates"
	for _, test := range []struct{ name, today, want string }{
		{"nodejs20.x", "2026-04-29", ""},
		{"nodejs20.x", "2026-04-30", nodejs20 + ", no function with it can be created from 2027-02-01 on, and none updated from 2027-03-03 on"},
		{"nodejs20.x", "2027-02-01", nodejs20 + ", no function with it can be created since 2027-02-01, and none updated from 2027-03-03 on"},
		{"nodejs20.x", "2027-03-03", nodejs20 + ", and no function with it can be created since 2027-02-01 or updated since 2027-03-03"},
		{"nodejs26.x", "2040-01-01", ""},
	} {
		found, known := Find(test.name)
		require.True(t, known)
		require.Equal(t, test.want, found.Deprecation(day(t, test.today)), "%s on %s", test.name, test.today)
	}
	require.Equal(t, "Lambda deprecated the runtime a on 2026-01-01: it gets no more security updates, and later no function with it can be created or updated",
		Runtime{Name: "a", Deprecated: "2026-01-01"}.Deprecation(day(t, "2026-01-01")))
}
