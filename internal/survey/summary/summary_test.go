package summary

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/tuning"
)

func TestSum(t *testing.T) {
	saving := 7.0
	of := func(status guard.Status, today, saved float64) survey.Function {
		return survey.Function{Estimate: &survey.Estimate{Today: today, Saving: saved}, Readiness: survey.Readiness{Status: status}}
	}
	r := &survey.Report{Functions: []survey.Function{
		of(guard.Ready, 10, 2), of(guard.Rebuild, 5, 1), of(guard.Blocked, 20, 4), of(guard.Unknown, 30, 6), of(guard.OnArm64, 8, 0),
		{Readiness: survey.Readiness{Status: guard.Ready}, Measured: &survey.Measured{Confirmed: true, SavingUSD: &saving}},
		{Readiness: survey.Readiness{Status: guard.DualArch}, Measured: &survey.Measured{SavingUSD: &saving}},
	}}
	require.Equal(t, Totals{
		Functions: 7, Known: 5, Unmetered: 2, Today: 73, Saving: 13, Movable: 3, Measured: 2, Confirmed: 1, MeasuredSaving: 7,
		Counts: map[guard.Status]int{guard.Ready: 2, guard.Rebuild: 1, guard.Blocked: 1, guard.Unknown: 1, guard.OnArm64: 1, guard.DualArch: 1},
	}, Sum(r))
	require.Equal(t, "2 ready, 1 needs a rebuild, 1 blocked, 1 unknown, 1 on arm64, 1 has an arm64 sibling", Sum(r).Readiness())
	require.Len(t, First(r, 10), 4, "none that saves nothing")
	require.Len(t, First(r, 3), 3)
	require.Equal(t, Totals{Counts: map[guard.Status]int{}}, Sum(&survey.Report{}))
	require.False(t, Several(&survey.Report{}))
}

// Why there is no estimate differs.
func TestMissing(t *testing.T) {
	usual, china := "arn:aws:lambda:eu-west-1:123456789012:function:f", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"
	known := survey.Function{ARN: usual, Usage: &survey.Usage{}, Estimate: &survey.Estimate{}}
	unmetered, otherwise, unpriced := survey.Function{ARN: usual}, survey.Function{ARN: usual, Usage: &survey.Usage{}}, survey.Function{ARN: china, Usage: &survey.Usage{}}
	for want, all := range map[string][]survey.Function{
		"": {known},
		"no estimate of 1 function (usage not known)":                                                                  {known, unmetered},
		"no estimate of 2 functions (not charged by Lambda's price list for duration: managed instances, Lambda@Edge)": {otherwise, otherwise},
		"no estimate of 1 function (no prices known for the region)":                                                   {unpriced},
		"no estimate of 4 functions (2 usage not known; 1 not charged by Lambda's price list for duration: managed instances, Lambda@Edge; 1 no prices known for the region)": {
			unmetered, otherwise, known, unpriced, unmetered},
	} {
		require.Equal(t, want, Sum(&survey.Report{Functions: all}).Missing())
	}
}

func TestObstacle(t *testing.T) {
	finding := func(severity binarch.Severity, path, origin string) guard.Finding {
		return guard.Finding{Package: "code", Finding: binarch.Finding{Severity: severity, Path: path, Origin: origin, BuiltFor: "x86_64 Linux", Reason: "it cannot be loaded there"}}
	}
	require.Empty(t, Obstacle(survey.Readiness{Status: guard.Ready}))
	require.Equal(t, "code: node_modules/sharp (2 files): built for x86_64 Linux: it cannot be loaded there; code: w.so: built for x86_64 Linux: it cannot be loaded there; not looked into: a; and 1 more",
		Obstacle(survey.Readiness{Unchecked: []string{"a", "b"}, Obstacles: []guard.Finding{
			finding(binarch.Warning, "w.so", ""), finding(binarch.Error, "a.node", "node_modules/sharp"), finding(binarch.Error, "b.node", "node_modules/sharp"),
		}}), "what blocks comes first")
}

