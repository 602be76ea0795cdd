package lambdaruntime

import "time"

// Replacement is what to use instead of a runtime, on both architectures.
type Replacement struct {
	// Nearest is the next runtime of the same language that AWS keeps for at least another year; the same version of
	// the language on a newer system comes before a newer version.
	Nearest string
	// Newest is the newest of them. CDK and cfn-lint advise it.
	Newest string
}

// Replace returns what to use instead of a runtime. Both names are the newest of all if the table is too old to know
// better, and "" if there is nothing newer.
func Replace(name string, today time.Time) Replacement {
	i, language := locate(name)
	if i < 0 || i == len(language)-1 {
		return Replacement{}
	}
	var found Replacement
	for _, newer := range language[i+1:] {
		if newer.X86Only || !newer.stays(today) {
			continue
		}
		if found.Nearest == "" {
			found.Nearest = newer.Name
		}
		found.Newest = newer.Name
	}
	if found.Nearest == "" {
		last := language[len(language)-1].Name
		return Replacement{last, last}
	}
	return found
}

// String returns "nodejs24.x", or "python3.12 (the nearest) or python3.14 (the newest)".
func (r Replacement) String() string {
	if r.Nearest == r.Newest {
		return r.Nearest
	}
	return r.Nearest + " (the nearest) or " + r.Newest + " (the newest)"
}

// Deprecation returns since when the runtime gets no updates and from when Lambda refuses what, or "" if it is not
// deprecated on that day.
func (r Runtime) Deprecation(today time.Time) string {
	if !r.IsDeprecated(today) {
		return ""
	}
	text := "Lambda deprecated the runtime " + r.Name + " on " + r.Deprecated + ": it gets no more security updates"
	switch {
	case r.CreateBlocked == "" || r.UpdateBlocked == "":
		return text + ", and later no function with it can be created or updated"
	case reached(r.CreateBlocked, today) && reached(r.UpdateBlocked, today):
		return text + ", and no function with it can be created since " + r.CreateBlocked + " or updated since " + r.UpdateBlocked
	case reached(r.CreateBlocked, today):
		return text + ", no function with it can be created since " + r.CreateBlocked + ", and none updated from " + r.UpdateBlocked + " on"
	}
	return text + ", no function with it can be created from " + r.CreateBlocked + " on, and none updated from " + r.UpdateBlocked + " on"
}
