package prop

import (
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// Without a construct there is nobody to ask for a path.
func TestPlace(t *testing.T) {
	type part struct{ constructs.Construct }
	for name, scope := range map[string]constructs.Construct{"nil": nil, "a nil pointer": (*part)(nil)} {
		var found Problems
		require.False(t, found.Place(scope, jsii.String("Api")), name)
		require.Equal(t, Problems{"scope: nil was given; give the stack or the construct that it belongs to"}, found, name)
		require.Equal(t, "Api", Path(scope, jsii.String("Api")), name)
	}
	var found Problems
	require.True(t, found.Place(&part{}, nil))
	require.True(t, found.Place(&part{}, jsii.String("")))
	require.True(t, found.Place(&part{}, jsii.String("Api")))
	require.Equal(t, Problems{
		"id: nil was given; give a name that nothing else in the scope has",
		`id: "" was given; give a name that nothing else in the scope has`,
	}, found)
}
