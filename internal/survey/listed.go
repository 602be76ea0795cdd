package survey

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

const (
	latest = "$LATEST"
	// leastStorage is a function's ephemeral storage unless it has more, in MB.
	leastStorage = 512

	replicaReason = "it is a Lambda@Edge replica: only the function that it was made of can be changed, and Lambda@Edge has no arm64"
	edgeReason    = "CloudFront runs replicas of it (Lambda@Edge), which has no arm64"
	tenantsReason = "it isolates tenants, and an invocation needs a tenant's id: give tenantId"
)

// listed takes over what ListFunctions says of a version. It reports whether the answer shows that published versions
// are listed too: only then has $LATEST an ARN with a qualifier.
func (f *function) listed(c types.FunctionConfiguration) bool {
	whole, qualifier := arn.SplitFunction(aws.ToString(c.FunctionArn))
	if v := aws.ToString(c.Version); v != "" && v != latest {
		f.versions[v] = variantOf(c)
		return true
	}
	c.Environment = nil // nothing of it may be kept, or reach the report
	f.configuration = c
	own := variantOf(c)
	f.latest = own
	f.Function = Function{
		ARN: whole, Name: aws.ToString(c.FunctionName), Region: f.region.name,
		Architecture: tuning.Architecture(own.architecture), Runtime: string(c.Runtime), PackageType: string(c.PackageType),
		MemorySize: own.memorySize, EphemeralStorage: leastStorage, Timeout: int(aws.ToInt32(c.Timeout)), CodeSize: c.CodeSize,
		SnapStart: own.snapStart, Untunable: untunable(c),
		Readiness: notLookedInto(),
	}
	if c.EphemeralStorage != nil {
		f.EphemeralStorage = int(aws.ToInt32(c.EphemeralStorage.Size))
	}
	for _, l := range c.Layers {
		f.Layers = append(f.Layers, aws.ToString(l.Arn))
	}
	if f.Architecture == tuning.Arm {
		f.Readiness = Readiness{Status: guard.OnArm64}
	}
	return qualifier != ""
}

// notLookedInto is what is known of code before anybody has read it.
func notLookedInto() Readiness {
	return Readiness{Status: guard.Unknown, Unchecked: []string{"its code was not looked into"}}
}

func variantOf(c types.FunctionConfiguration) variant {
	v := variant{
		architecture: types.ArchitectureX8664, memorySize: int(aws.ToInt32(c.MemorySize)),
		snapStart: c.SnapStart != nil && c.SnapStart.ApplyOn == types.SnapStartApplyOnPublishedVersions,
	}
	if len(c.Architectures) > 0 {
		v.architecture = c.Architectures[0]
	}
	return v
}

// untunable says why a function cannot be tuned, as far as its configuration tells.
func untunable(c types.FunctionConfiguration) string {
	switch {
	case aws.ToString(c.MasterArn) != "":
		return replicaReason
	case c.CapacityProviderConfig != nil && c.CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig != nil:
		return input.ManagedReason
	case c.DurableConfig != nil:
		return input.DurableReason
	case c.TenancyConfig != nil && c.TenancyConfig.TenantIsolationMode != "":
		return tenantsReason
	}
	return ""
}

// edgeRegion is where functions of Lambda@Edge are made.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
const edgeRegion = "us-east-1"

// couldBeEdge reports whether Lambda@Edge would take a function: with a published version on x86_64, for Node.js or Python,
// without layers and provisioned concurrency.
func (f *function) couldBeEdge() bool {
	return f.Region == edgeRegion && len(f.versions) > 0 && f.Architecture == tuning.X86 && len(f.Layers) == 0 && f.ProvisionedConcurrency == 0 &&
		(strings.HasPrefix(f.Runtime, "nodejs") || strings.HasPrefix(f.Runtime, "python"))
}

// replicated marks the functions that replicas were made of. These are listed in other regions alone: in a survey of
// edgeRegion alone nothing tells such a function from others.
func (s *surveyor) replicated() {
	for _, r := range s.regions {
		for _, f := range r.functions {
			if s.masters[f.ARN] {
				f.edge, f.Untunable = true, edgeReason
			}
		}
	}
}

// priceable reports whether a function's invocations are charged by Lambda's price list for duration.
func priceable(c types.FunctionConfiguration) bool {
	return aws.ToString(c.MasterArn) == "" &&
		(c.CapacityProviderConfig == nil || c.CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig == nil)
}
