package survey

import (
	"context"
	"errors"
	"net"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/computeoptimizer"
	"github.com/aws/aws-sdk-go-v2/service/computeoptimizer/types"

	"github.com/dualarch/dualarch/internal/arn"
)

// advise adds the advice of AWS Compute Optimizer. An account that has not opted in has none, and neither has a region
// without Compute Optimizer, which is no problem; an account that denies it does so in all regions.
func (s *surveyor) advise(ctx context.Context) {
	for i, r := range s.regions {
		if ctx.Err() != nil {
			return
		}
		s.progress(StepAdvice, r.name, i, len(s.regions))
		if len(r.functions) == 0 {
			continue
		}
		err := r.advise(ctx)
		switch {
		case err == nil || ctx.Err() != nil || notOptedIn(err) || notThere(err):
		case Denied(err):
			s.problem("", "advice", Why(err))
			return
		default:
			s.problem(r.name, "advice", Why(err))
		}
	}
}

func notOptedIn(err error) bool {
	_, is := errors.AsType[*types.OptInRequiredException](err)
	return is
}

// notThere reports whether an error says that a region has no Compute Optimizer: there is no name for it in the DNS then.
// The region's other services have answered before.
// https://docs.aws.amazon.com/general/latest/gr/compute-optimizer.html
func notThere(err error) bool {
	dns, is := errors.AsType[*net.DNSError](err)
	return is && dns.IsNotFound
}

func (r *region) advise(ctx context.Context) error {
	byARN := map[string]*function{}
	for _, f := range r.functions {
		byARN[f.ARN] = f
	}
	client := computeoptimizer.NewFromConfig(r.cfg)
	pages := computeoptimizer.NewGetLambdaFunctionRecommendationsPaginator(client, &computeoptimizer.GetLambdaFunctionRecommendationsInput{MaxResults: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, given := range page.LambdaFunctionRecommendations {
			whole, _ := arn.SplitFunction(aws.ToString(given.FunctionArn))
			if f := byARN[whole]; f != nil {
				f.Advice = adviceOf(given)
			}
		}
	}
	return nil
}

func adviceOf(given types.LambdaFunctionRecommendation) *Advice {
	advice := &Advice{Finding: string(given.Finding)}
	for _, reason := range given.FindingReasonCodes {
		advice.Reasons = append(advice.Reasons, string(reason))
	}
	options := slices.Clone(given.MemorySizeRecommendationOptions)
	slices.SortFunc(options, func(a, b types.LambdaFunctionMemoryRecommendationOption) int { return int(a.Rank - b.Rank) })
	if len(options) == 0 {
		return advice
	}
	advice.MemorySize = int(options[0].MemorySize)
	if saving := options[0].SavingsOpportunity; saving != nil && saving.EstimatedMonthlySavings != nil && saving.EstimatedMonthlySavings.Currency == types.CurrencyUsd {
		advice.SavingUSD = saving.EstimatedMonthlySavings.Value
	}
	return advice
}
