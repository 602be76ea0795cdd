package prop

import (
	"math"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

func TestAllProblemsAreSaidAtOnce(t *testing.T) {
	var found Problems
	require.NotPanics(t, func() { found.Refuse("Api", "Demo/Api") })
	found.Add("ApiName", `"" was given; give a name`)
	found.Add("Size", "%d was given; give %d", 1, 2)
	require.PanicsWithError(t, `Api "Demo/Api" cannot be made, nothing was created:
  - ApiName: "" was given; give a name
  - Size: 1 was given; give 2`, func() { found.Refuse("Api", "Demo/Api") })
	require.PanicsWithError(t, `no:
  - ApiName: "" was given; give a name
  - Size: 1 was given; give 2`, func() { found.Stop("no") })
}

func TestIsWhole(t *testing.T) {
	for number, want := range map[float64]bool{
		1: true, 2: true, 3: true, 0: false, 4: false, 1.5: false, math.Inf(1): false, -1.8881545897087955e+289: false,
	} {
		require.Equal(t, want, IsWhole(number, 1, 3), number)
	}
	require.False(t, IsWhole(math.NaN(), 1, 3))
}

func TestPointers(t *testing.T) {
	require.Empty(t, Value[string](nil))
	require.Equal(t, "a", Value(jsii.String("a")))
	require.Nil(t, Values[string](nil))
	require.Equal(t, []string{"a", "", "b"}, Values(&[]*string{jsii.String("a"), nil, jsii.String("b")}))
	require.Nil(t, ValueMap[string](nil))
	require.Nil(t, ValueMap(&map[string]*string{}))
	require.Equal(t, map[string]string{"a": "b", "c": ""}, ValueMap(&map[string]*string{"a": jsii.String("b"), "c": nil}))
}

func TestRetention(t *testing.T) {
	require.Equal(t, awslogs.RetentionDays_ONE_MONTH, Retention(""))
	require.Equal(t, awslogs.RetentionDays_ONE_WEEK, Retention(awslogs.RetentionDays_ONE_WEEK))
}
