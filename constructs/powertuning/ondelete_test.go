package powertuning

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// needs returns, for each resource, those that it cannot do without: CloudFormation deletes it before them, and updates it
// after them.
func (s template) needs() map[string]map[string]bool {
	direct := map[string][]string{}
	for name, r := range s.Resources {
		direct[name] = append(slices.Clone(r.DependsOn), referred(r.Properties)...)
	}
	needs := map[string]map[string]bool{}
	for name := range s.Resources {
		reached := map[string]bool{}
		for todo := direct[name]; len(todo) > 0; todo = todo[1:] {
			if next := todo[0]; s.Resources[next].Type != "" && !reached[next] {
				reached[next] = true
				todo = append(todo, direct[next]...)
			}
		}
		needs[name] = reached
	}
	return needs
}

// referred lists the names in Ref and Fn::GetAtt. (Fn::Sub is not used.)
func referred(value any) (names []string) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			names = append(names, referred(element)...)
		}
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return []string{ref}
		}
		if attribute, ok := v["Fn::GetAtt"].([]any); ok {
			return []string{attribute[0].(string)}
		}
		for _, element := range v {
			names = append(names, referred(element)...)
		}
	}
	return names
}

// named returns the logical id of the resource of a construct.
func (s template) named(t *testing.T, id string) string {
	t.Helper()
	for name := range s.Resources {
		if plainName(name) == id {
			return name
		}
	}
	t.Fatalf("no %s among %v", id, slices.Sorted(maps.Keys(s.Resources)))
	return ""
}

// Functions are put back while everything that this takes is still there, and before anything that undoes it could go.
func TestHealBeforeDeletion(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{
		TunerBinary: binary(), FunctionArns: jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:elsewhere"),
	})
	prime := newSiblings(stack, "Prime")
	prime.schedule = &Schedule{}
	p.AddTarget(prime)
	nested := synthesize(t, p)
	for _, kind := range []string{"HealOnUpdate", "HealOnDelete"} {
		require.Equal(t, map[string]any{
			"ServiceToken": "<Heal.Arn>", "ServiceTimeout": "1200", "StateMachine": "<StateMachine>", "HealStateMachine": "<HealStateMachine>",
			"Functions": []any{"arn:aws:lambda:eu-central-1:123456789012:function:elsewhere", "<StackPrimeIntelArn>", "<StackPrimeGravitonArn>"},
		}, plain(nested.properties(t, "Custom::Dualarch"+kind, kind)), kind)
	}

	needs := nested.needs()
	deleted, updated, functions := nested.named(t, "HealOnDelete"), nested.named(t, "HealOnUpdate"), nested.named(t, "HealFunctions")
	for name, needed := range needs {
		require.False(t, needed[name], "%s needs itself", name)
		// The queue's policy names the rules.
		starts := slices.Contains([]string{"HealRule", "HealDailyRule", "HealDeadLetterQueuePolicy", "SchedulePrime"}, plainName(name))
		require.Equal(t, starts, needed[deleted], "%s: what starts executions, and nothing else, is deleted before functions are put back", name)
	}
	for _, id := range []string{"Heal", "HealRole", "HealRoleDefaultPolicy", "HealFunctions", "HealExecutions", "HealStops", "HealLogGroup",
		"StateMachine", "StateMachineRole", "HealStateMachine", "HealOnUpdate"} {
		require.True(t, needs[deleted][nested.named(t, id)], "%s would be gone when functions are put back", id)
	}
	require.True(t, needs[functions][updated], "what is allowed would be taken away before functions are put back")
	require.False(t, needs[updated][functions])
	for name, r := range nested.Resources {
		if r.Type == "AWS::IAM::Policy" && name != functions && slices.Contains(list(plain(r.Properties["Roles"])), any("<HealRole>")) {
			require.NotContains(t, fmt.Sprint(plain(statements(r.Properties))), "Prime", "%s changes with the list of functions", name)
		}
	}
}

func TestHealOnDeleteSwitchedOff(t *testing.T) {
	stack := newStack()
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), HealOnDelete: jsii.Bool(false)})
	p.AddTarget(newSiblings(stack, "Prime"))
	nested := synthesize(t, p)
	for name, r := range nested.Resources {
		require.False(t, strings.HasPrefix(r.Type, "Custom::"), name)
		text, err := json.Marshal(r.Properties)
		require.NoError(t, err)
		require.NotContains(t, string(text), "states:StopExecution", name)
	}
	require.Contains(t, allowed(t, nested)["HealRole"], "<StackPrimeIntelArn> lambda:UpdateAlias")
}

// IAM refuses a managed policy of more than 6,144 characters, and inline ones of a role of more than 10,240 together,
// blanks not counted.
func TestManyFunctions(t *testing.T) {
	stack := newStack()
	var arns []*string
	for i := range 20 {
		arns = append(arns, jsii.String(fmt.Sprintf("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:%s%02d", strings.Repeat("f", 62), i)))
	}
	p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary(), FunctionArns: &arns})
	require.NotContains(t, findings(t, stack, p), "/HealFunctions")
	nested := synthesize(t, p)
	const functionsPolicies = 2
	inline, managed, allowed := 0, 0, ""
	for name, r := range nested.Resources {
		if r.Type != "AWS::IAM::Policy" && r.Type != "AWS::IAM::ManagedPolicy" || !slices.Contains(list(plain(r.Properties["Roles"])), any("<HealRole>")) {
			continue
		}
		text, err := json.Marshal(plain(r.Properties["PolicyDocument"]))
		require.NoError(t, err)
		allowed += string(text)
		if r.Type == "AWS::IAM::Policy" {
			inline += len(text)
			continue
		}
		managed++
		require.LessOrEqual(t, len(text), 6144, name)
	}
	require.Equal(t, functionsPolicies-1, managed)
	require.LessOrEqual(t, inline, 10240)
	for _, arn := range arns {
		require.Equal(t, 1, strings.Count(allowed, *arn+":dualarch-lock"), *arn)
	}
	needs, found := nested.needs(), 0
	for name := range nested.Resources {
		if strings.HasPrefix(name, "HealFunctions") {
			require.True(t, needs[nested.named(t, "HealOnDelete")][name], name)
			require.True(t, needs[name][nested.named(t, "HealOnUpdate")], name)
			found++
		}
	}
	require.Equal(t, functionsPolicies, found)
}
