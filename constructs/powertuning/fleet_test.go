package powertuning

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// newTuners returns two tuners with different targets.
func newTuners(stack awscdk.Stack, change func(*PowerTuningProps)) *[]PowerTuning {
	var tuners []PowerTuning
	for _, name := range []string{"Shop", "Bank"} {
		props := &PowerTuningProps{TunerBinary: binary()}
		if change != nil {
			change(props)
		}
		p := NewPowerTuning(stack, jsii.String(name), props)
		p.AddTarget(newSiblings(stack, name+"Prime"))
		tuners = append(tuners, p)
	}
	return &tuners
}

// What the roles of a fleet may do, and that there is little else in its stack.
func TestFleet(t *testing.T) {
	stack := newStack()
	tuners := newTuners(stack, nil)
	given := append(*tuners, (*tuners)[0]) // two functions that share a tuner return it each
	f := NewFleet(stack, jsii.String("Fleet"), &FleetProps{Tuners: &given, TunerBinary: binary()})
	f.GrantStartExecution(awsiam.NewRole(stack, jsii.String("Night"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), nil)}))
	nested := synthesize(t, f)
	count := map[string]int{}
	for _, r := range nested.Resources {
		count[r.Type]++
	}
	require.Equal(t, map[string]int{
		"AWS::IAM::ManagedPolicy": 3, "AWS::IAM::Policy": 4, "AWS::IAM::Role": 3, "AWS::Lambda::Function": 2, "AWS::Logs::LogGroup": 3,
		"AWS::S3::Bucket": 1, "AWS::S3::BucketPolicy": 1, "AWS::StepFunctions::StateMachine": 1,
	}, count)

	const (
		states = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:"
		bucket = "<Results.Arn>/"
	)
	statements := func(kind, id string) (all []any) {
		for _, s := range nested.properties(t, kind, id)["PolicyDocument"].(map[string]any)["Statement"].([]any) {
			all = append(all, fleetNames(s))
		}
		return all
	}
	statement := func(action, resource any) map[string]any {
		return map[string]any{"Effect": "Allow", "Action": action, "Resource": resource}
	}
	machines := []any{"<Shop>", "<Bank>"}
	executions := []any{states + "execution:<name of Shop>:*", states + "execution:<name of Bank>:*"}
	require.Equal(t, []any{
		statement("states:StartExecution", machines),
		statement([]any{"states:DescribeExecution", "states:StopExecution"}, executions),
		statement([]any{"events:DescribeRule", "events:PutRule", "events:PutTargets"},
			"arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"),
	}, statements("AWS::IAM::ManagedPolicy", "Executions"))
	require.Equal(t, []any{
		statement("states:DescribeStateMachine", []any{"<Shop>", "<ShopHeal>", "<Bank>", "<BankHeal>"}),
		statement("states:ListExecutions", machines),
		statement("states:DescribeExecution", executions),
	}, statements("AWS::IAM::ManagedPolicy", "ListTuners"))
	require.Equal(t, []any{statement("states:DescribeExecution", executions)}, statements("AWS::IAM::ManagedPolicy", "RankTuners"))
	require.Equal(t, []any{
		statement("states:StartExecution", "<StateMachine>"),
		statement([]any{"states:DescribeExecution", "states:StopExecution"}, states+"execution:<StateMachine.Name>/Tune:*"),
	}, statements("AWS::IAM::Policy", "MapRun"))
	xray := statement([]any{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, "*")
	require.Equal(t, []any{
		statement([]any{"logs:CreateLogStream", "logs:PutLogEvents"}, "<ListLogGroup.Arn>"), xray,
		statement("s3:PutObject", []any{bucket + "*/items.json", bucket + "*/plan.json"}),
		statement([]any{"cloudwatch:GetMetricData", "lambda:ListFunctions"}, "*"),
	}, statements("AWS::IAM::Policy", "ListRoleDefaultPolicy"))
	require.Equal(t, []any{
		statement([]any{"logs:CreateLogStream", "logs:PutLogEvents"}, "<RankLogGroup.Arn>"), xray,
		statement("s3:GetObject", []any{bucket + "*/plan.json", bucket + "*/results/*", bucket + "fleet.json"}),
		statement("s3:PutObject", []any{bucket + "*/fleet.json", bucket + "fleet.json"}),
	}, statements("AWS::IAM::Policy", "RankRoleDefaultPolicy"))
	machine := statements("AWS::IAM::Policy", "StateMachineRoleDefaultPolicy")
	require.Equal(t, statement("lambda:InvokeFunction", []any{"<List.Arn>", "<Rank.Arn>"}), machine[0])
	require.Contains(t, machine, any(statement([]any{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}, bucket+"*/results/*")))
	require.Contains(t, machine, any(statement("s3:GetObject", bucket+"*/items.json")))

	definition := fleetNames(nested.properties(t, "AWS::StepFunctions::StateMachine", "StateMachine")["DefinitionString"]).(string)
	require.Contains(t, definition, `"settings":{"tuners":[{"stateMachine":"<Shop>","heal":"<ShopHeal>"},{"stateMachine":"<Bank>","heal":"<BankHeal>"}],"bucket":"<Results>","olderThanSeconds":2592000,"maxConcurrency":2,"timeoutSeconds":2592000}`)
	require.Contains(t, definition, `"MaxConcurrency":2`)
	_, err := statemachine.Parse(strings.NewReplacer("<List.Arn>", "arn:aws:lambda:us-east-1:1:function:l", "<Rank.Arn>", "arn:aws:lambda:us-east-1:1:function:r").Replace(definition))
	require.NoError(t, err)

	parent := synthesize(t, stack)
	require.Contains(t, parent.Outputs, "FleetFleetStateMachineArn")
}

