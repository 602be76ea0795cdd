package powertuning

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// referenceOrder gives the parameters of the tuning stack an order. CDK makes one for each reference to the parent, in
// the order in which it meets them, and where it merges statements it sorts their resources by the numbers that it has
// given to tokens, as text: 999 comes after 1000. Whatever else is in an app would change that order and with it the
// hash of the template, so that the stack would be deployed again though nothing in it has changed.
//
// It is a property of the stack's first resource that has no value in the template: only while CDK looks for references
// it names them.
type referenceOrder struct{ p *powerTuning }

// Produce implements awscdk.IStringProducer.
func (o *referenceOrder) Produce(context awscdk.IResolveContext) *string {
	if !*context.Preparing() {
		return nil
	}
	var all []string
	for _, f := range o.p.reach.tuned() {
		all = append(all, *f.arn().text)
	}
	for _, t := range o.p.reach.byName() {
		if t.serving != nil {
			all = append(all, *t.serving.text)
		}
	}
	for _, f := range o.p.reach.tuned() {
		all = append(all, *f.on[logsOf][0].text)
	}
	return jsii.String(strings.Join(all, " "))
}
