package dualarch

import (
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/layerarn"
)

// cdkLayers are the layers that CDK itself adds to a function (InsightsVersion,
// AdotInstrumentation, ParamsAndSecrets), by the ids of their constructs. CDK always
// picks the edition for the function's architecture.
var cdkLayers = []struct{ id, product string }{
	{"LambdaInsightsLayer", "AWS Lambda Insights"},
	{"AdotLayer", "AWS Distro for OpenTelemetry"},
	{"ParamsAndSecretsLayer", "the AWS Parameters and Secrets extension"},
}

// addedByCDK reports whether a reference is to one of them. If the region is not
// known at synthesis, CDK looks most of their ARNs up in a mapping.
func (f finder) addedByCDK(reference any) bool {
	intrinsic, _ := reference.(map[string]any)
	_, mapped := intrinsic["Fn::FindInMap"]
	arn, _ := guard.Flat(reference)
	layer, known := layerarn.Lookup(arn)
	if !mapped && !known {
		return false
	}
	node := annotated(f.resource).Node()
	for _, own := range cdkLayers {
		if (mapped || layer.Product == own.product) && node.TryFindChild(jsii.String(own.id)) != nil {
			return true
		}
	}
	return false
}
