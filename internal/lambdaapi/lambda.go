package lambdaapi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Configuration reads one configuration.
func (c *Client) Configuration(ctx context.Context, function, qualifier string) (cloud.FunctionConfiguration, error) {
	var raw any
	out, err := c.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{
		FunctionName: qualified(function, qualifier),
	}, region(function), keepAnswer(&raw))
	if err != nil {
		return cloud.FunctionConfiguration{}, wrap(ctx, err)
	}
	return translate(configuration(out), raw), nil
}

// UpdateConfiguration changes memory size and description of $LATEST.
func (c *Client) UpdateConfiguration(ctx context.Context, function string, change cloud.ConfigurationChange) (cloud.FunctionConfiguration, error) {
	var raw any
	out, err := c.lambda.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &function, MemorySize: aws.Int32(int32(change.MemorySize)), Description: &change.Description, RevisionId: &change.RevisionID,
	}, region(function), keepAnswer(&raw))
	if err != nil {
		return cloud.FunctionConfiguration{}, wrap(ctx, err)
	}
	return translate(configuration(out), raw), nil
}

// PublishVersion publishes $LATEST.
func (c *Client) PublishVersion(ctx context.Context, function string, v cloud.NewVersion) (cloud.FunctionConfiguration, error) {
	var raw any
	out, err := c.lambda.PublishVersion(ctx, &lambda.PublishVersionInput{
		FunctionName: &function, Description: &v.Description, CodeSha256: optional(v.CodeSHA256), RevisionId: &v.RevisionID,
	}, region(function), keepAnswer(&raw))
	if err != nil {
		return cloud.FunctionConfiguration{}, wrap(ctx, err)
	}
	return translate(configuration(out), raw), nil
}

// Versions lists a page of versions, $LATEST among them.
func (c *Client) Versions(ctx context.Context, function, marker string) ([]cloud.FunctionConfiguration, string, error) {
	var raw struct{ Versions []any }
	out, err := c.lambda.ListVersionsByFunction(ctx, &lambda.ListVersionsByFunctionInput{
		FunctionName: &function, Marker: optional(marker),
	}, region(function), keepAnswer(&raw))
	if err != nil {
		return nil, "", wrap(ctx, err)
	}
	page := make([]cloud.FunctionConfiguration, len(out.Versions))
	for i, v := range out.Versions {
		page[i] = translate(v, raw.Versions[i])
	}
	return page, aws.ToString(out.NextMarker), nil
}

// DeleteVersion deletes a version by its number. It refuses anything else, and gives the number twice:
// without it Lambda would delete the function.
func (c *Client) DeleteVersion(ctx context.Context, function, version string) error {
	if n, err := strconv.Atoi(version); err != nil || n < 1 {
		return fmt.Errorf("%w: %q is not a version's number", cloud.ErrInvalid, version)
	}
	_, err := c.lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: qualified(function, version), Qualifier: &version}, region(function))
	return settledConflict(wrap(ctx, err), cloud.ErrInUse)
}

// settledConflict distinguishes the two meanings of a ResourceConflictException: while a function is
// updated, "the operation cannot be performed at this time"; any other text is a lasting conflict.
func settledConflict(err, meaning error) error {
	if errors.Is(err, cloud.ErrConflict) && !strings.Contains(err.Error(), "cannot be performed at this time") {
		return fmt.Errorf("%w: %s", meaning, err.Error()) // it is no ErrConflict any more
	}
	return err
}

// Alias reads an alias.
func (c *Client) Alias(ctx context.Context, function, name string) (cloud.Alias, error) {
	out, err := c.lambda.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &function, Name: &name}, region(function))
	if err != nil {
		return cloud.Alias{}, wrap(ctx, err)
	}
	return alias(out.Name, out.FunctionVersion, out.Description, out.RevisionId, out.RoutingConfig), nil
}

// alias is one as it was answered.
func alias(name, version, description, revision *string, routing *types.AliasRoutingConfiguration) cloud.Alias {
	return cloud.Alias{
		Name: aws.ToString(name), Version: aws.ToString(version), Description: aws.ToString(description), RevisionID: aws.ToString(revision),
		Weighted: routing != nil && len(routing.AdditionalVersionWeights) > 0,
	}
}