// fleetNames is plain, with short names for what comes from the tuners' stacks.
func fleetNames(value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = fleetNames(element)
		}
		return list
	case map[string]any:
		if selected, ok := v["Fn::Select"].([]any); ok {
			split := selected[1].(map[string]any)["Fn::Split"].([]any)
			return "<name of " + strings.Trim(fleetNames(split[1]).(string), "<>") + ">"
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			text := ""
			for _, part := range join[1].([]any) {
				text += fleetNames(part).(string)
			}
			return text
		}
		if len(v) == 1 && (v["Ref"] != nil || v["Fn::GetAtt"] != nil) {
			text := plain(v).(string)
			for _, tuner := range []string{"Shop", "Bank"} {
				if strings.Contains(text, tuner) && strings.Contains(text, "HealStateMachine") {
					return "<" + tuner + "Heal>"
				}
				if strings.Contains(text, tuner) && strings.Contains(text, "StateMachine") {
					return "<" + tuner + ">"
				}
			}
			return text
		}
		object := map[string]any{}
		for key, element := range v {
			object[key] = fleetNames(element)
		}
		return object
	}
	return value
}

// Every property that grants something: cdk-nag finds nothing, and what is encrypted may be read.
func TestFleetWithEverything(t *testing.T) {
	stack := newStack()
	key := awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{EnableKeyRotation: jsii.Bool(true)})
	f := NewFleet(stack, jsii.String("Fleet"), &FleetProps{
		Tuners: newTuners(stack, func(props *PowerTuningProps) { props.EncryptionKey = key }), TunerBinary: binary(), EncryptionKey: key,
		MaxConcurrency: jsii.Number(4), MaxCost: jsii.Number(20), OlderThan: awscdk.Duration_Hours(jsii.Number(12)),
		ListBucket: awss3.Bucket_FromBucketName(stack, jsii.String("Lists"), jsii.String("lists")), ListKey: jsii.String("surveys/*.json"),
		Results: &Results{Bucket: awss3.Bucket_FromBucketName(stack, jsii.String("Kept"), jsii.String("kept"))},
		Vpc:     awsec2.NewVpc(stack, jsii.String("Vpc"), nil), StateMachineNamePrefix: jsii.String("tune"),
		StateMachineArnOutput: jsii.Bool(false),
	})
	require.Nil(t, f.StateMachineArnOutput())
	require.Equal(t, "[\n [],\n []\n]", findings(t, stack, f))
	nested := synthesize(t, f)
	machine := nested.properties(t, "AWS::StepFunctions::StateMachine", "StateMachine")
	require.Regexp(t, `^tune-`, machine["StateMachineName"])
	require.Contains(t, fleetNames(machine["DefinitionString"]), `"bucket":"kept","prefix":"dualarch/","maxCost":20,"olderThanSeconds":43200,"maxConcurrency":4`)
	for id, r := range nested.Resources {
		if r.Type == "AWS::Logs::LogGroup" {
			require.NotNil(t, r.Properties["KmsKeyId"], id)
		}
	}
	policy := nested.properties(t, "AWS::IAM::ManagedPolicy", "RankTuners")["PolicyDocument"].(map[string]any)["Statement"].([]any)
	require.Equal(t, map[string]any{
		"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": "<StackKeyArn>",
		"Condition": map[string]any{"StringEquals": map[string]any{"kms:EncryptionContext:aws:states:stateMachineArn": []any{"<Shop>", "<ShopHeal>"}}},
	}, fleetNames(policy[1]))
}

