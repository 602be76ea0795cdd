package tuning

import "encoding/json"

// DecodeInput reads an execution's input. Its error is an *InputError that lists every problem.
func DecodeInput(raw json.RawMessage, d Defaults) (in Input, warnings []string, err error) {
	return Input{}, nil, nil
}
