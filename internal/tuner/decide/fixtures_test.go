package decide

import (
	"encoding/json"

	"github.com/dualarch/dualarch/internal/tuner/input"
)

const (
	x86ARN     = "arn:aws:lambda:eu-west-1:123456789012:function:prime-x86"
	armARN     = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"
	foreignARN = "arn:aws:lambda:us-east-1:123456789012:function:foreign"
)

// decoded is what {"lambdaARN": foreignARN} means.
func decoded() input.Input {
	in, _, err := input.Decode(json.RawMessage(given(`"num":10`)), input.Defaults{})
	if err != nil {
		panic(err)
	}
	return in
}

// given adds fields to {"lambdaARN": foreignARN}.
func given(fields string) string { return `{"lambdaARN":"` + foreignARN + `",` + fields + `}` }