// A fleet that was stopped goes on when it is started again, unless somebody wants verdicts to be younger than that.
func TestFleetOlderThan(t *testing.T) {
	for name, test := range map[string]struct {
		olderThan, timeout awscdk.Duration
		want               int
	}{
		"the time-out's default": {nil, nil, 30 * 24 * 3600},
		"the time-out":           {nil, awscdk.Duration_Hours(jsii.Number(8)), 8 * 3600},
		"given":                  {awscdk.Duration_Days(jsii.Number(6)), awscdk.Duration_Hours(jsii.Number(8)), 6 * 24 * 3600},
		"none":                   {awscdk.Duration_Seconds(jsii.Number(0)), nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var found problems
			props := &FleetProps{OlderThan: test.olderThan, TotalExecutionTimeout: test.timeout}
			s, _ := props.check(&found)
			require.Len(t, found, 1, "Tuners")
			require.Equal(t, test.want, s.OlderThanSeconds)
		})
	}
}

// Many tuners need more policies than one, and none of them is too long.
func TestFleetOfManyTuners(t *testing.T) {
	stack := newStack()
	var tuners []PowerTuning
	for i := range 12 {
		arns := manyARNs(1)
		p := NewPowerTuning(stack, jsii.String("Tuner"+string(rune('A'+i))), &PowerTuningProps{TunerBinary: binary(), FunctionArns: arns})
		tuners = append(tuners, p)
	}
	f := NewFleet(stack, jsii.String("Fleet"), &FleetProps{Tuners: &tuners, TunerBinary: binary()})
	nested := synthesize(t, f)
	policies := 0
	for _, r := range nested.Resources {
		if r.Type == "AWS::IAM::ManagedPolicy" {
			policies++
			text, err := json.Marshal(fleetNames(r.Properties["PolicyDocument"]))
			require.NoError(t, err)
			require.Less(t, len(text), maxManagedPolicyBytes)
		}
	}
	require.Equal(t, 6, policies, "two for each role")
}

func TestWrongFleetProps(t *testing.T) {
	stack := newStack()
	tuners := newTuners(stack, nil)
	before := len(*stack.Node().Children())
	for name, test := range map[string]struct {
		props *FleetProps
		want  []string
	}{
		"nothing": {nil, []string{"Tuners: 0 tuners are not a fleet; give 1 to 90, those that NewPowerTuning or DualArchFunction.PowerTuning return"}},
		"many things": {
			&FleetProps{
				Tuners: &[]PowerTuning{(*tuners)[0], nil}, MaxConcurrency: jsii.Number(0), MaxCost: jsii.Number(math.Inf(1)),
				OlderThan: awscdk.Duration_Millis(jsii.Number(1500)), TotalExecutionTimeout: awscdk.Duration_Minutes(jsii.Number(1)),
				ListKey: jsii.String("x"), StateMachineNamePrefix: jsii.String("a b"),
				Results: &Results{EventBus: awsevents.EventBus_FromEventBusName(stack, jsii.String("Bus"), jsii.String("bus")), Prefix: jsii.String("no slash")},
			},
			[]string{
				"MaxConcurrency: 0 is not a whole number known at synthesis that is a number of functions at a time, 1 to 1000",
				"MaxCost: +Inf is not an amount known at synthesis; give USD above 0",
				"OlderThan: 1.5 seconds is not an age; give whole seconds, 0 or more",
				"TotalExecutionTimeout: 60 seconds is not a time-out; give whole seconds from 1 hour to 365 days",
				`ListKey: "x" belongs to no bucket; give ListBucket too`,
				`Results.Prefix: "no slash" cannot begin a key; give at most 400 letters, digits and ! - _ . in parts that each end with a slash, such as "tuning/"`,
				"Results.EventBus: a fleet sends no events; leave it out, and give it to the Results of its tuners",
				`StateMachineNamePrefix: "a b" cannot begin a state machine's name; give 1 to 43 letters, digits, hyphens and underscores`,
				"Tuners[1]: <nil> is not a tuner of this app; give one that NewPowerTuning or DualArchFunction.PowerTuning returns",
			},
		},
		"next to nothing": {&FleetProps{Tuners: tuners, MaxCost: jsii.Number(1e-310)}, []string{"MaxCost: 1e-310 cannot be shared out; give USD, at least 0.000001"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, `Fleet "Stack/Fleet" cannot be made, nothing was created:`+"\n  - "+strings.Join(test.want, "\n  - "),
				refusal(t, func() { NewFleet(stack, jsii.String("Fleet"), test.props) }))
		})
	}
	require.LessOrEqual(t, len(*stack.Node().Children())-before, 1, "the bus is the test's")
}
