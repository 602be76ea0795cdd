package cloud

import (
	"context"
	"sync"
	"time"
)

// ControlInterval keeps one invocation at five control calls a second: the quota of 15 a second is
// shared by the whole account, deployments included.
const ControlInterval = 200 * time.Millisecond

// rateLimited is a Lambda whose control calls keep a distance; invocations pass at once.
type rateLimited struct {
	Lambda
	mu   sync.Mutex
	next time.Time
}

// wait waits until the next control call may be made.
func (p *rateLimited) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(ControlInterval)
	p.mu.Unlock()
	return Sleep(ctx, at.Sub(now))
}

func (p *rateLimited) Configuration(ctx context.Context, function, qualifier string) (FunctionConfiguration, error) {
	if err := p.wait(ctx); err != nil {
		return FunctionConfiguration{}, err
	}
	return p.Lambda.Configuration(ctx, function, qualifier)
}

func (p *rateLimited) UpdateConfiguration(ctx context.Context, function string, c ConfigurationChange) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	return p.Lambda.UpdateConfiguration(ctx, function, c)
}

func (p *rateLimited) PublishVersion(ctx context.Context, function string, v NewVersion) (FunctionConfiguration, error) {
	if err := p.wait(ctx); err != nil {
		return FunctionConfiguration{}, err
	}
	return p.Lambda.PublishVersion(ctx, function, v)
}

func (p *rateLimited) Versions(ctx context.Context, function, marker string) ([]FunctionConfiguration, string, error) {
	if err := p.wait(ctx); err != nil {
		return nil, "", err
	}
	return p.Lambda.Versions(ctx, function, marker)
}

func (p *rateLimited) DeleteVersion(ctx context.Context, function, version string) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	return p.Lambda.DeleteVersion(ctx, function, version)
}

func (p *rateLimited) Alias(ctx context.Context, function, name string) (Alias, error) {
	if err := p.wait(ctx); err != nil {
		return Alias{}, err
	}
	return p.Lambda.Alias(ctx, function, name)
}

func (p *rateLimited) CreateAlias(ctx context.Context, function string, a Alias) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	return p.Lambda.CreateAlias(ctx, function, a)
}

func (p *rateLimited) UpdateAlias(ctx context.Context, function string, a Alias) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	return p.Lambda.UpdateAlias(ctx, function, a)
}

func (p *rateLimited) DeleteAlias(ctx context.Context, function, name string) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	return p.Lambda.DeleteAlias(ctx, function, name)
}

func (p *rateLimited) ReservedConcurrency(ctx context.Context, function string) (int, bool, error) {
	if err := p.wait(ctx); err != nil {
		return 0, false, err
	}
	return p.Lambda.ReservedConcurrency(ctx, function)
}

func (p *rateLimited) ProvisionedConcurrency(ctx context.Context, function string) (int, error) {
	if err := p.wait(ctx); err != nil {
		return 0, err
	}
	return p.Lambda.ProvisionedConcurrency(ctx, function)
}

func (p *rateLimited) SelfManaged(ctx context.Context, function string) (bool, error) {
	if err := p.wait(ctx); err != nil {
		return false, err
	}
	return p.Lambda.SelfManaged(ctx, function)
}

func (p *rateLimited) Account(ctx context.Context, function string) (Account, error) {
	if err := p.wait(ctx); err != nil {
		return Account{}, err
	}
	return p.Lambda.Account(ctx, function)
}
