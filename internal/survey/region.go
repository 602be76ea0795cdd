package survey

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// region is a region that is surveyed.
type region struct {
	name   string
	cfg    aws.Config
	lambda *lambda.Client
	// functions that were asked for, by ARN.
	functions []*function
	// insights has the functions that Lambda Insights has metrics of, by name.
	insights map[string]bool
	// aliases and provisioned are how often these were refused.
	aliases, provisioned refusals
}

// function is a function while it is surveyed.
type function struct {
	Function
	region        *region
	configuration types.FunctionConfiguration // of $LATEST, without environment variables
	latest        variant                     // $LATEST
	versions      map[string]variant          // the published ones, by number
	allListed     bool                        // versions has all that there are
	pools         []pool
	traffic       traffic
	edge          bool // Lambda@Edge has replicas of it
}

// variant is what decides the price of a version.
type variant struct {
	architecture types.Architecture
	memorySize   int
	snapStart    bool
}

// pool is provisioned concurrency of a version or alias.
type pool struct {
	qualifier string
	instances int
}

// enabled returns the names of the regions that are enabled for the account: those that are by default, and those that
// the account opted in to. Regions that are disabled answer nobody, even if functions are left in them.
func enabled(ctx context.Context, cfg aws.Config) ([]string, error) {
	var names []string
	pages := account.NewListRegionsPaginator(account.NewFromConfig(cfg), &account.ListRegionsInput{
		RegionOptStatusContains: []accounttypes.RegionOptStatus{accounttypes.RegionOptStatusEnabled, accounttypes.RegionOptStatusEnabledByDefault},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the account's regions: %s; give the regions instead", Why(err))
		}
		for _, r := range page.Regions {
			names = append(names, aws.ToString(r.RegionName))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// open finds out which regions to survey.
func (s *surveyor) open(ctx context.Context, cfg aws.Config) error {
	names := s.options.Regions
	if s.options.AllRegions {
		if cfg.Region == "" {
			cfg.Region = "us-east-1"
		}
		var err error
		if names, err = enabled(ctx, cfg); err != nil {
			return err
		}
	} else if len(names) == 0 && cfg.Region != "" {
		names = []string{cfg.Region}
	}
	if len(names) == 0 {
		return errors.New("no region: give one, or all regions, or set the one of the AWS configuration")
	}
	for _, name := range names {
		if slices.ContainsFunc(s.regions, func(r *region) bool { return r.name == name }) {
			continue
		}
		own := cfg.Copy()
		own.Region = name
		s.regions = append(s.regions, &region{name: name, cfg: own, lambda: lambda.NewFromConfig(own)})
		s.report.Regions = append(s.report.Regions, name)
	}
	return nil
}

// list finds the functions of a region that were asked for.
func (s *surveyor) list(ctx context.Context, r *region) error {
	found := map[string]*function{}
	all := false   // AWS lists versions too; what else answers like Lambda may not
	defer func() { // what was listed before an error is surveyed
		for _, f := range found {
			if f.Name != "" { // else $LATEST was deleted between two pages
				f.allListed = all
				r.functions = append(r.functions, f)
			}
		}
		slices.SortFunc(r.functions, func(a, b *function) int { return cmp.Compare(a.ARN, b.ARN) })
	}()
	pages := lambda.NewListFunctionsPaginator(r.lambda, &lambda.ListFunctionsInput{FunctionVersion: types.FunctionVersionAll})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.Functions {
			name := aws.ToString(c.FunctionName)
			if master := aws.ToString(c.MasterArn); master != "" {
				s.master(master)
			}
			if s.options.Name != nil && !s.options.Name.MatchString(name) {
				continue
			}
			f := found[name]
			if f == nil {
				f = &function{region: r, versions: map[string]variant{}}
				found[name] = f
			}
			all = f.listed(c) || all
		}
	}
	return nil
}
