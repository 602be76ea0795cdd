package survey

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/tuning"
)

// published reports whether a function may have versions beside $LATEST. Only those are charged for provisioned
// concurrency and only they run behind aliases on anything else than $LATEST, so no other function is asked for either.
func (f *function) published() bool { return len(f.versions) > 0 || !f.allListed }

// asked adds a problem for a function, or one for its region if the call is refused for every function.
func (s *surveyor) asked(ctx context.Context, f *function, r *refusals, what string, call func() error) {
	if r.hopeless() {
		return
	}
	err := call()
	if ctx.Err() != nil {
		return
	}
	r.count(err)
	switch {
	case err == nil:
	case r.hopeless():
		s.problem(f.region.name, what, Why(err))
	default:
		f.Problems = append(f.Problems, Problem{What: what, Why: Why(err)})
	}
}

// behind finds the versions that a function's aliases point at, and its provisioned concurrency.
func (s *surveyor) behind(ctx context.Context, f *function) {
	s.asked(ctx, f, &f.region.aliases, "aliases", func() error {
		var found []Version
		for pages := lambda.NewListAliasesPaginator(f.region.lambda, &lambda.ListAliasesInput{FunctionName: &f.ARN}); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, a := range page.Aliases {
				weights := map[string]float64{}
				rest := 1.0
				if a.RoutingConfig != nil {
					for version, weight := range a.RoutingConfig.AdditionalVersionWeights {
						weights[version] = weight
						rest -= weight
					}
				}
				weights[aws.ToString(a.FunctionVersion)] += max(0, rest)
				for _, version := range slices.Sorted(maps.Keys(weights)) {
					if weights[version] > 0 {
						found = append(found, f.version(version, aws.ToString(a.Name), weights[version]))
					}
				}
			}
		}
		f.Versions = found
		return nil
	})
	s.asked(ctx, f, &f.region.provisioned, "provisioned concurrency", func() error {
		request := &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: &f.ARN}
		for pages := lambda.NewListProvisionedConcurrencyConfigsPaginator(f.region.lambda, request); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if _, none := errors.AsType[*types.ProvisionedConcurrencyConfigNotFoundException](err); none {
				return nil // an emulator's way to say so
			}
			if err != nil {
				return err
			}
			for _, c := range page.ProvisionedConcurrencyConfigs {
				_, qualifier := arn.SplitFunction(aws.ToString(c.FunctionArn))
				// What is requested is charged for once it is allocated.
				instances := int(aws.ToInt32(c.AllocatedProvisionedConcurrentExecutions))
				f.pools = append(f.pools, pool{qualifier, instances})
				f.ProvisionedConcurrency += instances
			}
		}
		return nil
	})
}

// version describes a version that an alias points at.
func (f *function) version(number, alias string, weight float64) Version {
	v := Version{Version: number, Alias: alias, Weight: weight}
	if own, known := f.versions[number]; known {
		if a := tuning.Architecture(own.architecture); a != f.Architecture {
			v.Architecture = a
		}
		if own.memorySize != f.MemorySize {
			v.MemorySize = own.memorySize
		}
	}
	return v
}

// variant returns what a version costs by: $LATEST's for one that is not known.
func (f *function) variant(number string) variant {
	if v, known := f.versions[number]; known {
		return v
	}
	return f.latest
}
