package dualarch

import (
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
)

// lambdaRuntime is a runtime of zip functions as Lambda lists it.
type lambdaRuntime struct {
	name       string
	deprecated string // the day from which it gets no more updates
	x86Only    bool
}

// lambdaRuntimes are the runtimes by language, the oldest first. Source: "Lambda
// runtimes" in the AWS Lambda developer guide (deprecation dates and
// architectures), as of 2026-11-22. A runtime that is not here is newer than the
// table and let through.
var lambdaRuntimes = map[string][]lambdaRuntime{
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

// runtimesAsOf is when the table was last compared with its source.
const runtimesAsOf = "2026-11-22"

// findRuntime looks a runtime up. The nearest is the oldest one of its language
// that is newer, runs on both architectures and is not deprecated on that day.
func findRuntime(name string, today time.Time) (found lambdaRuntime, nearest string, known bool) {
	for _, language := range lambdaRuntimes {
		i := slices.IndexFunc(language, func(r lambdaRuntime) bool { return r.name == name })
		if i < 0 {
			continue
		}
		newest := language[len(language)-1].name
		for _, newer := range language[i+1:] {
			if !newer.x86Only && !newer.isDeprecated(today) {
				return language[i], newer.name, true
			}
		}
		return language[i], newest, true
	}
	return lambdaRuntime{}, "", false
}

// isDeprecated compares dates as they are written.
func (r lambdaRuntime) isDeprecated(today time.Time) bool {
	return r.deprecated <= today.UTC().Format(time.DateOnly)
}

// managed is code in a zip: the runtime that starts it is Lambda's.
type managed struct {
	kind    string // "AssetCode"
	runtime awslambda.Runtime
	handler *string
}

func (m *managed) start() start { return start{m.runtime, m.handler} }

func (m *managed) checkStart(found *problems) {
	property := "Code: " + m.kind
	if value(m.handler) == "" {
		found.add(property, `handler: none was given; give what the runtime calls, such as "index.handler"`)
	}
	if m.runtime == nil {
		found.add(property, "runtime: nil was given; give one of awslambda.Runtime_…")
		return
	}
	name := *m.runtime.Name()
	if m.start().fromImage() {
		found.add(property, "runtime: FROM_IMAGE was given; give ImageCode, GoImageCode or EcrImage for container images")
		return
	}
	if is, nearest, known := findRuntime(name, time.Now()); known && is.x86Only {
		found.add(property, "runtime: %q was given, which Lambda never ran on arm64; give %q, the nearest that runs on both (Lambda's runtimes as of %s)", name, nearest, runtimesAsOf)
	}
}

func (m *managed) warnings() []warning {
	return deprecation(*m.runtime.Name(), time.Now())
}

// deprecation warns of a runtime that gets no more updates on that day.
func deprecation(name string, today time.Time) []warning {
	is, nearest, known := findRuntime(name, today)
	if !known || !is.isDeprecated(today) {
		return nil
	}
	text := "Lambda deprecated the runtime " + name + " on " + is.deprecated + ": it gets no more security updates, and later no function with it can be created or updated"
	if nearest != name {
		text += "; use " + nearest
	}
	return []warning{{"@dualarch/dualarch:runtimeDeprecated", text + " (Lambda's runtimes as of " + runtimesAsOf + ")"}}
}
