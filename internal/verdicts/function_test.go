package verdicts

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func verdict(source string, day int, functions ...string) Verdict {
	v := Verdict{Source: source, Output: &tuning.Output{}}
	for _, f := range functions {
		v.Output.Targets = append(v.Output.Targets, tuning.TargetStatistics{FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:" + f})
	}
	if day > 0 {
		v.Execution = &Execution{Started: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)}
	}
	return v
}

func withInput(v Verdict, input string) Verdict {
	v.Execution = &Execution{Input: json.RawMessage(input)}
	return v
}

// groups shows functions as names and sources.
func groups(all ...Verdict) map[string][]string {
	shown := map[string][]string{}
	for _, f := range ByFunction(all) {
		for _, v := range append(f.Verdicts, f.Peers...) {
			shown[f.Name] = append(shown[f.Name], v.Source)
		}
	}
	return shown
}

func TestByFunction(t *testing.T) {
	peer := Verdict{Source: "peer", Peer: &Peer{}}
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:"
	for name, test := range map[string]struct {
		given []Verdict
		want  map[string][]string
	}{
		"siblings are one function, oldest first": {
			[]Verdict{verdict("b", 2, "shop-orders-x86:live", "shop-orders-arm"), verdict("a", 1, "shop-orders-x86", "shop-orders-arm"), verdict("c", 3, "shop-orders-arm")},
			map[string][]string{"shop-orders": {"a", "b", "c"}}},
		"without times as given":             {[]Verdict{verdict("b", 2, "f"), verdict("n", 0, "f"), verdict("a", 1, "f")}, map[string][]string{"f": {"b", "n", "a"}}},
		"the construct's name":               {[]Verdict{withInput(verdict("a", 0, "x-1", "x-2"), `{"target": "Orders"}`), withInput(Verdict{Source: "failed", Failed: "x"}, `{"target": "Orders"}`)}, map[string][]string{"Orders": {"a", "failed"}}},
		"names with nothing in common":       {[]Verdict{verdict("a", 0, "apple", "pear")}, map[string][]string{"apple": {"a"}}},
		"functions of one name":              {[]Verdict{withInput(verdict("a", 0, "x-1"), `{"target": "Orders"}`), withInput(verdict("b", 0, "y-1"), `{"target": "Orders"}`)}, map[string][]string{"Orders (x-1)": {"a"}, "Orders (y-1)": {"b"}}},
		"a peer's by its function":           {[]Verdict{withInput(peer, `{"lambdaARN": "`+arn+`f-x86:3"}`), verdict("a", 0, "f-x86", "f-arm"), verdict("b", 0, "g")}, map[string][]string{"f-x86": {"a", "peer"}, "g": {"b"}}},
		"a peer's of the only function":      {[]Verdict{peer, verdict("a", 0, "fun-x", "fun-a")}, map[string][]string{"fun": {"a", "peer"}}},
		"a peer's where there are several":   {[]Verdict{peer, verdict("a", 0, "f"), verdict("b", 0, "g")}, map[string][]string{"f": {"a"}, "g": {"b"}, "AWS Lambda Power Tuning": {"peer"}}},
		"a peer's by the name that is given": {[]Verdict{{Source: "peer", Name: "orders", Peer: &Peer{}}, verdict("a", 0, "orders-x86", "orders-arm"), verdict("b", 0, "g")}, map[string][]string{"orders": {"a", "peer"}, "g": {"b"}}},
		"a failed one that says nothing":     {[]Verdict{{Source: "f.json", Failed: "x"}}, map[string][]string{"f.json": {"f.json"}}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, groups(test.given...))
		})
	}
}
