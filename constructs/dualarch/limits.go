package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/internal/lambdalimits"
)

// cdkStorage is the most ephemeral storage, in MB, that CDK's function class takes; Lambda has allowed more
// since. Its class for the CloudFormation resource takes any.
const cdkStorage = 10_240

// beyondCDK removes ephemeral storage that CDK's class would refuse from a function's options, and returns it for
// the CloudFormation resource, or nil.
func beyondCDK(options *awslambda.FunctionProps) *awslambda.CfnFunction_EphemeralStorageProperty {
	size := options.EphemeralStorageSize
	if size == nil || *size.IsUnresolved() || *megabytes(size) <= cdkStorage {
		return nil
	}
	options.EphemeralStorageSize = nil
	return &awslambda.CfnFunction_EphemeralStorageProperty{Size: megabytes(size)}
}

// warnOfLimits warns of values above every known limit of Lambda. It is called when all constructs exist: a
// capacity provider takes a function after the function is made.
func (f *function) warnOfLimits(t *tree) {
	for _, s := range f.functions() {
		var properties struct {
			MemorySize, Timeout                       any
			EphemeralStorage                          struct{ Size any }
			CapacityProviderConfig, AcceleratorConfig any
		}
		t.properties(s.resource, &properties)
		kind := lambdalimits.Kind{
			CapacityProvider: properties.CapacityProviderConfig != nil, Accelerator: properties.AcceleratorConfig != nil,
		}
		for _, setting := range []struct {
			lambdalimits.Setting
			given any
		}{
			{lambdalimits.MemorySize, properties.MemorySize},
			{lambdalimits.Timeout, properties.Timeout},
			{lambdalimits.EphemeralStorage, properties.EphemeralStorage.Size},
		} {
			given, known := setting.given.(float64) // else CloudFormation puts it in
			if text := setting.Exceeds(given, kind); known && text != "" {
				cdkcompat.Warn(s.function, limitsID, setting.Name+": "+text+": deploying fails if it still does")
			}
		}
	}
}
