package powertuning

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// manyARNs returns ARNs with the longest names.
func manyARNs(n int) *[]*string {
	arns := make([]*string, n)
	for i := range arns {
		arns[i] = jsii.String(fmt.Sprintf("arn:aws:lambda:eu-central-1:123456789012:function:function%056d", i))
	}
	return &arns
}

// Rows are cut where a policy is full, and nothing is lost or said twice.
func TestPages(t *testing.T) {
	var arns []*arn
	for i := range 100 {
		arns = append(arns, &arn{text: jsii.String(fmt.Sprint(i)), bytes: 137})
	}
	rows := []row{{may(functionItself, "lambda:GetAlias", "lambda:UpdateAlias"), arns}, {setMemory, arns[:50]}, {neverTheFunction, arns[:1]}}
	all := pages(rows)
	require.Len(t, all, 4)
	var got []row
	for i, page := range all {
		bytes := 0
		for _, r := range page {
			bytes += r.bytes() + len(r.arns)*140
			if last := len(got) - 1; last >= 0 && got[last].actions[0] == r.actions[0] {
				got[last].arns = append(got[last].arns, r.arns...)
				continue
			}
			got = append(got, row{r.grant, r.arns})
		}
		limit := 6144
		if i == 0 {
			limit = 8000
		}
		require.LessOrEqual(t, bytes, limit)
		if i < len(all)-1 {
			require.Greater(t, bytes, limit-250, "it is filled")
		}
	}
	require.Equal(t, rows, got)

	// CDK, which divides the role's own policy, takes unknown ARNs for longer than they are.
	for _, a := range arns {
		a.token = true
	}
	require.Len(t, pages(rows)[0][0].arns, (8000-rows[0].bytes())/153)
	require.Equal(t, [][]row{nil}, pages(nil))
}

// What a grant takes without resources is counted as it is written.
func TestBytesOfGrants(t *testing.T) {
	for step, all := range grants {
		for _, g := range append(all, moving...) {
			r := row{g, []*arn{{text: jsii.String("a")}}}
			statement, err := json.Marshal(r.statement().ToStatementJson())
			require.NoError(t, err)
			require.InDelta(t, len(statement), g.bytes()+len(`"a",`), 12, "%s: %s", step, statement)
		}
	}
}

// As many functions as a role can be given are tuned; their permissions are those of a few.
func TestPermissionsOfManyFunctions(t *testing.T) {
	stack := newStack()
	arns := manyARNs(70)
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), FunctionArns: arns, AutoOptimize: &AutoOptimize{}})
	nested := synthesize(t, p)
	found, policies := map[string]map[string]bool{}, map[string]int{}
	for id, r := range nested.Resources {
		if r.Type != "AWS::IAM::Policy" && r.Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		role := strings.Trim(plain(r.Properties["Roles"]).([]any)[0].(string), "<>")
		if found[role] == nil {
			found[role] = map[string]bool{}
		}
		written, err := json.Marshal(plain(r.Properties["PolicyDocument"]))
		require.NoError(t, err)
		document := strings.ReplaceAll(strings.ReplaceAll(string(written), `\u003cAWS::Partition\u003e`, "aws-us-gov"), `\u003c`, "")
		if r.Type == "AWS::IAM::ManagedPolicy" {
			require.LessOrEqual(t, len(document), 6144, id)
			policies[role]++
		} else {
			require.LessOrEqual(t, len(document), 9000, id)
		}
		for _, raw := range statements(r.Properties) {
			statement := plain(raw).(map[string]any)
			for _, action := range list(statement["Action"]) {
				for _, resource := range list(statement["Resource"]) {
					found[role][fmt.Sprint(statement["Effect"], " ", action, " ", resource)] = true
				}
			}
		}
	}
	for _, s := range steps {
		function := nested.properties(t, "AWS::Lambda::Function", s.id)
		require.Equal(t, "<"+s.id+"Role.Arn>", plain(function["Role"]))
		require.LessOrEqual(t, policies[s.id+"Role"], 9, s.id)
		for _, g := range grants[s.Step] {
			for _, a := range *arns {
				on := map[scope]string{
					functionItself: *a, qualified: *a + ":*", lockAlias: *a + ":dualarch-lock", neverAlias: *a + ":dualarch-never", latestVersion: *a + ":$LATEST",
					logsOf: "arn:<AWS::Partition>:logs:eu-central-1:123456789012:log-group:/aws/lambda/" + strings.Split(*a, ":")[6] + ":*",
				}[g.on]
				for _, action := range g.actions {
					want := map[bool]string{true: "Allow ", false: "Deny "}[g.effect == awsiam.Effect_ALLOW] + action + " " + on
					require.True(t, found[s.id+"Role"][want], "%s: %s", s.id, want)
				}
			}
		}
	}
	require.Empty(t, warnings(stack))
}

