package powertuning

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// reached is a function that the tuner may reach, with the ARNs that its permissions are for.
type reached struct {
	*TunedFunction
	resource awslambda.CfnFunction // nil if this app does not have it
	on       map[scope][]*arn
	// references are what the ARNs refer to in the parent stack: each is a parameter of the tuning stack.
	references []string
	// templateBytes is about what the function takes in the tuning stack's template, at most.
	templateBytes int
}

// arn is an ARN in a policy.
type arn struct {
	text  *string
	bytes int    // the most that it has, once CloudFormation knows it
	token bool   // it is not known at synthesis
	name  string // what cdk-nag calls it, once somebody has asked
}

func (a *arn) with(suffix string) *arn {
	return &arn{text: jsii.String(*a.text + suffix), bytes: a.bytes + len(suffix), token: a.token}
}

// The longest names that Lambda and CloudWatch Logs take.
const (
	longestFunctionName = 64
	longestLogGroupName = 512
)

// longestARN returns the length of the longest ARN up to its name: aws-us-gov is the longest partition, and no region
// has a longer name than us-isof-south-1.
func longestARN(service, kind string) int {
	return len("arn:aws-us-gov:" + service + ":us-isof-south-1:123456789012:" + kind + ":")
}

// reachedFunction returns a function of a construct. stack is the parent of the tuning stack.
func reachedFunction(stack awscdk.Stack, f *TunedFunction, aliases []string) *reached {
	name := nameBytes(f.Function, f.Function.FunctionName(), longestFunctionName)
	var group *string
	groupBytes := longestARN("logs", "log-group") + len(":*")
	if f.LogGroup != nil {
		group, groupBytes = f.LogGroup.LogGroupArn(), groupBytes+nameBytes(f.LogGroup, f.LogGroup.LogGroupName(), longestLogGroupName)
	} else {
		env := f.Function.Env() // a function given by its ARN may be elsewhere
		group, groupBytes = logGroupOf(stack, f.Function.FunctionName(), env.Region, env.Account), groupBytes+len(lambdaLogs)+name
	}
	r := newReached(stack, f.Function.FunctionArn(), group, longestARN("lambda", "function")+name, groupBytes, aliases)
	r.TunedFunction = f
	// Asked for here, because calls of Node.js within CDK's calls, such as validation, are limited.
	r.resource, _ = f.Function.Node().DefaultChild().(awslambda.CfnFunction)
	return r
}

// reachedByARN returns a function that is known only by its ARN.
func reachedByARN(stack awscdk.Stack, functionARN *string, aliases []string) *reached {
	part := func(i int) *string {
		return awscdk.Fn_Select(jsii.Number(i), awscdk.Fn_Split(jsii.String(":"), functionARN, nil))
	}
	if parts := strings.Split(*functionARN, ":"); len(parts) == 7 && !*awscdk.Token_IsUnresolved(functionARN) {
		part = func(i int) *string { return &parts[i] }
	}
	return newReached(stack, functionARN, logGroupOf(stack, part(6), part(3), part(4)),
		longestARN("lambda", "function")+longestFunctionName,
		longestARN("logs", "log-group")+len(lambdaLogs)+longestFunctionName+len(":*"), aliases)
}

// arn is the function's own.
func (r *reached) arn() *arn { return r.on[functionItself][0] }

// newReached returns a function by its ARN and that of its log group.
func newReached(stack awscdk.Stack, functionARN, groupARN *string, functionBytes, groupBytes int, aliases []string) *reached {
	function := &arn{text: functionARN, bytes: functionBytes}
	group := &arn{text: groupARN, bytes: groupBytes}
	references := map[string]bool{}
	for _, a := range []*arn{function, group} {
		resolved := stack.Resolve(a.text)
		if known, is := resolved.(string); is {
			a.bytes = len(known)
			continue
		}
		a.token = true
		addReferences(resolved, references)
	}
	r := &reached{references: slices.Sorted(maps.Keys(references)), templateBytes: functionTemplateBytes(stack, function, references)}
	r.on = map[scope][]*arn{
		functionItself: {function},
		qualified:      {function.with(":*")},
		lockAlias:      {function.with(":" + run.LockName)},
		neverAlias:     {function.with(":" + run.NeverAlias)},
		latestVersion:  {function.with(":$LATEST")},
		logsOf:         {group},
	}
	for _, alias := range aliases {
		r.on[movableAliases] = append(r.on[movableAliases], function.with(":"+alias))
	}
	return r
}

// lambdaLogs is how the names of log groups begin that Lambda makes.
const lambdaLogs = "/aws/lambda/"

