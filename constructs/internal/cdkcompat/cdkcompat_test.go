package cdkcompat

import (
	"testing"

	"github.com/stretchr/testify/require"
)

type longer struct{ said []any }

func (l *longer) AddOptional(id, message *string, options *struct{ Context string }, level string, more ...int) int {
	l.said = append(l.said, *id, *message, options, level, more)
	return len(l.said)
}

// An optional parameter that a newer CDK added is not given.
func TestOldestLeavesOutWhatANewerCDKAdded(t *testing.T) {
	var l longer
	id, message := "id", "text"
	require.Equal(t, 5, oldest[func(id, message *string) int](l.AddOptional)(&id, &message))
	require.Equal(t, []any{"id", "text", (*struct{ Context string })(nil), "", []int{}}, l.said)

	same := func(string) string { return "same" }
	require.Equal(t, "same", oldest[func(string) string](same)(""))
}

func TestOldestRefusesWhatIsNotAnOptionalParameter(t *testing.T) {
	const module = "github.com/dualarch/dualarch/constructs/internal/cdkcompat."
	for name, refused := range map[string]struct {
		use  func()
		want string
	}{
		"another parameter": {
			func() { oldest[func(*string, string) int]((*longer)(nil).AddOptional) },
			module + "(*longer).AddOptional as func(*string, *string, *struct { Context string }, string, ...int) int, and dualarch expects func(*string, string) int",
		},
		"another result": {
			func() { oldest[func(a, b *string)]((*longer)(nil).AddOptional) },
			module + "(*longer).AddOptional as func(*string, *string, *struct { Context string }, string, ...int) int, and dualarch expects func(*string, *string)",
		},
		"a parameter less": {
			func() { oldest[func(a, b int)](takesOne) },
			module + "takesOne as func(int), and dualarch expects func(int, int)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.PanicsWithError(t, "this version of the CDK has "+refused.want+
				": take a newer dualarch, or a version of the CDK that its README names", refused.use)
		})
	}
}

func takesOne(int) {}