// CreateAlias creates an alias.
func (c *Client) CreateAlias(ctx context.Context, function string, a cloud.Alias) (cloud.Alias, error) {
	out, err := c.lambda.CreateAlias(ctx, &lambda.CreateAliasInput{
		FunctionName: &function, Name: &a.Name, FunctionVersion: &a.Version, Description: &a.Description,
	}, region(function))
	if err != nil {
		return cloud.Alias{}, settledConflict(wrap(ctx, err), cloud.ErrExists)
	}
	return alias(out.Name, out.FunctionVersion, out.Description, out.RevisionId, out.RoutingConfig), nil
}

// UpdateAlias changes an alias if its revision is still the given one.
func (c *Client) UpdateAlias(ctx context.Context, function string, a cloud.Alias) (cloud.Alias, error) {
	out, err := c.lambda.UpdateAlias(ctx, &lambda.UpdateAliasInput{
		FunctionName: &function, Name: &a.Name, FunctionVersion: &a.Version, Description: &a.Description, RevisionId: &a.RevisionID,
	}, region(function))
	if err != nil {
		return cloud.Alias{}, wrap(ctx, err)
	}
	return alias(out.Name, out.FunctionVersion, out.Description, out.RevisionId, out.RoutingConfig), nil
}

// DeleteAlias deletes an alias.
func (c *Client) DeleteAlias(ctx context.Context, function, name string) error {
	_, err := c.lambda.DeleteAlias(ctx, &lambda.DeleteAliasInput{FunctionName: &function, Name: &name}, region(function))
	return wrap(ctx, err)
}

// ReservedConcurrency returns the function's own; ok is false if it has none.
func (c *Client) ReservedConcurrency(ctx context.Context, function string) (reserved int, ok bool, err error) {
	out, err := c.lambda.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: &function}, region(function))
	if err != nil {
		return 0, false, wrap(ctx, err)
	}
	return int(aws.ToInt32(out.ReservedConcurrentExecutions)), out.ReservedConcurrentExecutions != nil, nil
}

// ProvisionedConcurrency returns the sum over versions and aliases.
func (c *Client) ProvisionedConcurrency(ctx context.Context, function string) (int, error) {
	sum := 0
	pages := lambda.NewListProvisionedConcurrencyConfigsPaginator(c.lambda, &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: &function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, region(function))
		if err = wrap(ctx, err); errors.Is(err, cloud.ErrNotFound) {
			return sum, nil // what emulators answer where AWS sends an empty list
		}
		if err != nil {
			return 0, err
		}
		for _, p := range page.ProvisionedConcurrencyConfigs {
			sum += int(aws.ToInt32(p.RequestedProvisionedConcurrentExecutions))
		}
	}
	return sum, nil
}

// SelfManaged reports whether the code is referenced in a bucket. It reads nothing else of the answer, which
// also has the environment variables and a URL of the code.
func (c *Client) SelfManaged(ctx context.Context, function string) (bool, error) {
	out, err := c.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &function}, region(function))
	if err != nil {
		return false, wrap(ctx, err)
	}
	return out.Code != nil && out.Code.ResolvedS3Object != nil, nil
}

// Account returns the account's limits in the function's region.
func (c *Client) Account(ctx context.Context, function string) (cloud.Account, error) {
	out, err := c.lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{}, region(function))
	if err != nil {
		return cloud.Account{}, wrap(ctx, err)
	}
	a := cloud.Account{CodeStorageLeft: math.MaxInt64}
	if l := out.AccountLimit; l != nil {
		a.UnreservedConcurrency = int(aws.ToInt32(l.UnreservedConcurrentExecutions))
		if l.UnreservedConcurrentExecutions == nil {
			a.UnreservedConcurrency = int(l.ConcurrentExecutions)
		}
		if l.TotalCodeSize > 0 {
			a.CodeStorageLeft = l.TotalCodeSize
		}
	}
	if out.AccountUsage != nil {
		a.CodeStorageLeft -= out.AccountUsage.TotalCodeSize
	}
	return a, nil
}

// qualified returns the ARN with a version or an alias. IAM authorises that ARN, so a policy check that only
// reads the function's name sees it too.
func qualified(function, qualifier string) *string {
	if qualifier == "" {
		return &function
	}
	return aws.String(function + ":" + qualifier)
}

// optional returns nil for "".
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
