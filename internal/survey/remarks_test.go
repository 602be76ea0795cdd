package survey

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

func TestRemarks(t *testing.T) {
	today := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		f    Function
		days int
		want []Remark
	}{
		"nothing": {f: Function{Runtime: "python3.13", MemorySize: 512, Usage: &Usage{Invocations: 1, MaxMemoryMB: 300}}},
		"old runtime": {
			f: Function{Runtime: "nodejs20.x", Usage: &Usage{Invocations: 1}},
			want: []Remark{{DeprecatedRuntime, "Lambda deprecated the runtime nodejs20.x on 2026-04-30: it gets no more security updates, " +
				"no function with it can be created from 2027-02-01 on, and none updated from 2027-03-03 on; use nodejs24.x"}},
		},
		"image":         {f: Function{PackageType: "Image", Usage: &Usage{Invocations: 1}}},
		"idle":          {f: Function{Usage: &Usage{}}, days: 1, want: []Remark{{NeverInvoked, "nobody has invoked it in the last day"}}},
		"unknown usage": {f: Function{MemorySize: 512}},
	} {
		t.Run(name, func(t *testing.T) {
			f := function{Function: test.f}
			f.remark(today, test.days)
			require.Equal(t, test.want, f.Remarks)
		})
	}
}

// The memory that counts is that of the versions that invocations run on.
func TestMemoryUnused(t *testing.T) {
	remark := func(least int) []Remark {
		return []Remark{{MemoryUnused, fmt.Sprintf("it uses at most 200 MB of %d MB, by Lambda Insights; less memory is less CPU too, so measure before you lower it", least)}}
	}
	for name, test := range map[string]struct {
		latest, live, old int // MB
		qualifiers        map[string]float64
		want              []Remark
	}{
		"$LATEST is idle":         {256, 3008, 512, map[string]float64{"live": 100}, remark(3008)},
		"$LATEST is large":        {4096, 1024, 1024, map[string]float64{"live": 100}, remark(1024)},
		"$LATEST has traffic":     {256, 3008, 3008, map[string]float64{"$LATEST": 1, "live": 99}, nil},
		"an alias has traffic":    {1024, 3008, 256, map[string]float64{"live": 50, "old": 50}, nil},
		"a version by its number": {1024, 3008, 256, map[string]float64{"live": 40}, remark(1024)},
		"all is large":            {1024, 3008, 512, map[string]float64{"$LATEST": 20, "live": 40, "old": 40}, remark(512)},
	} {
		t.Run(name, func(t *testing.T) {
			report := surveyed(t, func(s *lambdasim.Simulator) {
				s.CreateFunction(lambdasim.Function{Name: "f", MemorySize: test.old})
				s.PointAlias("f", "old", s.Publish("f", ""))
				s.Edit("f", lambdasim.Latest, func(c *lambdasim.Configuration) { c.MemorySize = test.live })
				s.PointAlias("f", "live", s.Publish("f", ""))
				s.Edit("f", lambdasim.Latest, func(c *lambdasim.Configuration) { c.MemorySize = test.latest })
				s.SetUsage("f", lambdasim.Usage{Invocations: 100, DurationMs: 10, MaxMemoryMB: 200, ByQualifier: test.qualifiers})
			}, Options{WithoutAdvice: true, Looker: &getting{}})
			require.Equal(t, test.want, report.Functions[0].Remarks)
		})
	}
}

func TestUntunable(t *testing.T) {
	kinds := map[string]func(*lambdasim.Configuration){
		"managed": func(c *lambdasim.Configuration) { c.CapacityProviderConfig = &lambdasim.CapacityProviderConfig{} },
		"durable": func(c *lambdasim.Configuration) { c.DurableConfig = &lambdasim.DurableConfig{ExecutionTimeout: 60} },
		"tenants": func(c *lambdasim.Configuration) {
			c.TenancyConfig = &lambdasim.TenancyConfig{TenantIsolationMode: "PER_TENANT"}
		},
		"us-east-1.edge": func(c *lambdasim.Configuration) {
			c.More = map[string]any{"MasterArn": "arn:aws:lambda:us-east-1:123456789012:function:edge:3"}
		},
		"usual": func(*lambdasim.Configuration) {},
	}
	report := surveyedIn(t, "eu-west-1", func(s *lambdasim.Simulator) {
		for name, configure := range kinds {
			s.CreateFunction(lambdasim.Function{Name: name, Configure: configure})
		}
	})
	for name, want := range map[string]string{
		"managed":        "it runs on Lambda managed instances, whose memory size is not what is paid for",
		"durable":        "it is a durable function: its executions are checkpointed and replayed, so an invocation is no measure of them",
		"tenants":        "it isolates tenants, and an invocation needs a tenant's id: give tenantId",
		"us-east-1.edge": "it is a Lambda@Edge replica: only the function that it was made of can be changed, and Lambda@Edge has no arm64",
		"usual":          "",
	} {
		require.Equal(t, want, report.function(t, name).Untunable)
	}
	require.Nil(t, report.function(t, "us-east-1.edge").Estimate)
	require.NotNil(t, report.function(t, "durable").Estimate)
}
