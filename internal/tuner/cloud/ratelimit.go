package cloud

import (
	"context"
	"errors"
)

// paced is a Lambda whose control calls take tokens out of a bucket; invocations have a quota of their own.
type paced struct {
	Lambda
	bucket *bucket
}

// pacedCall makes a call when it has its tokens.
func pacedCall[T any](ctx context.Context, p *paced, tokens float64, call func() (T, error)) (T, error) {
	if err := p.bucket.wait(ctx, tokens); err != nil {
		var none T
		return none, err
	}
	v, err := call()
	if errors.Is(err, ErrThrottled) {
		p.bucket.slow()
	}
	return v, err
}

// pacedOrder is pacedCall for what answers nothing.
func pacedOrder(ctx context.Context, p *paced, tokens float64, call func() error) error {
	_, err := pacedCall(ctx, p, tokens, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

func (p *paced) Configuration(ctx context.Context, function, qualifier string) (FunctionConfiguration, error) {
	return pacedCall(ctx, p, 1, func() (FunctionConfiguration, error) { return p.Lambda.Configuration(ctx, function, qualifier) })
}

func (p *paced) UpdateConfiguration(ctx context.Context, function string, c ConfigurationChange) (FunctionConfiguration, error) {
	return pacedCall(ctx, p, 1, func() (FunctionConfiguration, error) { return p.Lambda.UpdateConfiguration(ctx, function, c) })
}

func (p *paced) PublishVersion(ctx context.Context, function string, v NewVersion) (FunctionConfiguration, error) {
	return pacedCall(ctx, p, 1, func() (FunctionConfiguration, error) { return p.Lambda.PublishVersion(ctx, function, v) })
}

func (p *paced) Versions(ctx context.Context, function, marker string) (page []FunctionConfiguration, next string, err error) {
	page, err = pacedCall(ctx, p, 1, func() (all []FunctionConfiguration, err error) {
		all, next, err = p.Lambda.Versions(ctx, function, marker)
		return all, err
	})
	return page, next, err
}

func (p *paced) DeleteVersion(ctx context.Context, function, version string) error {
	return pacedOrder(ctx, p, deletionTokens, func() error { return p.Lambda.DeleteVersion(ctx, function, version) })
}

func (p *paced) Alias(ctx context.Context, function, name string) (Alias, error) {
	return pacedCall(ctx, p, 1, func() (Alias, error) { return p.Lambda.Alias(ctx, function, name) })
}

func (p *paced) CreateAlias(ctx context.Context, function string, a Alias) (Alias, error) {
	return pacedCall(ctx, p, 1, func() (Alias, error) { return p.Lambda.CreateAlias(ctx, function, a) })
}

func (p *paced) UpdateAlias(ctx context.Context, function string, a Alias) (Alias, error) {
	return pacedCall(ctx, p, 1, func() (Alias, error) { return p.Lambda.UpdateAlias(ctx, function, a) })
}

func (p *paced) DeleteAlias(ctx context.Context, function, name string) error {
	return pacedOrder(ctx, p, 1, func() error { return p.Lambda.DeleteAlias(ctx, function, name) })
}

func (p *paced) ReservedConcurrency(ctx context.Context, function string) (reserved int, ok bool, err error) {
	reserved, err = pacedCall(ctx, p, 1, func() (n int, err error) {
		n, ok, err = p.Lambda.ReservedConcurrency(ctx, function)
		return n, err
	})
	return reserved, ok, err
}

func (p *paced) ProvisionedConcurrency(ctx context.Context, function string) (int, error) {
	return pacedCall(ctx, p, 1, func() (int, error) { return p.Lambda.ProvisionedConcurrency(ctx, function) })
}

func (p *paced) SelfManaged(ctx context.Context, function string) (bool, error) {
	return pacedCall(ctx, p, 1, func() (bool, error) { return p.Lambda.SelfManaged(ctx, function) })
}

func (p *paced) Account(ctx context.Context, function string) (Account, error) {
	return pacedCall(ctx, p, 1, func() (Account, error) { return p.Lambda.Account(ctx, function) })
}
