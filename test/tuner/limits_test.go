package tuner

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// What could outgrow the state machine is refused by Plan, before anything is measured.
func TestPlanRefusesWhatOutgrowsTheStateMachine(t *testing.T) {
	sizes := func(count int) string {
		list := make([]string, count)
		for i := range list {
			list[i] = fmt.Sprint(1024 + i)
		}
		return strings.Join(list, ",")
	}
	unknown := func(count int) string {
		var b strings.Builder
		for i := range count {
			fmt.Fprintf(&b, `"label%d":1,`, i)
		}
		return b.String()
	}
	for name, test := range map[string]struct{ input, kilobytes string }{
		"an output of many sizes":      {`{"lambdaARN":"FUNCTION","num":5,"powerValues":[` + sizes(440) + `],"includeOutputResults":true}`, "699"},
		"warnings of unknown fields":   {`{` + unknown(2500) + `"lambdaARN":"FUNCTION","num":5,"powerValues":[512]}`, "312"},
		"a payload beside all sizes":   {`{"num":5,"powerValues":"ALL","payload":"` + strings.Repeat("x", 190_000) + `"}`, "276"},
		"more samples than are kept":   {`{"num":10000,"powerValues":[512]}`, "398"},
		"versions of many cold starts": {`{"num":10000,"powerValues":[512,1024],"onlyColdStarts":true}`, "515"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				if strings.Contains(test.input, "FUNCTION") {
					w.mayApply()
				}
				w.behave(quick())
				kind, message := w.fails(strings.ReplaceAll(test.input, "FUNCTION", w.sim.FunctionARN(siblings[0])))
				require.Equal(t, "NotTunable", kind)
				require.Equal(t, "this run could need "+test.kilobytes+" KB and the state machine carries 248: ask for fewer memory sizes or samples, or put the payload into S3 (payloadS3)", message)
			})
		})
	}
}
