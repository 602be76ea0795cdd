package lambdaruntime

import (
	"maps"
	"slices"
	"time"
)

// Custom is the identifier of every customer-managed runtime: a container image whose publisher decides its
// architectures and base system. A function names the image in its RuntimeConfig.
const Custom = "custom"

// System is the operating system that a runtime is built on.
type System string

// The systems, the oldest first.
const (
	AmazonLinux1    System = "Amazon Linux"
	AmazonLinux2    System = "Amazon Linux 2"
	AmazonLinux2023 System = "Amazon Linux 2023"
)

// Runtime is a runtime of zip functions as Lambda lists it.
type Runtime struct {
	Name   string
	System System
	// Deprecated is the day from which the runtime gets no more updates, CreateBlocked the one from which Lambda creates
	// no function with it, and UpdateBlocked the one from which it updates none: "2026-04-30". "" means that AWS has not
	// scheduled it.
	Deprecated, CreateBlocked, UpdateBlocked string
	// X86Only is whether Lambda never ran it on arm64.
	X86Only bool
}

// Find looks a runtime up by Lambda's identifier.
func Find(name string) (found Runtime, known bool) {
	i, language := locate(name)
	if i < 0 {
		return Runtime{}, false
	}
	return language[i], true
}

// locate returns a runtime's place in its language, or -1 if no language has it.
func locate(name string) (place int, language []Runtime) {
	for _, language := range runtimes {
		if i := slices.IndexFunc(language, func(r Runtime) bool { return r.Name == name }); i >= 0 {
			return i, language
		}
	}
	return -1, nil
}

// All returns every runtime of the table, by language, the oldest of each first.
func All() []Runtime {
	var all []Runtime
	for _, language := range slices.Sorted(maps.Keys(runtimes)) {
		all = append(all, runtimes[language]...)
	}
	return all
}

// IsDeprecated reports whether the runtime gets no more updates on that day.
func (r Runtime) IsDeprecated(today time.Time) bool { return reached(r.Deprecated, today) }

// reached reports whether a date has come; one that is not scheduled never has.
func reached(date string, today time.Time) bool {
	return date != "" && date <= today.UTC().Format(time.DateOnly)
}

// stays reports whether the runtime is worth moving to: AWS has scheduled its end, but not within a year. A preview
// can change or vanish any day, and a runtime that ends within a year means moving twice.
func (r Runtime) stays(today time.Time) bool {
	return r.Deprecated != "" && !reached(r.Deprecated, today.AddDate(1, 0, 0))
}