// logGroupOf returns the ARN of the log group that Lambda makes for a function.
func logGroupOf(stack awscdk.Stack, name, region, account *string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("logs"), Resource: jsii.String("log-group"), Region: region, Account: account,
		ResourceName: jsii.String(lambdaLogs + *name + ":*"),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// nameBytes returns the most that a resource's name takes.
func nameBytes(construct constructs.IConstruct, name *string, most int) int {
	if !*awscdk.Token_IsUnresolved(name) {
		return len(*name)
	}
	resource, is := construct.Node().DefaultChild().(awscdk.CfnResource)
	if !is {
		return most
	}
	var given *string
	switch r := resource.(type) {
	case awslambda.CfnFunction:
		given = r.FunctionName()
	case awslogs.CfnLogGroup:
		given = r.LogGroupName()
	}
	if given != nil {
		if *awscdk.Token_IsUnresolved(given) {
			return most
		}
		return len(*given)
	}
	// CloudFormation's own names have the stack's, the logical id and 12 letters or digits.
	const longestStackName, separators = 128, 2
	stack, id := longestStackName, 255
	if name := resource.Stack().StackName(); !*awscdk.Token_IsUnresolved(name) {
		stack = len(*name)
	}
	if logical, is := resource.Stack().Resolve(resource.LogicalId()).(string); is {
		id = len(logical)
	}
	return min(most, stack+id+12+separators)
}

// addReferences adds what a resolved value refers to.
func addReferences(resolved any, found map[string]bool) {
	switch v := resolved.(type) {
	case []any:
		for _, element := range v {
			addReferences(element, found)
		}
	case map[string]any:
		ref, isRef := v["Ref"].(string)
		if isRef && strings.HasPrefix(ref, "AWS::") {
			return // each stack has these
		}
		if isRef || v["Fn::GetAtt"] != nil {
			text, err := json.Marshal(v)
			if err != nil {
				panic(err) // it came as JSON
			}
			found[string(text)] = true
			return
		}
		for _, element := range v {
			addReferences(element, found)
		}
	}
}

// target is a TuningTarget as the tuning stack holds it.
type target struct {
	input.DefaultTarget
	functions []*reached
	serving   *arn // alias of the function that serves instead
	// references and templateBytes are those of all but the functions.
	references    []string
	templateBytes int
}

// newTarget returns a target that has been checked. stack is the parent of the tuning stack.
func newTarget(stack awscdk.Stack, t *TuningTarget, payload json.RawMessage, aliases []string) *target {
	added := &target{DefaultTarget: input.DefaultTarget{Name: *t.Name, Payload: payload}}
	if t.LiveAlias != nil {
		added.LiveAlias = *t.LiveAlias
	}
	if t.TenantId != nil {
		added.TenantID = *t.TenantId
	}
	references := map[string]bool{}
	addReferences(stack.Resolve(jsii.String(string(payload)+added.TenantID)), references)
	added.templateBytes = definitionCopies*escapedBytes(added.DefaultTarget) + scheduleAndAlarmBytes
	if t.Serving != nil {
		serving := reachedFunction(stack, &TunedFunction{Function: t.Serving}, nil)
		added.serving = serving.arn().with(":" + *t.ServingAlias)
		added.Serving = *added.serving.text
		added.templateBytes += serving.templateBytes
		addReferences(stack.Resolve(t.Serving.FunctionArn()), references)
	}
	for _, f := range t.Functions {
		r := reachedFunction(stack, f, aliases)
		added.functions = append(added.functions, r)
		added.Functions = append(added.Functions, *f.Function.FunctionArn())
	}
	added.references = slices.Sorted(maps.Keys(references))
	return added
}

// scheduleAndAlarmBytes is about what the schedule and the alarm of a target take in the template.
const scheduleAndAlarmBytes = 3_000

// definitionCopies is how many states of the state machine carry the defaults of its executions.
const definitionCopies = 5

// escapedBytes returns the length of a value's JSON within a JSON string.
func escapedBytes(value any) int {
	written, err := marshal(value)
	if err != nil {
		panic(err) // it was marshalled when it was checked
	}
	text, err := marshal(string(written))
	if err != nil {
		panic(err) // strings always marshal
	}
	return len(text)
}

// functionTemplateBytes is about what a function takes in the tuning stack's template at most: its ARN stands in 38
// places, in 11 of them within an Fn::Join. TestTemplateBytes compares that with templates.
func functionTemplateBytes(stack awscdk.Stack, function *arn, references map[string]bool) int {
	const places, joins, indentation, join = 38, 11, 60, 150
	width, path := function.bytes, len(*stack.Node().Path())
	for reference := range references {
		// A parameter is named after the path of what it stands for.
		width = max(width, path+len(reference))
	}
	return places*(width+indentation) + joins*join
}
