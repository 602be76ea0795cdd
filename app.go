// Command dualarch is the demo application, which `cdk deploy` deploys from this
// repository. It connects two functions to one API and tunes one of them;
// everything that it uses can be imported (constructs/dualarch,
// constructs/powertuning).
package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	newDemoStack(app)
	app.Synth(nil)
}

// demoStack holds two functions behind one API. CDK context changes it:
//
//	numbersApiUrl      the numbers service that Number asks (default: the function's own)
//	tunerArchitecture  what the tuner's own functions run on: x86_64 or arm64 (default)
//	primePause         the machine on which Prime waits before it counts, and how long:
//	                   x86_64=500ms (default: none does)
//	code               what Prime is deployed as: zip (default), image (its Dockerfile)
//	                   or goimage (an image that is made without Docker)
type demoStack struct {
	stack  awscdk.Stack
	api    dualarch.Api
	number dualarch.DualArchFunction
	prime  dualarch.DualArchFunction
}

func newDemoStack(scope constructs.Construct) *demoStack {
	s := &demoStack{stack: awscdk.NewStack(scope, jsii.String("DualArchDemo"), &awscdk.StackProps{
		Description: jsii.String("The demo of dualarch: one source, two architectures, one verdict"),
	})}
	// All code is known before the first construct needs it, so that one go
	// command per architecture compiles it together with the tuner's, which Prime
	// registers.
	numberCode := dualarch.GoCode(jsii.String("functions/number"), nil)
	primeCode := s.primeCode()

	s.api = dualarch.NewApi(s.stack, jsii.String("Api"), &dualarch.ApiProps{ApiName: s.stack.StackName()})
	s.prime = s.newPrime(primeCode)
	s.number = s.newNumber(numberCode)
	s.output()
	return s
}

// newNumber makes a function that is not tuned: it asks another service for each
// answer, so measuring it would measure that service, and burden it.
func (s *demoStack) newNumber(code dualarch.Code) dualarch.DualArchFunction {
	environment := map[string]*string{}
	if url, given := s.context("numbersApiUrl"); given {
		environment["NUMBERS_API_URL"] = jsii.String(url)
	}
	return dualarch.NewDualArchFunction(s.stack, jsii.String("Number"), &dualarch.DualArchFunctionProps{
		Code: code,
		Function: &awslambda.FunctionOptions{
			Description: jsii.String("A fact about a number, from a numbers service"),
			MemorySize:  jsii.Number(128),
			Timeout:     awscdk.Duration_Seconds(jsii.Number(100)),
			Environment: &environment,
		},
		Api:         &dualarch.ApiOptions{HttpApi: s.api.HttpApi(), Path: jsii.String("/number")},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
}

// primeCode returns Prime's code, as a zip or as one of two kinds of container
// image.
func (s *demoStack) primeCode() dualarch.Code {
	dir := jsii.String("functions/prime")
	switch kind, given := s.context("code"); {
	case !given || kind == "zip":
		return dualarch.GoCode(dir, nil)
	case kind == "image":
		// The Dockerfile compiles the module, whose root is its context.
		return dualarch.ImageCode(jsii.String("."), &dualarch.ImageCodeOptions{File: jsii.String(*dir + "/Dockerfile")})
	case kind == "goimage":
		return dualarch.GoImageCode(dir, nil)
	default:
		panic(fmt.Errorf("CDK context code: %q was given; give zip, image or goimage", kind))
	}
}

// newPrime makes a function that computes, and so is worth tuning.
func (s *demoStack) newPrime(code dualarch.Code) dualarch.DualArchFunction {
	environment := map[string]*string{}
	if pause, given := s.context("primePause"); given {
		environment["PRIME_PAUSE"] = jsii.String(pause)
	}
	return dualarch.NewDualArchFunction(s.stack, jsii.String("Prime"), &dualarch.DualArchFunctionProps{
		Code: code,
		Function: &awslambda.FunctionOptions{
			Description: jsii.String("Counts prime numbers"),
			MemorySize:  jsii.Number(512),
			Timeout:     awscdk.Duration_Seconds(jsii.Number(30)),
			Environment: &environment,
		},
		Api: &dualarch.ApiOptions{HttpApi: s.api.HttpApi(), Path: jsii.String("/prime")},
		PowerTuning: &dualarch.PowerTuningOptions{
			// What the API would send; some milliseconds of work at 1 GB.
			Payload: map[string]any{"queryStringParameters": map[string]string{"max": "100000"}},
			Props: &powertuning.PowerTuningProps{
				// The siblings' answers have the machine that they ran on and the
				// time that they took.
				CompareResponses:  &powertuning.CompareResponses{Ignore: jsii.Strings("/machine", "/elapsed")},
				TunerArchitecture: s.tunerArchitecture(),
			},
		},
	})
}

// output adds an output that callers need.
func (s *demoStack) output() {
	out := func(name string, value *string) {
		awscdk.NewCfnOutput(s.stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	base := *s.api.Stage().Url() // ends with a slash
	out("ApiBasePath", jsii.String(base))
	for _, function := range []struct {
		name string
		path string
		dualarch.DualArchFunction
	}{
		{"Number", "number", s.number},
		{"Prime", "prime", s.prime},
	} {
		out(function.name+"X8664Url", jsii.String(base+function.path+"/x86_64"))
		out(function.name+"Arm64Url", jsii.String(base+function.path+"/arm64"))
		out(function.name+"X8664FunctionName", function.X86().FunctionName())
		out(function.name+"Arm64FunctionName", function.Arm64().FunctionName())
	}
	out("PowerTuningStateMachineArn", s.prime.PowerTuning().StateMachine().StateMachineArn())
}

// tunerArchitecture returns the architecture of the tuner's own functions.
func (s *demoStack) tunerArchitecture() awslambda.Architecture {
	switch name, given := s.context("tunerArchitecture"); {
	case !given || name == "arm64":
		return awslambda.Architecture_ARM_64()
	case name == "x86_64":
		return awslambda.Architecture_X86_64()
	default:
		panic(fmt.Errorf("CDK context tunerArchitecture: %q was given; give x86_64 or arm64", name))
	}
}

// context returns a value that was given with `cdk -c name=value`.
func (s *demoStack) context(name string) (string, bool) {
	value, given := s.stack.Node().TryGetContext(jsii.String(name)).(string)
	return value, given
}
