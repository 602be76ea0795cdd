package survey

import (
	"fmt"
	"regexp"
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

// Replicas say which functions Lambda@Edge runs, if their regions are surveyed. Elsewhere only where the metrics could be
// is known.
func TestLambdaAtEdge(t *testing.T) {
	prepare := func(sims []*lambdasim.Simulator) {
		for _, name := range []string{"edge", "plain", "layered"} {
			sims[0].CreateFunction(lambdasim.Function{Name: name, Configure: func(c *lambdasim.Configuration) {
				if c.Runtime = "nodejs24.x"; name == "layered" {
					c.Layers = []lambdasim.Layer{{Arn: "arn:aws:lambda:us-east-1:123456789012:layer:l:1"}}
				}
			}})
		}
		sims[0].Publish("edge", "")
		sims[0].Publish("layered", "")
		sims[1].CreateFunction(lambdasim.Function{Name: "us-east-1.edge", Configure: func(c *lambdasim.Configuration) {
			c.More = map[string]any{"MasterArn": "arn:aws:lambda:us-east-1:123456789012:function:edge:1"}
		}})
	}
	names := regions("us-east-1", "eu-west-1")
	idle := []Remark{{NeverInvoked, "nobody has invoked it in the last 30 days"}}
	for name, o := range map[string]Options{"all": {}, "by name": {Name: regexp.MustCompile("^(edge|plain|layered)$")}} {
		t.Run(name, func(t *testing.T) {
			o.Regions, o.WithoutAdvice = names, true
			report := surveyedAt(t, names, prepare, o)
			edge := report.function(t, "edge")
			require.Equal(t, "CloudFront runs replicas of it (Lambda@Edge), which has no arm64", edge.Untunable)
			require.Nil(t, edge.Estimate)
			require.Equal(t, []Remark{{NeverInvoked, "nobody has invoked it in the last 30 days by itself: CloudFront runs it (Lambda@Edge), " +
				"and its metrics are in the regions where it runs, as us-east-1.edge"}}, edge.Remarks)
			require.Equal(t, idle, report.function(t, "plain").Remarks, "Lambda@Edge runs published versions")
			require.Empty(t, report.function(t, "plain").Untunable)
		})
	}

	report := surveyedAt(t, names, prepare, Options{Regions: names[:1], WithoutAdvice: true})
	edge := report.function(t, "edge")
	require.Empty(t, edge.Untunable)
	require.Equal(t, []Remark{{NeverInvoked, "nobody has invoked it in the last 30 days; if CloudFront runs it (Lambda@Edge), " +
		"its metrics are in the regions where it runs, as us-east-1.edge, and it cannot move: Lambda@Edge has no arm64"}}, edge.Remarks)
	require.Equal(t, idle, report.function(t, "layered").Remarks, "Lambda@Edge takes no layers")
}
