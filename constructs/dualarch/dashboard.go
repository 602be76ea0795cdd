package dualarch

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/tuning"
)

// DashboardOptions are those of a dashboard of the siblings and the serving function: duration, errors, invocations,
// estimated cost by architecture and, if the tuning stack keeps results, the last advice. The tuner's own invocations,
// which are of versions of its own, are not in it.
type DashboardOptions struct {
	// Name is the dashboard's name: 1 to 255 letters, digits, hyphens and underscores.
	//
	// Default: CloudFormation chooses it.
	Name *string
}

var dashboardName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

func checkDashboard(p *problems, options *DashboardOptions) {
	if options != nil && options.Name != nil && !*awscdk.Token_IsUnresolved(options.Name) && !dashboardName.MatchString(*options.Name) {
		p.Add("Dashboard.Name", "%q was given; give 1 to 255 letters, digits, hyphens and underscores", *options.Name)
	}
}

// plotted is a function on the dashboard.
type plotted struct {
	*sibling
	label string
}

// plotted returns the functions on the dashboard: the siblings, then the serving function.
func (f *function) plotted() []plotted {
	var all []plotted
	for _, arch := range architectures {
		if s := f.siblings[arch]; s != nil {
			all = append(all, plotted{s, string(arch)})
		}
	}
	if f.serving != nil {
		all = append(all, plotted{f.serving.sibling, "serving, " + string(f.serving.arch)})
	}
	return all
}

// connectDashboard makes the dashboard, when everything that it shows exists.
func (f *function) connectDashboard(options *DashboardOptions) {
	if options == nil {
		return
	}
	widgets := []*[]awscloudwatch.IWidget{
		{
			f.graph("Duration (ms): average", awslambda.Alias.MetricDuration, "Average"),
			f.graph("Duration (ms): 95th percentile", awslambda.Alias.MetricDuration, "p95"),
		},
		{
			f.graph("Errors", awslambda.Alias.MetricErrors, "Sum"),
			f.graph("Invocations", awslambda.Alias.MetricInvocations, "Sum"),
		},
		{f.cost()},
	}
	if advice := f.advice(); advice != nil {
		widgets = append(widgets, &advice)
	}
	f.dashboard = awscloudwatch.NewDashboard(f, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: options.Name, DefaultInterval: awscdk.Duration_Days(jsii.Number(7)), Widgets: &widgets,
	})
}

const (
	wide = 24 // columns of a dashboard
	half = wide / 2
)

// graph shows one metric of each alias that takes traffic.
func (f *function) graph(title string, of func(awslambda.Alias, *awscloudwatch.MetricOptions) awscloudwatch.Metric, statistic string) awscloudwatch.IWidget {
	var metrics []awscloudwatch.IMetric
	for _, s := range f.plotted() {
		metrics = append(metrics, of(s.live, &awscloudwatch.MetricOptions{
			Label: jsii.String(s.label), Statistic: jsii.String(statistic), Period: awscdk.Duration_Minutes(jsii.Number(5)),
		}))
	}
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: jsii.String(title), Left: &metrics, Width: jsii.Number(half)})
}

// cost estimates what an hour costs, from the time that the handlers ran: initialisation, a free tier, duration tiers
// and provisioned concurrency are not in it.
func (f *function) cost() awscloudwatch.IWidget {
	region := *awscdk.Stack_Of(f).Region()
	if *awscdk.Token_IsUnresolved(jsii.String(region)) {
		region = "us-east-1"
	}
	var costs []awscloudwatch.IMetric
	for i, s := range f.plotted() {
		const megabytes = 1024
		request, millisecond := price.For(price.Terms{}, price.Function{Region: region, Architecture: tuning.Architecture(s.arch)}).Line(megabytes)
		duration, invocations := fmt.Sprintf("duration%d", i), fmt.Sprintf("invocations%d", i)
		sum := &awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: awscdk.Duration_Hours(jsii.Number(1))}
		costs = append(costs, awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
			Label:      jsii.String(s.label),
			Period:     awscdk.Duration_Hours(jsii.Number(1)),
			Expression: jsii.String(fmt.Sprintf("%s*%s+%s*%s*%s", invocations, decimal(request), duration, decimal(millisecond/megabytes), memoryOf(s.function))),
			UsingMetrics: &map[string]awscloudwatch.IMetric{
				duration: s.live.MetricDuration(sum), invocations: s.live.MetricInvocations(sum),
			},
		}))
	}
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: jsii.String("Cost an hour (USD), estimated: prices of " + region + " of " + price.Date + ", today's memory sizes"),
		Left:  &costs, Width: jsii.Number(wide),
	})
}

// decimal writes a number as metric math reads it, to seven digits and without an exponent.
func decimal(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 6, 64), 64)
	if err != nil {
		panic(err) // it was written a moment ago
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// memoryOf returns a function's memory size in MB, which may be a token.
func memoryOf(fn awslambda.Function) string {
	resource, is := fn.Node().DefaultChild().(awslambda.CfnFunction)
	var size *float64
	if is {
		size = resource.MemorySize()
	}
	switch {
	case size == nil:
		return "128" // Lambda's default
	case *awscdk.Token_IsUnresolved(size):
		return *awscdk.Token_AsString(size, nil)
	}
	return decimal(*size)
}

// advice shows what the last verdicts came to; nil if none are kept.
func (f *function) advice() []awscloudwatch.IWidget {
	if f.tuning == nil || f.tuning.Publish() == nil {
		return nil
	}
	target := f.target.Name
	hour := &awscloudwatch.MetricOptions{Statistic: jsii.String("Maximum"), Period: awscdk.Duration_Hours(jsii.Number(1))}
	return []awscloudwatch.IWidget{
		awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
			Title: jsii.String("What the advice would save (%), and when it changed"), Width: jsii.Number(half),
			Left:  &[]awscloudwatch.IMetric{f.tuning.MetricSavingPercent(target, hour)},
			Right: &[]awscloudwatch.IMetric{f.tuning.MetricAdviceChanged(target, hour)},
		}),
		awscloudwatch.NewLogQueryWidget(&awscloudwatch.LogQueryWidgetProps{
			Title: jsii.String("The last advice"), Width: jsii.Number(half), Height: jsii.Number(6),
			LogGroupNames: &[]*string{f.tuning.Publish().LogGroup().LogGroupName()},
			QueryLines: jsii.Strings(
				"fields @timestamp, Action, Architecture, Power, "+tuning.SavingMetric+", Confirmed, Certainty",
				"filter "+tuning.TargetDimension+" = '"+keyname.Of(*target)+"' and ispresent("+tuning.SavingMetric+")",
				"sort @timestamp desc",
				"limit 5",
			),
		}),
	}
}

func (f *function) Dashboard() awscloudwatch.Dashboard { return f.dashboard }
