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
		"Lambda deprecated the runtime nodejs20.x on 2026-04-30: it gets no more security updates, and later no function with it can be created or updated; use nodejs22.x (Lambda's runtimes as of 2026-11-22)",
	}}, deprecation("nodejs20.x", day("2026-04-30")))
	require.Empty(t, deprecation("nodejs20.x", day("2026-04-29")))
	require.Equal(t, []warning{{"@dualarch/dualarch:runtimeDeprecated",
		"Lambda deprecated the runtime python3.14 on 2029-06-30: it gets no more security updates, and later no function with it can be created or updated (Lambda's runtimes as of 2026-11-22)",
	}}, deprecation("python3.14", day("2030-01-01")))
	require.Empty(t, deprecation("nodejs99.x", day("2030-01-01")))
}

// Every runtime that CDK knows is in the table, so that an update of CDK that adds
// one is noticed here.
func TestEveryRuntimeOfCDKIsKnown(t *testing.T) {
	// .NET 9 is there for images only; the others are not in Lambda's table yet.
	others := []string{"FROM_IMAGE", "dotnet9", "java8.al2023", "java11.al2023", "java17.al2023"}
	for _, runtime := range *awslambda.Runtime_ALL() {
		name := *runtime.Name()
		_, _, known := lambdaruntime.Find(name, time.Now())
		require.True(t, known || slices.Contains(others, name), name)
	}
}
