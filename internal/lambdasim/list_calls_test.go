package lambdasim_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/computeoptimizer"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

func TestListFunctions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{PageSize: 2})
		for _, name := range []string{"b", "a", "c"} {
			sim.CreateFunction(lambdasim.Function{Name: name})
		}
		sim.Publish("b", "")
		list := func(version types.FunctionVersion) (arns []string) {
			for pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(sim.Config()), &lambda.ListFunctionsInput{FunctionVersion: version}); pages.HasMorePages(); {
				page, err := pages.NextPage(t.Context())
				require.NoError(t, err)
				require.LessOrEqual(t, len(page.Functions), 2)
				for _, f := range page.Functions {
					require.Empty(t, f.State)
					arns = append(arns, *f.FunctionArn)
				}
			}
			return arns
		}
		require.Equal(t, []string{sim.FunctionARN("a"), sim.FunctionARN("b"), sim.FunctionARN("c")}, list(""))
		all := []string{sim.FunctionARN("a:$LATEST"), sim.FunctionARN("b:$LATEST"), sim.FunctionARN("b:1"), sim.FunctionARN("c:$LATEST")}
		require.Equal(t, all, list(types.FunctionVersionAll))
		sim.IgnoreAllVersions()
		require.Len(t, list(types.FunctionVersionAll), 3)
	})
}

func TestTaggedFunctions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{})
		for _, name := range []string{"a", "b", "c"} {
			sim.CreateFunction(lambdasim.Function{Name: name})
		}
		sim.SetTags("a", map[string]string{"k": "1"})
		sim.SetTags("b", map[string]string{"k": "2", "l": "3"})
		get := func(filters ...tagtypes.TagFilter) (found []string) {
			request := &tagging.GetResourcesInput{TagFilters: filters, ResourcesPerPage: aws.Int32(1)}
			for pages := tagging.NewGetResourcesPaginator(tagging.NewFromConfig(sim.Config()), request); pages.HasMorePages(); {
				page, err := pages.NextPage(t.Context())
				require.NoError(t, err)
				for _, r := range page.ResourceTagMappingList {
					found = append(found, *r.ResourceARN)
				}
			}
			return found
		}
		require.Equal(t, []string{sim.FunctionARN("a"), sim.FunctionARN("b")}, get())
		require.Equal(t, []string{sim.FunctionARN("b")}, get(tagtypes.TagFilter{Key: aws.String("k"), Values: []string{"2", "9"}}, tagtypes.TagFilter{Key: aws.String("l")}))
	})
}

// The SDK speaks CBOR with CloudWatch and Compute Optimizer.
func TestMetricsAndAdvice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{})
		sim.SetUsage("f", lambdasim.Usage{Invocations: 90, DurationMs: 2, MaxConcurrency: 7, MaxMemoryMB: 80, ByQualifier: map[string]float64{"live": 60}})
		client := cloudwatch.NewFromConfig(sim.Config())
		query := func(id, name, stat, resource string) cwtypes.MetricDataQuery {
			dimensions := []cwtypes.Dimension{{Name: aws.String("FunctionName"), Value: aws.String("f")}}
			if resource != "" {
				dimensions = append(dimensions, cwtypes.Dimension{Name: aws.String("Resource"), Value: &resource})
			}
			return cwtypes.MetricDataQuery{Id: &id, MetricStat: &cwtypes.MetricStat{
				Metric: &cwtypes.Metric{Namespace: aws.String("AWS/Lambda"), MetricName: &name, Dimensions: dimensions}, Period: aws.Int32(86400), Stat: &stat,
			}}
		}
		end := time.Now()
		out, err := client.GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{StartTime: aws.Time(end.Add(-72 * time.Hour)), EndTime: &end, MetricDataQueries: []cwtypes.MetricDataQuery{
			query("a", "Invocations", "Sum", ""), query("b", "Duration", "Sum", ""), query("c", "ConcurrentExecutions", "Maximum", ""),
			query("d", "Invocations", "Sum", "f:live"), query("e", "Invocations", "Sum", "f:other"),
		}})
		require.NoError(t, err)
		values := map[string][]float64{}
		for _, r := range out.MetricDataResults {
			values[*r.Id] = r.Values
			require.Len(t, r.Timestamps, len(r.Values))
			require.Equal(t, cwtypes.StatusCodeComplete, r.StatusCode)
		}
		require.Equal(t, map[string][]float64{"a": {30, 30, 30}, "b": {60, 60, 60}, "c": {7, 7, 7}, "d": {20, 20, 20}, "e": {}}, values)
		require.Equal(t, 5, sim.MetricsRead())

		listed, err := client.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("LambdaInsights"), MetricName: aws.String("used_memory_max")})
		require.NoError(t, err)
		require.Len(t, listed.Metrics, 1)
		require.Equal(t, "f", *listed.Metrics[0].Dimensions[0].Value)

		optimizer := computeoptimizer.NewFromConfig(sim.Config())
		_, err = optimizer.GetLambdaFunctionRecommendations(t.Context(), &computeoptimizer.GetLambdaFunctionRecommendationsInput{})
		requireAPIError(t, err, "OptInRequiredException", 400, "The requested operation requires opt-in to AWS Compute Optimizer.")
		sim.Advise("f", lambdasim.Advice{Finding: "NotOptimized", MemorySize: 256, SavingUSD: 3})
		advice, err := optimizer.GetLambdaFunctionRecommendations(t.Context(), &computeoptimizer.GetLambdaFunctionRecommendationsInput{})
		require.NoError(t, err)
		require.Equal(t, int32(512), advice.LambdaFunctionRecommendations[0].MemorySizeRecommendationOptions[0].MemorySize)
	})
}

func TestRegions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := lambdasim.New(lambdasim.Options{}), lambdasim.New(lambdasim.Options{Region: "eu-west-1"})
		there.CreateFunction(lambdasim.Function{Name: "f"})
		cfg := lambdasim.Regions(here, there)
		out, err := account.NewFromConfig(cfg).ListRegions(t.Context(), &account.ListRegionsInput{
			RegionOptStatusContains: []accounttypes.RegionOptStatus{accounttypes.RegionOptStatusEnabled, accounttypes.RegionOptStatusEnabledByDefault},
		})
		require.NoError(t, err)
		require.Len(t, out.Regions, 2)
		for region, functions := range map[string]int{"us-east-1": 0, "eu-west-1": 1} {
			listed, err := lambda.NewFromConfig(cfg, func(o *lambda.Options) { o.Region = region }).ListFunctions(t.Context(), &lambda.ListFunctionsInput{})
			require.NoError(t, err)
			require.Len(t, listed.Functions, functions)
		}
		_, err = lambda.NewFromConfig(cfg, func(o *lambda.Options) { o.Region = "xx-nowhere-1" }).ListFunctions(t.Context(), &lambda.ListFunctionsInput{})
		require.ErrorContains(t, err, "lookup xx-nowhere-1: no such host")
	})
}
