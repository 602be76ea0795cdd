package lambdaapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestReportsAsksForTheVersionsStreams(t *testing.T) {
	query := tuning.ReportQuery{
		Function: function, Version: "12", LogFormat: "Text",
		From: time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), To: time.Date(2026, 11, 23, 0, 1, 0, 0, time.UTC),
	}
	tests := map[string]struct {
		group  string
		events string
		want   []string // prefixes
	}{
		// A stream bears the day on which its sandbox started: the day before, it may be.
		"own group":   {"/aws/lambda/prime", `[]`, []string{"2026/11/21/[12]", "2026/11/22/[12]", "2026/11/23/[12]"}},
		"given group": {"all", `[{"message":"REPORT RequestId: 1"}]`, []string{"2026/11/21/prime[12]", "2026/11/22/prime[12]", "2026/11/23/prime[12]"}},
		"given group, empty": {"all", `[]`, []string{
			"2026/11/21/prime[12]", "2026/11/22/prime[12]", "2026/11/23/prime[12]", "2026/11/21/[12]", "2026/11/22/[12]", "2026/11/23/[12]",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &remote{answer: status(200, "", `{"events":`+test.events+`}`)}
			q := query
			q.LogGroup = test.group
			_, err := r.client().Reports(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, r.bodies, len(test.want))
			for i, prefix := range test.want {
				require.Contains(t, r.bodies[i], `"logStreamNamePrefix":"`+prefix+`"`)
				require.Contains(t, r.bodies[i], `"logGroupName":"`+test.group+`"`)
			}
		})
	}
}