func TestWords(t *testing.T) {
	require.Equal(t, "ready", Readiness(survey.Readiness{Status: guard.Ready}))
	require.Equal(t, "ready, with warnings", Readiness(survey.Readiness{Status: guard.Ready, Obstacles: make([]guard.Finding, 1)}))
	require.Equal(t, "new", Status("new"))

	require.Equal(t, "$LATEST, 3 (alias live with 90 %, arm64 at 512 MB), 4 (alias live with 10 %), 5 (alias old, x86_64 at 1024 MB), 6 (alias new)", Versions(survey.Function{
		Architecture: tuning.X86, MemorySize: 512,
		Versions: []survey.Version{{Version: "$LATEST"}, {Version: "3", Alias: "live", Weight: 0.9, Architecture: tuning.Arm}, {Version: "4", Alias: "live", Weight: 0.1},
			{Version: "5", Alias: "old", Weight: 1, MemorySize: 1024}, {Version: "6", Alias: "new"}},
	}))

	for want, e := range map[string]*survey.Estimate{
		"": nil, "0.00": {Today: 3}, "24.00 (20 %)": {Today: 120, Saving: 24}, "<0.01 (50 %)": {Today: 0.0002, Saving: 0.0001}, "−2.00 (−20 %)": {Today: 10, Saving: -2},
	} {
		require.Equal(t, want, Saving(e))
	}
	up, down := 3.5, -2.0
	for want, m := range map[string]*survey.Measured{
		"":                                  nil,
		"arm64 at 512 MB, not confirmed":    {Architecture: tuning.Arm, MemorySize: 512},
		"arm64 at 512 MB, saves 3.50":       {Architecture: tuning.Arm, MemorySize: 512, Confirmed: true, SavingUSD: &up},
		"x86_64 at 128 MB, costs 2.00 more": {Architecture: tuning.X86, MemorySize: 128, Confirmed: true, SavingUSD: &down},
		"arm64 at 512 MB: 20 % cheaper (9.5 to 30 %), saves 3.50": {Architecture: tuning.Arm, MemorySize: 512, Confirmed: true, SavingUSD: &up,
			Cheaper: &tuning.Interval{Percent: 20, Low: 9.5, High: 30}},
		"arm64 at 512 MB: 5 % more expensive (1 to 9 %), not confirmed": {Architecture: tuning.Arm, MemorySize: 512, Cheaper: &tuning.Interval{Percent: -5, Low: -9, High: -1}},
	} {
		require.Equal(t, want, Measured(m))
	}
	for want, a := range map[string]*survey.Advice{
		"": nil, "optimized": {Finding: "Optimized"}, "unavailable (InsufficientData)": {Finding: "Unavailable", Reasons: []string{"InsufficientData"}},
		"512 MB, saves 1.20 (MemoryOverprovisioned)": {Finding: "NotOptimized", Reasons: []string{"MemoryOverprovisioned"}, MemorySize: 512, SavingUSD: 1.2},
		"512 MB": {Finding: "NotOptimized", MemorySize: 512}, "New": {Finding: "New"},
	} {
		require.Equal(t, want, Advice(a))
	}
	for want, v := range map[string]float64{"0": 0, "999": 999.4, "1,000": 1000, "91,250,000": 91.25e6} {
		require.Equal(t, want, Count(v))
	}
}

// The lines are for a shell: what tags say gets into them only if CloudFormation could have given it.
func TestAdopt(t *testing.T) {
	f := survey.Function{Region: "eu-west-1", Stack: "Shop-Orders1A", LogicalID: "Orders7B"}
	for _, test := range []struct {
		options      AdoptOptions
		fetch, adopt string
	}{
		{AdoptOptions{}, "aws cloudformation get-template --region eu-west-1 --stack-name Shop-Orders1A --query TemplateBody --output json > Shop-Orders1A.template.json",
			"dualarch adopt --function Orders7B Shop-Orders1A.template.json"},
		{AdoptOptions{Regions: true, Profile: "shop-prod"},
			"aws cloudformation get-template --profile shop-prod --region eu-west-1 --stack-name Shop-Orders1A --query TemplateBody --output json > Shop-Orders1A.eu-west-1.template.json",
			"dualarch adopt --function Orders7B Shop-Orders1A.eu-west-1.template.json"},
		{AdoptOptions{Profile: "it's $HOME"},
			`aws cloudformation get-template --profile 'it'\''s $HOME' --region eu-west-1 --stack-name Shop-Orders1A --query TemplateBody --output json > Shop-Orders1A.template.json`,
			"dualarch adopt --function Orders7B Shop-Orders1A.template.json"},
	} {
		fetch, adopt := Adopt(f, test.options)
		require.Equal(t, test.fetch, fetch)
		require.Equal(t, test.adopt, adopt)
	}
	require.Equal(t, "stack Shop-Orders1A, logical id Orders7B", Origin(f))
	for _, change := range []func(*survey.Function){
		func(f *survey.Function) { f.Stack = "" },
		func(f *survey.Function) { f.LogicalID = "" },
		func(f *survey.Function) { f.Stack = "a; rm -rf ~" },
		func(f *survey.Function) { f.Stack = "-a" },
		func(f *survey.Function) { f.LogicalID = "$(x)" },
		func(f *survey.Function) { f.LogicalID = "--diff" },
		func(f *survey.Function) { f.Region = "eu-west-1 -x" },
		func(f *survey.Function) { f.Readiness.Status = guard.DualArch },
	} {
		changed := f
		change(&changed)
		fetch, adopt := Adopt(changed, AdoptOptions{})
		require.Empty(t, fetch+adopt)
	}
	require.Equal(t, "no stack of CloudFormation has it", Origin(survey.Function{LogicalID: "Orders"}))
	require.Equal(t, "stack Shop", Origin(survey.Function{Stack: "Shop"}))
	for name, want := range map[string]bool{"eu-west-1": true, "us-gov-west-1": true, "eusc-de-east-1": true, "us-iso-east-1": true, "": false, "Ireland": false, "eu-west-1;": false, "eu-west": false} {
		require.Equal(t, want, IsRegion(name), name)
	}
}
