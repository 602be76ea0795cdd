package answers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// What the execution's history keeps of answers with disablePayloadLogs: no value, no name below the first, and two
// bytes of a hash.
func TestHiddenAnswers(t *testing.T) {
	user := func(id int, mail, card string) string {
		return fmt.Sprintf(`{"users":{"ada@example.com":{"id":%d,"card":%q}},"mail":%q,"note":"none"}`, id, card, mail)
	}
	r := answered(Options{Compare: true, HideValues: true},
		user(1, "a@example.com", "4111"), user(2, "b@example.com", "5222"), user(3, "a@example.com", "4111"), user(4, "b@example.com", "5222"))
	state, err := json.Marshal(r)
	require.NoError(t, err)
	for _, secret := range []string{"ada", "example", "4111", "5222", "card", "/id"} {
		require.NotContains(t, string(state), secret)
	}
	require.Regexp(t, `"hash":"[0-9a-f]{4}"`, string(state))
	require.Equal(t, &tuning.ResponseComparison{Compared: 2, Unstable: []string{"/users/…"}, FirstDifference: "/mail differs"}, r.Result())

	// What differs within one function is still told apart from what differs beside it.
	r = answered(Options{Compare: true, HideValues: true}, user(1, "a", "4111"), user(2, "a", "5222"), user(3, "a", "4111"), user(4, "a", "5222"))
	require.Equal(t, &tuning.ResponseComparison{Compared: 2, Unstable: []string{"/users/…"}, FirstDifference: "/users/… differs"}, r.Result())
}

// An answer's hash in the state tells whether the next Measure call sees the same answers, and no more.
func TestHashesInTheState(t *testing.T) {
	r := answered(comparing(), `{"a":1}`, `{"a":1}`)
	for _, h := range r.Hashes {
		require.Len(t, h.Hash, 4)
	}
	next := New(comparing())
	next.Hashes = r.Hashes
	next.Add(tuning.X86, 0, []byte(`{"a":1}`))
	next.Add(tuning.Arm, 0, []byte(`{"a":1}`))
	require.Equal(t, 1, next.Result().Alike, "both were seen twice")
}

func TestDifferencesAreBounded(t *testing.T) {
	list := func(n int) *answerDocument {
		return readAnswer([]byte("["+strings.Repeat(fmt.Sprint(n)+",", 199)+fmt.Sprint(n)+"]"), nil)
	}
	require.Len(t, compareAnswers(list(1), list(2), func(string) bool { return false }), maxDifferences)
	odd := func(pointer string) bool { return (pointer[len(pointer)-1]-'0')%2 == 1 }
	found := compareAnswers(list(1), list(2), odd)
	require.Len(t, found, maxDifferences, "what is known to be unstable does not count")
	require.Equal(t, "/126", found[63].pointer)
}