// More than that is refused before anything is created, with what would be right.
func TestTooManyFunctions(t *testing.T) {
	stack := newStack()
	text := refusal(t, func() {
		NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), FunctionArns: manyARNs(150)})
	})
	need := func(step string, n int) string {
		return fmt.Sprintf("Functions: the role of %s would need %d managed policies for all ARNs; IAM attaches 10 to a role, and 1 is left to other things; "+
			"make another PowerTuning for some of them", step, n)
	}
	require.Equal(t, refused(need("Prepare", 18), need("Restore", 15), need("Heal", 15),
		"Functions: they could take 1239300 bytes of the tuning stack's template; CloudFormation takes 1000000, and 150000 are left to other things; "+
			"make another PowerTuning for some of them"), text)
	require.Empty(t, *stack.Node().Children())
}

// A target that does not fit is refused by AddTarget and left out by TryAddTarget.
func TestTargetsThatDoNotFit(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), Payload: strings.Repeat("p", 20_000)})
	large := newSiblings(stack, "Large")
	large.payload = strings.Repeat("p", 40_000)
	require.False(t, p.TryAddTarget(large))
	require.False(t, p.HasTarget(jsii.String("Large")))
	require.Equal(t, `PowerTuning "Stack/Tuning" cannot have the target "Large":
  - Payload: all default payloads of this PowerTuning together have 60004 bytes of JSON; give at most 60000 bytes`,
		refusal(t, func() { p.AddTarget(large) }))
	require.True(t, p.TryAddTarget(newSiblings(stack, "Small")))
	require.True(t, p.HasTarget(jsii.String("Small")))
	require.Contains(t, refusal(t, func() { p.TryAddTarget(&siblings{name: "Small"}) }), `Name: "Small" is taken by another target`, "that is no limit")
}

// A name and an ARN from the parent stack are a parameter each, however often they are used.
func TestParameters(t *testing.T) {
	stack := newStack()
	token := awscdk.NewCfnParameter(stack, jsii.String("Later"), nil).ValueAsString()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), Payload: map[string]*string{"a": token}}).(*powerTuning)
	target := newSiblings(stack, "Prime")
	target.payload = map[string]*string{"a": token, "b": target.functions[0].Function.FunctionArn()}
	p.AddTarget(target)
	p.AddTarget(&siblings{name: "Alone", functions: target.functions[:1]})
	counted := p.reach.parameters + len(p.reach.references())
	var nested struct{ Parameters map[string]any }
	require.NoError(t, json.Unmarshal(templateText(t, p), &nested))
	require.Len(t, nested.Parameters, 5)
	require.GreaterOrEqual(t, counted, 5)
	require.LessOrEqual(t, counted, 6, "the payload's may be one of the functions'")
}

// As many states carry the defaults as are reckoned with.
func TestCopiesOfTheDefaults(t *testing.T) {
	n := 0
	for _, state := range asl.Tuning(map[asl.Step]string{}, input.Defaults{})["States"].(map[string]any) {
		if parameters, is := state.(map[string]any)["Parameters"].(map[string]any); is && parameters["defaults"] != nil {
			n++
		}
	}
	require.Equal(t, definitionCopies, n)
}

// What functions are reckoned to take in the template is what they take at most, and not much more.
func TestTemplateBytes(t *testing.T) {
	size := func(n int) (bytes, reckoned int) {
		stack := newStack()
		p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary()}).(*powerTuning)
		for i := range n {
			id := fmt.Sprintf("Function%056d", i)
			p.AddTarget(&siblings{name: id, payload: strings.Repeat(`"`, 500), functions: []*TunedFunction{{Function: newFunction(stack, id, awslambda.Architecture_ARM_64())}}})
		}
		for _, f := range p.reach.tuned() {
			reckoned += f.templateBytes
		}
		for _, each := range p.reach.targets {
			reckoned += each.templateBytes
		}
		return len(templateText(t, p)), reckoned
	}
	few, reckonedFew := size(1)
	many, reckonedMany := size(21)
	require.LessOrEqual(t, many-few, reckonedMany-reckonedFew)
	require.GreaterOrEqual(t, float64(many-few), 0.7*float64(reckonedMany-reckonedFew))
}

// templateText returns the template of a tuning stack as it is deployed.
func templateText(t *testing.T, p PowerTuning) []byte {
	t.Helper()
	assembly := awscdk.App_Of(p).Synth(nil)
	text, err := os.ReadFile(filepath.Join(*assembly.Directory(), *p.TemplateFile()))
	require.NoError(t, err)
	return text
}
