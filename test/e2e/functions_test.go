package e2e

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
)

// function is what the tuner could have changed on a function, and what a caller would notice.
type function struct {
	MemorySize, Timeout     int32
	Description, CodeSha256 string
	// Versions are the published versions' descriptions and memory sizes by version.
	Versions map[string]version
	// Aliases are the versions aliases point to, by alias.
	Aliases map[string]string
}

type version struct {
	Description string
	MemorySize  int32
}

// functionsOf reads all four functions of the demo stack, by output name.
func functionsOf(ctx context.Context, t *testing.T, s *demostack.Stack) map[string]function {
	t.Helper()
	client := lambda.NewFromConfig(s.Emulator.Config())
	functions := map[string]function{}
	for _, name := range []string{"Number", "Prime"} {
		for _, architecture := range demostack.Architectures {
			f := readFunction(ctx, t, client, s.Outputs.FunctionName(name, architecture))
			require.Contains(t, f.Aliases, "live")
			functions[name+" "+architecture] = f
		}
	}
	return functions
}

func readFunction(ctx context.Context, t *testing.T, client *lambda.Client, name string) function {
	t.Helper()
	latest, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	require.NoError(t, err)
	f := function{
		MemorySize:  aws.ToInt32(latest.MemorySize),
		Timeout:     aws.ToInt32(latest.Timeout),
		Description: aws.ToString(latest.Description),
		CodeSha256:  aws.ToString(latest.CodeSha256),
		Versions:    map[string]version{},
		Aliases:     map[string]string{},
	}
	versions := lambda.NewListVersionsByFunctionPaginator(client, &lambda.ListVersionsByFunctionInput{FunctionName: &name})
	for versions.HasMorePages() {
		page, err := versions.NextPage(ctx)
		require.NoError(t, err)
		for _, v := range page.Versions {
			f.Versions[*v.Version] = version{Description: aws.ToString(v.Description), MemorySize: aws.ToInt32(v.MemorySize)}
		}
	}
	aliases := lambda.NewListAliasesPaginator(client, &lambda.ListAliasesInput{FunctionName: &name})
	for aliases.HasMorePages() {
		page, err := aliases.NextPage(ctx)
		require.NoError(t, err)
		for _, a := range page.Aliases {
			f.Aliases[*a.Name] = *a.FunctionVersion
		}
	}
	return f
}

func functionARN(name string) string {
	return "arn:aws:lambda:" + emulator.Region + ":" + emulator.Account + ":function:" + name
}
