package fact

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Types are all kinds of fact.
var Types = []string{"trivia", "math", "date", "year"}

// Question is what to ask the service.
type Question struct {
	Number int64
	Type   string // one of Types
}

// ParseQuestion reads a request's body, {"number": 5, "type": "trivia"}. Its
// errors are meant for the client.
func ParseQuestion(body []byte) (Question, error) {
	var raw struct {
		Number *int64  `json:"number"`
		Type   *string `json:"type"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		var wrong *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrong) && wrong.Field == "number":
			return Question{}, fmt.Errorf("number: want a whole number, not %s", wrong.Value)
		case errors.As(err, &wrong) && wrong.Field == "type":
			return Question{}, fmt.Errorf("type: want a string, not %s", wrong.Value)
		}
		return Question{}, errors.New(`body: want JSON such as {"number": 5, "type": "trivia"}`)
	}
	switch {
	case raw.Number == nil:
		return Question{}, errors.New("number: missing; want a whole number")
	case raw.Type == nil:
		return Question{}, fmt.Errorf("type: missing; want one of %s", strings.Join(Types, ", "))
	case !slices.Contains(Types, *raw.Type):
		return Question{}, fmt.Errorf("type: %q is unknown; want one of %s", *raw.Type, strings.Join(Types, ", "))
	}
	return Question{Number: *raw.Number, Type: *raw.Type}, nil
}
