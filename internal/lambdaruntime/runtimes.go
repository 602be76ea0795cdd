package lambdaruntime

import (
	"slices"
	"time"
)

// Runtime is a runtime of zip functions as Lambda lists it.
type Runtime struct {
	Name string
	// Deprecated is the day from which it gets no more updates: "2026-04-30".
	Deprecated string
	// X86Only is true for what Lambda never ran on arm64.
	X86Only bool
}

// runtimes are the runtimes by language, the oldest first. Source: "Lambda
// runtimes" in the AWS Lambda developer guide (deprecation dates and
// architectures), as of 2026-11-22. A runtime that is not here is newer than the
// table and let through.
var runtimes = map[string][]Runtime{
	"nodejs": {
		{"nodejs", "2016-08-30", true},
		{"nodejs4.3", "2020-03-05", true},
		{"nodejs6.10", "2019-08-12", true},
		{"nodejs8.10", "2020-03-06", true},
		{"nodejs10.x", "2021-07-30", true},
		{"nodejs12.x", "2023-03-31", false},
		{"nodejs14.x", "2023-12-04", false},
		{"nodejs16.x", "2024-06-12", false},
		{"nodejs18.x", "2025-09-01", false},
		{"nodejs20.x", "2026-04-30", false},
		{"nodejs22.x", "2027-04-30", false},
		{"nodejs24.x", "2028-04-30", false},
	},
	"python": {
		{"python2.7", "2021-07-15", true},
		{"python3.6", "2022-07-18", true},
		{"python3.7", "2023-12-04", true},
		{"python3.8", "2024-10-14", false},
		{"python3.9", "2025-12-15", false},
		{"python3.10", "2026-10-31", false},
		{"python3.11", "2027-06-30", false},
		{"python3.12", "2028-10-31", false},
		{"python3.13", "2029-06-30", false},
		{"python3.14", "2029-06-30", false},
	},
	"java": {
		{"java8", "2024-01-08", true},
		{"java8.al2", "2027-06-30", false},
		{"java11", "2027-06-30", false},
		{"java17", "2027-06-30", false},
		{"java21", "2029-06-30", false},
		{"java25", "2029-06-30", false},
	},
	"dotnet": {
		{"dotnetcore1.0", "2019-06-27", true},
		{"dotnetcore2.0", "2019-05-30", true},
		{"dotnetcore2.1", "2022-01-05", true},
		{"dotnetcore3.1", "2023-04-03", false},
		{"dotnet6", "2024-12-20", false},
		{"dotnet8", "2026-11-10", false},
		{"dotnet10", "2028-11-14", false},
	},
	"ruby": {
		{"ruby2.5", "2021-07-30", true},
		{"ruby2.7", "2023-12-07", false},
		{"ruby3.2", "2026-03-31", false},
		{"ruby3.3", "2027-03-31", false},
		{"ruby3.4", "2028-03-31", false},
		{"ruby4.0", "2029-03-31", false},
	},
	"provided": {
		{"go1.x", "2024-01-08", true},
		{"provided", "2024-01-08", true},
		{"provided.al2", "2026-07-31", false},
		{"provided.al2023", "2029-06-30", false},
	},
}

// AsOf is when the table was last compared with its source.
const AsOf = "2026-11-22"

// Find looks a runtime up. The nearest is the oldest one of its language
// that is newer, runs on both architectures and is not deprecated on that day.
func Find(name string, today time.Time) (found Runtime, nearest string, known bool) {
	for _, language := range runtimes {
		i := slices.IndexFunc(language, func(r Runtime) bool { return r.Name == name })
		if i < 0 {
			continue
		}
		newest := language[len(language)-1].Name
		for _, newer := range language[i+1:] {
			if !newer.X86Only && !newer.IsDeprecated(today) {
				return language[i], newer.Name, true
			}
		}
		return language[i], newest, true
	}
	return Runtime{}, "", false
}

// IsDeprecated compares dates as they are written.
func (r Runtime) IsDeprecated(today time.Time) bool {
	return r.Deprecated <= today.UTC().Format(time.DateOnly)
}
