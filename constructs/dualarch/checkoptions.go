package dualarch

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/powertuning"
	"github.com/dualarch/dualarch/internal/release/hook"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// CheckOptions are how a new version of the serving function is checked before it gets any traffic: a Lambda function,
// called by CodeDeploy, invokes it with each payload. It has to answer without an error and in time. If the release
// changed nothing but architecture, memory size or other options, its answers have to be those of the version that
// serves. The reason why a deployment was stopped is in the log of that function.
//
// The invocations, one of each payload or two of both versions, are real: they count in the function's metrics and
// concurrency, and do what the function does.
type CheckOptions struct {
	// Disabled leaves the check out; the other options are ignored.
	//
	// Default: false.
	Disabled *bool

	// Payloads are each sent to the new version: values that encoding/json can write, 60,000 bytes together.
	//
	// Default: the payload of PowerTuning, else that of PowerTuning.Props or Shared, each once if they are weighted.
	// Without one there is no check.
	Payloads *[]any

	// Timeout is how long an answer may take, in whole seconds from 1 to 840; the first one starts cold.
	//
	// Default: the function's own time-out.
	Timeout awscdk.Duration

	// CompareResponses is how the answers of the two versions are compared.
	//
	// Default: that of PowerTuning.Props or Shared, else compared whole.
	CompareResponses *powertuning.CompareResponses

	// Binary is the path of the checking function's binary for arm64, if it cannot be built at synthesis: a folder that
	// holds it as bootstrap.
	//
	// Default: it is built from this module's sources.
	Binary *string
}

const (
	longestCheck  = 840 // seconds
	checkPayloads = 60_000
	// maxVariable is how many bytes the hook's environment has for its settings: Lambda takes 4 KB in all, and some are left
	// to what tokens become.
	maxVariable = 3_800
	// longestFunctionARN has the longest partition, region and name.
	longestFunctionARN = 140
)

// checked returns the caller's options, and whether there is a check.
func (props *DualArchFunctionProps) checked() (*CheckOptions, bool) {
	options := &CheckOptions{}
	if !props.serves() {
		return options, false
	}
	if props.Serving.Check != nil {
		options = props.Serving.Check
	}
	return options, !prop.Value(options.Disabled) && !props.Serving.deployment().allAtOnce()
}

// check refuses what the hook could not use. The property PowerTuning.Payload has been checked if there is a tuner.
func (o *CheckOptions) check(p *problems, props *DualArchFunctionProps) {
	if o.Payloads != nil && len(*o.Payloads) == 0 {
		p.Add("Serving.Check.Payloads", "an empty list was given; give at least one payload, or leave it out")
	}
	settings, err := o.settings(props)
	alone := settings
	alone.Payloads = nil
	whole, rest := variableBytes(settings), variableBytes(alone)
	switch text, unresolved := settingsText(settings.Payloads); {
	case err != nil:
		p.Add("Serving.Check.Payloads", "they cannot be written as JSON (%v); give values that encoding/json can write", err)
	case len(text) > checkPayloads:
		p.Add("Serving.Check.Payloads", "%d bytes of JSON are too many; give at most %d bytes", len(text), checkPayloads)
	case len(settings.Payloads) > 0 && rest > maxVariable:
		property := "Serving.Check.CompareResponses.Ignore"
		if o.CompareResponses == nil {
			property = "Serving.Check: CompareResponses.Ignore of the tuning stack"
		}
		p.Add(property, "the settings of the check take %d bytes without payloads, and its environment variable has %d; give fewer or shorter pointers", rest, maxVariable)
	case unresolved && whole > maxVariable:
		p.Add("Serving.Check.Payloads", "%d bytes of JSON with a token are too many for an environment variable; give at most %d bytes, or no token",
			len(text), len(text)-whole+maxVariable)
	}
	if shared(props).TenancyConfig != nil && settings.TenantID == "" && len(settings.Payloads) > 0 {
		p.Add("PowerTuning.TenantId", "it was not given, and the check invokes a function that isolates tenants; give one, or set Serving.Check.Disabled")
	}
	p.Seconds("Serving.Check.Timeout", o.Timeout, 1, longestCheck)
	if o.Timeout != nil && *o.Timeout.IsUnresolved() {
		p.Add("Serving.Check.Timeout", "a token is known too late; give a duration that is known at synthesis")
	}
	*p = append(*p, (&powertuning.PowerTuningProps{CompareResponses: o.CompareResponses}).Problems("Serving.Check.")...)
	if o.Binary != nil {
		if _, err := os.Stat(filepath.Join(*o.Binary, "bootstrap")); err != nil {
			p.Add("Serving.Check.Binary", "%q cannot be used (%v); give a folder that holds the binary as bootstrap", *o.Binary, err)
		}
	}
}

// settings returns what the hook is told, but for the function.
func (o *CheckOptions) settings(props *DualArchFunctionProps) (hook.Settings, error) {
	payloads, err := o.payloads(props)
	compare := o.comparison(props)
	s := hook.Settings{
		Payloads: payloads, TenantID: prop.Value(tuningOptions(props).tunedWith().TenantId),
		NotCompared: prop.Value(compare.Disabled), Ignore: prop.Values(compare.Ignore),
	}
	if o.Timeout != nil && !*o.Timeout.IsUnresolved() {
		s.TimeoutSeconds = int(*o.Timeout.ToSeconds(&awscdk.TimeConversionOptions{Integral: jsii.Bool(false)}))
	}
	return s, err
}

// variableBytes returns how much of the environment the hook's settings take at the most.
func variableBytes(s hook.Settings) int {
	s.Function = strings.Repeat("f", longestFunctionARN)
	written, err := marshal(s)
	if err != nil {
		return 0 // each payload was written before
	}
	return len(hook.Variable) + len(written)
}

// payloads returns what the new version is sent; none if nobody gave any.
func (o *CheckOptions) payloads(props *DualArchFunctionProps) ([]json.RawMessage, error) {
	if o.Payloads == nil {
		return tuningPayloads(tuningOptions(props))
	}
	var all []json.RawMessage
	for i, payload := range *o.Payloads {
		written, err := marshal(payload)
		if err != nil {
			return nil, fmt.Errorf("number %d: %w", i+1, err)
		}
		all = append(all, written)
	}
	return all, nil
}

// tuningPayloads returns what a tuner sends to the siblings.
func tuningPayloads(options *PowerTuningOptions) ([]json.RawMessage, error) {
	payload := options.tunedWith().Payload
	if payload == nil {
		return nil, nil
	}
	written, err := marshal(payload)
	if err != nil {
		return nil, err
	}
	return input.Bodies(written), nil
}

// marshal leaves < and > as they are: escaped, they would take six bytes each.
func marshal(value any) (json.RawMessage, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return json.RawMessage(strings.TrimSpace(text.String())), nil
}

// settingsText returns payloads as JSON, and whether only CloudFormation knows all of it.
func settingsText(payloads []json.RawMessage) (text string, unresolved bool) {
	written, err := marshal(payloads)
	if err != nil {
		return "", false // each was written before
	}
	return string(written), *awscdk.Token_IsUnresolved(string(written))
}

// comparison returns how answers are compared.
func (o *CheckOptions) comparison(props *DualArchFunctionProps) powertuning.CompareResponses {
	if o.CompareResponses != nil {
		return *o.CompareResponses
	}
	return prop.Value(tuningOptions(props).tunedWith().CompareResponses)
}
