package lambdasim

import (
	"fmt"
	"time"
)

// pool holds a version's sandboxes.
type pool struct {
	sandboxes []*sandbox
	created   int
}

// sandbox is an execution environment: it does one invocation at a time.
type sandbox struct {
	number    int
	tenant    string // "" unless the function isolates tenants
	host      *Host
	calls     int
	busyUntil time.Time
	stream    string
	dead      bool // timed out or out of memory: the next call initialises it anew
}

// busy counts the invocations that are going on in a function.
func (f *function) busy(now time.Time) int {
	n := 0
	for _, p := range f.pools {
		for _, b := range p.sandboxes {
			if now.Before(b.busyUntil) {
				n++
			}
		}
	}
	return n
}

// sandbox finds an idle sandbox of a version, the one with the lowest number, or makes one. Tenants never
// share one. It is called with mu held.
func (s *Simulator) sandbox(f *function, number, tenant string, now time.Time) *sandbox {
	p := f.pools[number]
	if p == nil {
		p = &pool{}
		f.pools[number] = p
	}
	kept := p.sandboxes[:0]
	var free *sandbox
	for _, b := range p.sandboxes {
		idle := !now.Before(b.busyUntil)
		if idle && now.Sub(b.busyUntil) > s.options.IdleTime {
			continue
		}
		kept = append(kept, b)
		if idle && free == nil && b.tenant == tenant {
			free = b
		}
	}
	clear(p.sandboxes[len(kept):])
	p.sandboxes = kept
	if free == nil {
		free = s.newSandbox(f, p, number, now)
		free.tenant = tenant
	}
	return free
}

func (s *Simulator) newSandbox(f *function, p *pool, number string, now time.Time) *sandbox {
	p.created++
	name := SandboxName(f.latest.FunctionName, number, p.created)
	if number == Latest {
		// $LATEST's pools begin anew with each update, so its count of invocations tells them apart.
		name += fmt.Sprintf(" %d", f.invocations)
	}
	id := hash(name)
	b := &sandbox{
		number: p.created, host: f.behavior.NewHost(s.options.Seed, f.latest.Architectures[0], name),
		stream: fmt.Sprintf("%s[%s]%016x%016x", now.UTC().Format("2006/01/02/"), number, mix(id), mix(^id)),
	}
	p.sandboxes = append(p.sandboxes, b)
	return b
}
