package powertuning

import (
	"fmt"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// unqualifiedARN matches a function's ARN without version, alias or wildcard.
var unqualifiedARN = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+$`)

// checkReach checks what the tuner may tune, call and read.
func checkReach(props *PowerTuningProps, found *problems) {
	for i, f := range prop.Value(props.Functions) {
		checkFunction(fmt.Sprintf("Functions[%d]", i), f, found)
	}
	for i, arn := range prop.Value(props.FunctionArns) {
		if arn == nil || !*awscdk.Token_IsUnresolved(arn) && !unqualifiedARN.MatchString(*arn) {
			found.Add(fmt.Sprintf("FunctionArns[%d]", i), "%s is not the unqualified ARN of one function; give arn:aws:lambda:<region>:<account>:function:<name>, without version, alias or wildcard", text(arn))
		}
	}
	for i, f := range prop.Value(props.Processors) {
		if f == nil {
			found.Add(fmt.Sprintf("Processors[%d]", i), "nil is not a function; give one, or leave it out")
		}
	}
	if props.PayloadKey != nil && props.PayloadBucket == nil {
		found.Add("PayloadKey", "%s belongs to no bucket; give PayloadBucket too", text(props.PayloadKey))
	}
}

// checkFunction checks that a function can be tuned.
func checkFunction(property string, f *TunedFunction, found *problems) bool {
	if f == nil || f.Function == nil {
		found.Add(property+".Function", "nil is not a function; give an awslambda.IFunction")
		return false
	}
	switch q := f.Function.(type) {
	case awslambda.IAlias:
		found.Add(property+".Function", "%q is an alias; give the function that it belongs to", *q.Node().Path())
		return false
	case awslambda.IVersion:
		found.Add(property+".Function", "%q is a version; give the function that it belongs to", *q.Node().Path())
		return false
	}
	return true
}

// importedFunction returns a function that is known only by its ARN.
func importedFunction(scope constructs.Construct, i int, arn *string) *TunedFunction {
	id := jsii.String(fmt.Sprintf("Function%d", i))
	return &TunedFunction{Function: awslambda.Function_FromFunctionArn(scope, id, arn)}
}
