package lambdasim

import "time"

// SnapStartUsage is what AWS charges for of a version that was published with SnapStart, unless its runtime is Java.
type SnapStartUsage struct {
	Version    string
	Runtime    string
	MemorySize int           // MB
	Cached     time.Duration // from its publication until its deletion, or until now
	Restores   int
}

// snapshot is what a version's usage is counted in, after its deletion too.
type snapshot struct {
	usage       SnapStartUsage
	from, until time.Time
}

// SnapStartUsage lists the usage of all versions that a function has ever had, in the order of their publication.
func (s *Simulator) SnapStartUsage(name string) []SnapStartUsage {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []SnapStartUsage
	for _, shot := range s.mustFunction(name).snapshots {
		until := shot.until
		if until.IsZero() {
			until = time.Now()
		}
		usage := shot.usage
		usage.Cached = until.Sub(shot.from)
		all = append(all, usage)
	}
	return all
}

// snapshot returns a version's, or nil.
func (f *function) snapshot(version string) *snapshot {
	for _, s := range f.snapshots {
		if s.usage.Version == version {
			return s
		}
	}
	return nil
}
