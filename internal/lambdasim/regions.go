package lambdasim

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// regionHeader says which region a call is for: all of them have the same address.
const regionHeader = "X-Lambdasim-Region"

// Regions returns an SDK configuration of an account with several regions, whose own is the first one's. Regions that the
// account has not opted in to are known by name only.
func Regions(simulators ...*Simulator) aws.Config {
	all := map[string]*Simulator{}
	for _, s := range simulators {
		all[s.options.Region] = s
		s.mu.Lock()
		s.siblings = simulators
		s.mu.Unlock()
	}
	cfg := simulators[0].Config()
	cfg.HTTPClient = &http.Client{Transport: regional(all)}
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Build.Add(middleware.BuildMiddlewareFunc("lambdasim:Region",
			func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
				if r, ok := in.Request.(*smithyhttp.Request); ok {
					r.Header.Set(regionHeader, awsmiddleware.GetRegion(ctx))
				}
				return next.HandleBuild(ctx, in)
			}), middleware.After)
	})
	return cfg
}

// regional is an http.RoundTripper that calls the Simulator of a call's region.
type regional map[string]*Simulator

func (all regional) RoundTrip(r *http.Request) (*http.Response, error) {
	s, ok := all[r.Header.Get(regionHeader)]
	if !ok {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		return nil, &net.DNSError{Err: "no such host", Name: r.Header.Get(regionHeader), IsNotFound: true}
	}
	return direct{s}.RoundTrip(r)
}

// listRegions lists the account's regions.
func (s *Simulator) listRegions(req *request) (response, *APIError) {
	var body struct{ RegionOptStatusContains []string }
	if err := json.Unmarshal(req.Body, &body); err != nil {
		return response{}, &APIError{Status: http.StatusBadRequest, Code: "ValidationException", Message: err.Error()}
	}
	req.Resource = "*"
	s.mu.Lock()
	siblings := s.siblings
	s.mu.Unlock()
	if len(siblings) == 0 {
		siblings = []*Simulator{s}
	}
	regions := []map[string]string{}
	for _, other := range siblings {
		for _, status := range body.RegionOptStatusContains {
			if status == "ENABLED_BY_DEFAULT" {
				regions = append(regions, map[string]string{"RegionName": other.options.Region, "RegionOptStatus": status})
			}
		}
	}
	return response{status: http.StatusOK, body: map[string]any{"Regions": regions}}, nil
}
