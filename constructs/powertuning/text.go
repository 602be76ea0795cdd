package powertuning

import (
	"bytes"
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// definitionText is the JSON of a state machine's definition, made at synthesis, when all targets
// are known.
type definitionText struct{ definition func() map[string]any }

// Produce implements awscdk.IStringProducer.
func (d *definitionText) Produce(awscdk.IResolveContext) *string {
	text, err := marshal(d.definition())
	if err != nil { // its variable parts were marshalled when they were checked
		panic(err)
	}
	return jsii.String(string(text))
}

// marshal returns JSON without the escapes of <, > and & that only HTML needs.
func marshal(value any) (json.RawMessage, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(text.Bytes()), nil
}
