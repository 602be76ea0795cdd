package lambdaapi

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Environment returns the configuration of a Lambda function: Lambda gives it a region and credentials in environment
// variables. The SDK's package config also reads profiles, single sign-on, web identities and a machine's metadata, with
// the clients of four services that every synthesis would compile.
func Environment() aws.Config {
	credentials := aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
		Source: "EnvConfigCredentials",
	}
	cfg := aws.Config{
		Region: os.Getenv("AWS_REGION"), HTTPClient: HTTPClient(), ConfigSources: []any{variables{}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			if !credentials.HasKeys() {
				return credentials, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY have to be set, as Lambda sets them")
			}
			return credentials, nil
		}),
	}
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
		cfg.BaseEndpoint = &url
	}
	return cfg
}

// variables are the environment variables that a service's client asks for.
type variables struct{}

// GetServiceBaseEndpoint returns where a service is, if that is given.
func (variables) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	url, given := os.LookupEnv("AWS_ENDPOINT_URL_" + strings.ReplaceAll(strings.ToUpper(service), " ", "_"))
	return url, given && url != "", nil
}

// GetUseFIPSEndpoint reports whether FIPS endpoints are wanted.
func (variables) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	return aws.FIPSEndpointStateEnabled, isTrue("AWS_USE_FIPS_ENDPOINT"), nil
}

// GetUseDualStackEndpoint reports whether endpoints of both versions of IP are wanted.
func (variables) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	return aws.DualStackEndpointStateEnabled, isTrue("AWS_USE_DUALSTACK_ENDPOINT"), nil
}

func isTrue(variable string) bool { return strings.EqualFold(os.Getenv(variable), "true") }
