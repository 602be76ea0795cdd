package survey

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

func regions(names ...string) []string { return names }

// surveyedAt surveys an account with several regions.
func surveyedAt(t *testing.T, names []string, prepare func([]*lambdasim.Simulator), o Options) (report *Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var sims []*lambdasim.Simulator
		for _, name := range names {
			sims = append(sims, lambdasim.New(lambdasim.Options{Region: name}))
		}
		cfg := lambdasim.Regions(sims...)
		prepare(sims)
		var err error
		report, err = Run(t.Context(), cfg, o)
		require.NoError(t, err)
	})
	return report
}

func inEach(sims []*lambdasim.Simulator) {
	for _, s := range sims {
		s.CreateFunction(lambdasim.Function{Name: "f"})
		s.Advise("f", lambdasim.Advice{Finding: "Optimized"})
	}
}

func arns(r *Report) []string {
	var all []string
	for _, f := range r.Functions {
		all = append(all, f.ARN)
	}
	return all
}

func TestRegions(t *testing.T) {
	names := regions("us-east-1", "eu-west-1", "ap-south-1")
	report := surveyedAt(t, names, inEach, Options{Regions: []string{"eu-west-1", "us-east-1", "eu-west-1"}})
	require.Equal(t, []string{"eu-west-1", "us-east-1"}, report.Regions)
	require.Equal(t, []string{"arn:aws:lambda:eu-west-1:123456789012:function:f", "arn:aws:lambda:us-east-1:123456789012:function:f"}, arns(report))

	report = surveyedAt(t, names, inEach, Options{AllRegions: true})
	require.Equal(t, []string{"ap-south-1", "eu-west-1", "us-east-1"}, report.Regions)
	require.Len(t, report.Functions, 3)
	require.Empty(t, report.Problems)
}

// A region that refuses, or that cannot be reached, is named.
func TestRegionsFail(t *testing.T) {
	report := surveyedAt(t, regions("us-east-1", "eu-west-1"), func(sims []*lambdasim.Simulator) {
		inEach(sims)
		sims[1].OnCall(denying("ListFunctions"))
	}, Options{Regions: []string{"us-east-1", "eu-west-1", "xx-nowhere-1"}})
	require.Equal(t, []string{"arn:aws:lambda:us-east-1:123456789012:function:f"}, arns(report))
	require.Len(t, report.Problems, 2)
	require.Equal(t, Problem{Region: "eu-west-1", What: "functions", Why: denied("ListFunctions")}, report.Problems[0])
	require.Equal(t, "xx-nowhere-1", report.Problems[1].Region)
	require.Contains(t, report.Problems[1].Why, "lookup xx-nowhere-1: no such host")
}

func TestNothingCouldBeAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{})
		sim.OnCall(denying("ListFunctions"))
		_, err := Run(t.Context(), sim.Config(), Options{})
		require.EqualError(t, err, "us-east-1: functions: "+denied("ListFunctions"))
		sim.OnCall(denying("ListRegions"))
		_, err = Run(t.Context(), sim.Config(), Options{AllRegions: true})
		require.EqualError(t, err, "listing the account's regions: "+denied("ListRegions")+"; give the regions instead")
	})
}

// Not every region has AWS Compute Optimizer, and not every one is opted in: that is nothing to complain about, and the
// others' advice is there.
func TestRegionsWithoutAdvice(t *testing.T) {
	names := regions("us-east-1", "eu-west-1", "eu-north-1", "ap-south-1")
	synctest.Test(t, func(t *testing.T) {
		var sims []*lambdasim.Simulator
		for _, name := range names {
			sims = append(sims, lambdasim.New(lambdasim.Options{Region: name}))
		}
		cfg := lambdasim.Regions(sims...)
		inEach(sims[1:]) // the first is not opted in
		sims[0].CreateFunction(lambdasim.Function{Name: "f"})
		usual := cfg.HTTPClient
		cfg.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target")+r.URL.Path, "GetLambdaFunctionRecommendations") && r.Header.Get("X-Lambdasim-Region") == "eu-north-1" {
				host := "compute-optimizer.eu-north-1.amazonaws.com"
				return nil, &url.Error{Op: "Post", URL: "https://" + host, Err: &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}}
			}
			return usual.Do(r)
		})
		report, err := Run(t.Context(), cfg, Options{AllRegions: true})
		require.NoError(t, err)
		require.Empty(t, report.Problems)
		require.Len(t, report.Functions, 4)
		for _, f := range report.Functions {
			require.Equal(t, f.Region == "eu-west-1" || f.Region == "ap-south-1", f.Advice != nil, f.Region)
		}
	})
}
