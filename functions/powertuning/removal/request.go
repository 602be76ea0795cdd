package removal

import (
	"encoding/json"
	"slices"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/heal"
)

// Request is what CloudFormation sends for a custom resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
type Request struct {
	RequestType           string // Create, Update, Delete
	RequestID             string `json:"RequestId"`
	StackID               string `json:"StackId"`
	ResponseURL           string // presigned: whoever has it can answer
	ResourceType          string
	LogicalResourceID     string `json:"LogicalResourceId"`
	PhysicalResourceID    string `json:"PhysicalResourceId"` // absent when it is created
	ResourceProperties    Properties
	OldResourceProperties Properties // when it is updated
}

// Properties are those of both custom resources.
type Properties struct {
	StateMachine     string   // ARN of the one that tunes
	HealStateMachine string   // ARN
	Functions        []string // unqualified ARNs of all that may be tuned
}

// Parse reads a request; ok is false if an event is none.
func Parse(event []byte) (r Request, ok bool) {
	err := json.Unmarshal(event, &r)
	return r, err == nil && r.RequestType != "" && r.ResponseURL != ""
}

// lost returns what the tuner loses by what CloudFormation is about to do; false if it loses nothing.
func (r Request) lost() (heal.Withdrawal, bool) {
	switch {
	case r.ResourceType == asl.HealOnDelete && r.RequestType == "Delete":
		p := r.ResourceProperties
		return heal.Withdrawal{StateMachine: p.StateMachine, HealStateMachine: p.HealStateMachine, Functions: p.Functions, All: true}, true
	case r.ResourceType == asl.HealOnUpdate && r.RequestType == "Update":
		// The state machine of before: should it be replaced, the executions are the old one's.
		before := r.OldResourceProperties
		gone := slices.DeleteFunc(slices.Clone(before.Functions), func(f string) bool { return slices.Contains(r.ResourceProperties.Functions, f) })
		return heal.Withdrawal{StateMachine: before.StateMachine, Functions: gone}, len(gone) > 0
	}
	return heal.Withdrawal{}, false
}
