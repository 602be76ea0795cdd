package powertuning

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/internal/asl"
)

// tunersPerPolicy is for how many tuners a managed policy has room: four ARNs of at most 150 bytes each, of 6144.
const tunersPerPolicy = 10

// nestedRule is EventBridge's rule by which Step Functions learns that an execution has ended which a state machine has
// started with sync:2. Step Functions makes it in each account and region, under this name.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
const nestedRule = "StepFunctionsGetEventsForStepFunctionsExecutionRule"

// grant gives the three roles what they need, and no more.
func (f *fleet) grant(props *FleetProps) {
	f.grantObjects(props)
	f.grantRuns()
	// What names no resource, in every region that the functions are in.
	f.List().AddToRolePolicy(allow([]string{"cloudwatch:GetMetricData", "lambda:ListFunctions"}, jsii.String("*")))
	for first := 0; first < len(f.tuners); first += tunersPerPolicy {
		f.grantTuners(f.tuners[first:min(first+tunersPerPolicy, len(f.tuners))], first/tunersPerPolicy)
	}
	if f.props.EncryptionKey != nil {
		grantLogs(f, f.props.EncryptionKey)
	}
	f.explain(props)
}

// objects are the patterns of keys that the steps share.
type objects struct{ items, plan, results, report, last *string }

func (f *fleet) objects() objects {
	arn := func(key string) *string { return f.bucket.ArnForObjects(jsii.String(f.prefix + key)) }
	return objects{arn("*/items.json"), arn("*/plan.json"), arn("*/results/*"), arn("*/fleet.json"), arn("fleet.json")}
}

// grantObjects lets the steps and the Map exchange what a state has no room for.
func (f *fleet) grantObjects(props *FleetProps) {
	o := f.objects()
	f.List().AddToRolePolicy(allow([]string{"s3:PutObject"}, o.items, o.plan))
	if bucket := props.ListBucket; bucket != nil {
		f.List().AddToRolePolicy(allow([]string{"s3:GetObject"}, f.lists(props)))
		if key := keyOf(bucket, f.props); key != nil {
			f.List().AddToRolePolicy(allow([]string{"kms:Decrypt"}, key.KeyArn()))
		}
	}
	f.Rank().AddToRolePolicy(allow([]string{"s3:GetObject"}, o.plan, o.results, o.last))
	f.Rank().AddToRolePolicy(allow([]string{"s3:PutObject"}, o.report, o.last))
	f.machine.AddToRolePolicy(allow([]string{"s3:GetObject"}, o.items))
	// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
	f.machine.AddToRolePolicy(allow([]string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}, o.results))
	if key := keyOf(f.bucket, f.props); key != nil {
		for _, role := range f.roles() {
			role.AddToPrincipalPolicy(allow([]string{"kms:Decrypt", "kms:GenerateDataKey"}, key.KeyArn()))
		}
	}
}

func (f *fleet) lists(props *FleetProps) *string {
	key := jsii.String("*")
	if props.ListKey != nil {
		key = props.ListKey
	}
	return props.ListBucket.ArnForObjects(key)
}

func (f *fleet) roles() []awsiam.IRole {
	return []awsiam.IRole{f.machine.Role(), f.List().Role(), f.Rank().Role()}
}

// grantRuns lets the state machine run its Map's items, which are executions of its own. In its role's own policy that
// would be a cycle.
func (f *fleet) grantRuns() {
	awsiam.NewPolicy(f, jsii.String("MapRun"), &awsiam.PolicyProps{
		Statements: &[]awsiam.PolicyStatement{
			allow([]string{"states:StartExecution"}, f.machine.StateMachineArn()),
			allow([]string{"states:DescribeExecution", "states:StopExecution"}, f.runs()),
		},
		Roles: &[]awsiam.IRole{f.machine.Role()},
	})
}

