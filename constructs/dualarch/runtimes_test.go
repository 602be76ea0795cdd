package dualarch

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

func TestDeprecatedRuntimes(t *testing.T) {
	day := func(text string) time.Time {
		day, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return day
	}
	require.Equal(t, []warning{{"@dualarch/dualarch:runtimeDeprecated",
		"Lambda deprecated the runtime nodejs20.x on 2026-04-30: it gets no more security updates, no function with it can be created from 2027-02-01 on, and none updated from 2027-03-03 on; use nodejs24.x (Lambda's runtimes as of 2026-11-27)",
	}}, deprecation("nodejs20.x", day("2026-11-27")))
	require.Empty(t, deprecation("nodejs20.x", day("2026-04-29")))
	require.Equal(t, []warning{{"@dualarch/dualarch:runtimeDeprecated",
		"Lambda deprecated the runtime java25 on 2029-06-30: it gets no more security updates, and no function with it can be created since 2029-07-31 or updated since 2029-08-31 (Lambda's runtimes as of 2026-11-27)",
	}}, deprecation("java25", day("2030-01-01")))
	for _, name := range []string{"nodejs26.x", "nodejs99.x", "custom"} {
		require.Empty(t, deprecation(name, day("2030-01-01")), name)
	}
}

// Every runtime that CDK knows is in the table; this fails if an update of CDK
// adds one.
func TestEveryRuntimeOfCDKIsKnown(t *testing.T) {
	others := []string{"FROM_IMAGE", "dotnet9"} // .NET 9 is there for images only
	for _, runtime := range *awslambda.Runtime_ALL() {
		name := *runtime.Name()
		_, known := lambdaruntime.Find(name)
		require.True(t, known || slices.Contains(others, name), name)
	}
}
