package lambdasim

import (
	"maps"
	"time"
)

// These act as the function's owner, at once and without API calls: a deployment that lands between
// two calls of somebody else. Each panics if the function does not exist.

// Deploy changes $LATEST, code (by CodeSha256) or configuration, as a finished update: it breaks an
// update that is going on.
func (s *Simulator) Deploy(name string, edit func(*Configuration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.mustFunction(name)
	changed := f.latest.clone()
	edit(&changed)
	s.startUpdate(f, changed)
	f.updateDone = time.Now()
	s.mustFunction(name)
}

// Publish publishes a version of $LATEST that is Active at once and returns its number.
func (s *Simulator) Publish(name, description string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.mustFunction(name)
	c, err := s.publish(f, &description)
	if err != nil {
		panic(err)
	}
	f.version(c.Version).activeAt = time.Now()
	s.mustFunction(name)
	return c.Version
}

// PointAlias creates an alias or moves it.
func (s *Simulator) PointAlias(name, alias, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.mustFunction(name)
	a := f.aliases[alias]
	a.AliasArn, a.Name, a.FunctionVersion, a.RevisionId = qualified(f.latest.FunctionArn, alias), alias, version, s.newID()
	f.aliases[alias] = a
}

// Weigh sends a share of an alias's invocations to another version, as a canary deployment does.
func (s *Simulator) Weigh(name, alias, version string, weight float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.mustFunction(name)
	a := f.aliases[alias]
	a.RoutingConfig, a.RevisionId = &RoutingConfig{map[string]float64{version: weight}}, s.newID()
	f.aliases[alias] = a
}

// Edit changes what is stored of $LATEST or of a version, without an update and so without another revision.
func (s *Simulator) Edit(name, version string, edit func(*Configuration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.mustFunction(name).latest
	if version != Latest {
		c = &s.mustFunction(name).version(version).configuration
	}
	edit(c)
}

// SetState puts $LATEST or a version into a state that Lambda gives a reason for.
func (s *Simulator) SetState(name, version, state, code, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.mustFunction(name)
	c := &f.latest
	if version != Latest {
		c = &f.version(version).configuration
	}
	c.State, c.StateReasonCode, c.StateReason = state, code, reason
}

// SelfManage has Lambda read a function's code from a bucket of its owner's.
func (s *Simulator) SelfManage(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustFunction(name).selfManaged = true
}

// SetReserved changes a function's reserved concurrency; nil removes it.
func (s *Simulator) SetReserved(name string, reserved *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustFunction(name).reserved = reserved
}

// mustFunction is called with mu held.
func (s *Simulator) mustFunction(name string) *function {
	f, err := s.function(name)
	if err != nil {
		panic(err)
	}
	return f
}

// Snapshot is what a function looks like from outside, without what changes at every touch (revision
// ids, times, states): two of them are compared to see that nothing was left behind.
type Snapshot struct {
	Latest   Configuration
	Updating bool // $LATEST is not settled
	Versions map[string]Configuration
	Aliases  map[string]Alias
	Reserved *int
}

// Snapshot describes a function as it is now.
func (s *Simulator) Snapshot(name string) Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.mustFunction(name)
	shot := Snapshot{
		Latest: f.latest.clone().timeless(), Updating: f.latest.LastUpdateStatus != Successful,
		Versions: map[string]Configuration{}, Aliases: maps.Clone(f.aliases), Reserved: f.reserved,
	}
	for _, v := range f.versions {
		shot.Versions[v.configuration.Version] = v.configuration.clone().timeless()
	}
	for name, a := range shot.Aliases {
		a.RevisionId = ""
		shot.Aliases[name] = a
	}
	return shot
}

// Configuration returns $LATEST's configuration as it is now.
func (s *Simulator) Configuration(name string) Configuration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mustFunction(name).latest.clone()
}