// runs are the executions of the Map's items.
func (f *fleet) runs() *string {
	return f.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("execution"),
		ResourceName: jsii.String(*f.machine.StateMachineName() + "/" + asl.FleetLabel + ":*"), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// grantTuners lets the state machine run executions of some tuners and stop them, and the steps read them. These grants
// are policies of their own: a role's own has not room enough for those of many tuners.
func (f *fleet) grantTuners(tuners []*powerTuning, page int) {
	var machines, definitions, executions []*string
	keys := []awsiam.PolicyStatement{}
	for _, t := range tuners {
		machine := t.machine.StateMachineArn()
		machines = append(machines, machine)
		definitions = append(definitions, machine, t.heal.StateMachineArn())
		executions = append(executions, f.executionsOf(machine))
		if key := t.settings.props.EncryptionKey; key != nil {
			keys = append(keys, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions: jsii.Strings("kms:Decrypt", "kms:GenerateDataKey"), Resources: &[]*string{key.KeyArn()},
				Conditions: &map[string]any{"StringEquals": map[string]any{
					"kms:EncryptionContext:aws:states:stateMachineArn": []*string{machine, t.heal.StateMachineArn()},
				}},
			}))
		}
	}
	rule := f.FormatArn(&awscdk.ArnComponents{Service: jsii.String("events"), Resource: jsii.String("rule"), ResourceName: jsii.String(nestedRule)})
	for _, p := range []struct {
		id         string
		role       awsiam.IRole
		statements []awsiam.PolicyStatement
	}{
		{"Executions", f.machine.Role(), []awsiam.PolicyStatement{
			allow([]string{"states:StartExecution"}, machines...),
			allow([]string{"states:DescribeExecution", "states:StopExecution"}, executions...),
			allow([]string{"events:DescribeRule", "events:PutRule", "events:PutTargets"}, rule),
		}},
		{"ListTuners", f.List().Role(), []awsiam.PolicyStatement{
			allow([]string{"states:DescribeStateMachine"}, definitions...),
			allow([]string{"states:ListExecutions"}, machines...),
			allow([]string{"states:DescribeExecution"}, executions...),
		}},
		{"RankTuners", f.Rank().Role(), []awsiam.PolicyStatement{allow([]string{"states:DescribeExecution"}, executions...)}},
	} {
		id := p.id
		if page > 0 {
			id += strconv.Itoa(page + 1)
		}
		statements := append(p.statements, keys...)
		policy := awsiam.NewManagedPolicy(f, jsii.String(id), &awsiam.ManagedPolicyProps{Statements: &statements, Roles: &[]awsiam.IRole{p.role}})
		if f.props.suppressed() {
			var names []string
			for _, e := range executions {
				names = append(names, nag.Name(f, e))
			}
			nag.Explain(policy, nag.Wildcard("The executions of one tuner's state machine; their names are not known before.", names...))
		}
	}
}

// executionsOf returns the executions of a state machine, known by its ARN alone: its name would be one more parameter.
func (f *fleet) executionsOf(machine *string) *string {
	return f.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("execution"),
		ResourceName: jsii.String(*awscdk.Fn_Select(jsii.Number(6), awscdk.Fn_Split(jsii.String(":"), machine, nil)) + ":*"),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// explain explains cdk-nag's findings, unless they are the owner's to judge.
func (f *fleet) explain(props *FleetProps) {
	if !f.props.suppressed() {
		return
	}
	o := f.objects()
	name := func(arns ...*string) (names []string) {
		for _, arn := range arns {
			names = append(names, nag.Name(f, arn))
		}
		return names
	}
	const objectsOf = "Objects of this fleet's executions, below one prefix; the executions' names are not known before."
	explainPolicy(f.machine.Role(), nag.Wildcard("X-Ray's actions and those of log delivery name no resource; AWS allows them on * only.", "*"),
		nag.Wildcard(objectsOf, name(o.items, o.results)...))
	list := []nag.Reason{
		nag.Wildcard("X-Ray's actions, lambda:ListFunctions and cloudwatch:GetMetricData name no resource; AWS allows them on * only.", "*"),
		nag.Wildcard(objectsOf, name(o.items, o.plan)...),
	}
	if props.ListBucket != nil {
		list = append(list, nag.Wildcard("ListKey is a pattern: the input names which of these objects is the list.", name(f.lists(props))...))
	}
	explainPolicy(f.List().Role(), list...)
	explainPolicy(f.Rank().Role(), nag.Wildcard("X-Ray's actions name no resource; AWS allows them on * only.", "*"),
		nag.Wildcard(objectsOf, name(o.plan, o.results, o.report)...))
	nag.Explain(f.Node().FindChild(jsii.String("MapRun")), nag.Wildcard("The executions of this state machine's own Map; their names are not known before.", name(f.runs())...))
	if owner := f.bucket.Node().Scope(); owner != nil && *owner.Node().Path() == *f.Node().Path() {
		nag.Explain(f.bucket, nag.Reason{Rule: "AwsSolutions-S1", Why: "It holds the results of this fleet, some objects for each execution; CloudTrail says who reads them."})
	}
}
