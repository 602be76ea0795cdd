package look

import "sync"

// locks are locks by name. The zero value is ready to use.
type locks struct {
	mu   sync.Mutex
	held map[string]*namedLock
}

type namedLock struct {
	token chan struct{}
	users int
}

// lock waits until nobody holds the lock of that name, and returns what gives it back.
func (l *locks) lock(name string) (unlock func()) {
	l.mu.Lock()
	held := l.held[name]
	if held == nil {
		held = &namedLock{token: make(chan struct{}, 1)}
		if l.held == nil {
			l.held = map[string]*namedLock{}
		}
		l.held[name] = held
	}
	held.users++
	l.mu.Unlock()
	held.token <- struct{}{}
	return func() {
		<-held.token
		l.mu.Lock()
		defer l.mu.Unlock()
		if held.users--; held.users == 0 {
			delete(l.held, name)
		}
	}
}
