package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
)

// checkHook checks a new version before it gets traffic.
type checkHook struct {
	function awslambda.Function
	policy   awsiam.Policy
}

func (h *checkHook) permit(f *function, d *deployment) {}
