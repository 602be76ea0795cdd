package snapshots

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDemo(t *testing.T) {
	app := buildApp(t)
	flags, plain := featureFlags(t), map[string]any(nil)
	all := synthesize(t, app, flags, plain, plain, plain)
	runs := map[string]assembly{"with feature flags": all[0], "without feature flags": all[1]}
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			run.stack.matches(t, name, "DualArchDemo")
			run.tuning.matches(t, name, "PowerTuning")
			testFunctions(t, run.stack)
			testTrafficReachesAliasesOnly(t, run.stack)
			testLogsAndTraces(t, run.stack, run.tuning)
			testPermissions(t, run.stack, run.tuning)
			testOutputs(t, run.stack)
			testCode(t, run)
		})
	}
	require.Equal(t, codeHashes(runs["with feature flags"].stack), codeHashes(runs["without feature flags"].stack))
	testSameTemplates(t, all[1], all[2:]...)
}

// Synthesis gives the same bytes each time: a template in another order is another asset, so that a
// deployment of nothing new would update the nested stack.
func testSameTemplates(t *testing.T, first assembly, others ...assembly) {
	for _, other := range others {
		require.Equal(t, first.stack.text, other.stack.text)
		require.Equal(t, first.tuning.text, other.tuning.text)
	}
}

// Two functions, each on both architectures, which differ in nothing else.
func testFunctions(t *testing.T, stack template) {
	found := map[string]float64{}
	for id, function := range stack.ofType("AWS::Lambda::Function") {
		architecture := function.Properties["Architectures"].([]any)[0].(string)
		found[id[:len(id)-8]+" "+architecture] = function.Properties["MemorySize"].(float64)
	}
	require.Equal(t, map[string]float64{
		"NumberX86 x86_64": 128, "NumberArm64 arm64": 128,
		"PrimeX86 x86_64": 512, "PrimeArm64 arm64": 512,
	}, found)
}

// No integration and no permission names a function without its alias, no route
// is open, and each function has its six routes.
func testTrafficReachesAliasesOnly(t *testing.T, stack template) {
	aliases := stack.ofType("AWS::Lambda::Alias")
	require.Len(t, aliases, 4)
	for _, alias := range aliases {
		require.Equal(t, "live", alias.Properties["Name"])
		require.Regexp(t, `CurrentVersion[0-9A-F]{8}[0-9a-f]{32}\.Version$`, names(alias.Properties["FunctionVersion"]))
	}
	integrations := stack.ofType("AWS::ApiGatewayV2::Integration")
	require.Len(t, integrations, 4, "one a sibling")
	for _, integration := range integrations {
		require.Contains(t, aliases, names(integration.Properties["IntegrationUri"]))
	}
	permissions := stack.ofType("AWS::Lambda::Permission")
	require.Len(t, permissions, 12, "one a route")
	for _, permission := range permissions {
		require.Contains(t, aliases, names(permission.Properties["FunctionName"]))
	}
	var keys []string
	for _, route := range stack.ofType("AWS::ApiGatewayV2::Route") {
		require.Equal(t, "AWS_IAM", route.Properties["AuthorizationType"])
		keys = append(keys, route.Properties["RouteKey"].(string))
	}
	require.ElementsMatch(t, []string{
		"ANY /number", "ANY /number/{proxy+}", "ANY /number/x86_64", "ANY /number/x86_64/{proxy+}", "ANY /number/arm64", "ANY /number/arm64/{proxy+}",
		"ANY /prime", "ANY /prime/{proxy+}", "ANY /prime/x86_64", "ANY /prime/x86_64/{proxy+}", "ANY /prime/arm64", "ANY /prime/arm64/{proxy+}",
	}, keys)
	require.Len(t, stack.ofType("AWS::ApiGatewayV2::Api"), 1, "one API for both functions")
	for _, stage := range stack.ofType("AWS::ApiGatewayV2::Stage") {
		require.Contains(t, stage.Properties, "AccessLogSettings")
		require.Contains(t, stage.Properties, "DefaultRouteSettings")
	}
}

// Every function, the tuner's too, is traced and logs to a group that ends with
// its stack and forgets after a month.
func testLogsAndTraces(t *testing.T, templates ...template) {
	for _, template := range templates {
		groups := template.ofType("AWS::Logs::LogGroup")
		for id, group := range groups {
			require.Equal(t, 30.0, group.Properties["RetentionInDays"], id)
			require.Equal(t, "Delete", group.DeletionPolicy, id)
		}
		for id, function := range template.ofType("AWS::Lambda::Function") {
			require.Equal(t, map[string]any{"Mode": "Active"}, function.Properties["TracingConfig"], id)
			require.Contains(t, groups, names(function.Properties["LoggingConfig"].(map[string]any)["LogGroup"]), id)
		}
		for id, machine := range template.ofType("AWS::StepFunctions::StateMachine") {
			require.Equal(t, "ALL", machine.Properties["LoggingConfiguration"].(map[string]any)["Level"], id)
			require.Equal(t, map[string]any{"Enabled": true}, machine.Properties["TracingConfiguration"], id)
		}
	}
}

// No role has a managed policy, and what is allowed on * names no resource on AWS.
func testPermissions(t *testing.T, templates ...template) {
	nameless := regexp.MustCompile(`^(xray:\w+|lambda:GetAccountSettings|cloudwatch:GetMetricData|logs:\w*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies)|logs:DescribeLogGroups)$`)
	for _, template := range templates {
		for id, role := range template.ofType("AWS::IAM::Role") {
			require.NotContains(t, role.Properties, "ManagedPolicyArns", id)
		}
		for id, policy := range template.ofType("AWS::IAM::Policy") {
			for _, one := range policy.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
				statement := one.(map[string]any)
				actions, many := statement["Action"].([]any)
				if !many {
					actions = []any{statement["Action"]}
				}
				for _, action := range actions {
					require.NotContains(t, action, "*", id)
					if statement["Resource"] == "*" {
						require.Regexp(t, nameless, action, id)
					}
				}
			}
		}
	}
}

func testOutputs(t *testing.T, stack template) {
	var outputs []string
	for name := range stack.Outputs {
		if !strings.HasPrefix(name, "Prime") || !strings.Contains(name, "StateMachine") {
			outputs = append(outputs, name) // without that of the construct, whose name has a hash
		}
	}
	require.ElementsMatch(t, []string{
		"ApiBasePath", "PowerTuningStateMachineArn",
		"NumberX8664Url", "NumberArm64Url", "NumberX8664FunctionName", "NumberArm64FunctionName",
		"PrimeX8664Url", "PrimeArm64Url", "PrimeX8664FunctionName", "PrimeArm64FunctionName",
	}, outputs)
}

// The asset of every sibling is a binary for its architecture, and its
// description ends with that binary's hash.
func testCode(t *testing.T, run assembly) {
	machines := map[string]elf.Machine{"x86_64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	seen := map[string]bool{}
	for id, function := range run.stack.ofType("AWS::Lambda::Function") {
		key := function.Properties["Code"].(map[string]any)["S3Key"].(string)
		require.False(t, seen[key], "two siblings have the same asset")
		seen[key] = true

		bootstrap := filepath.Join(run.dir, "asset."+strings.TrimSuffix(key, ".zip"), "bootstrap")
		binary, err := elf.Open(bootstrap)
		require.NoError(t, err)
		require.Equal(t, machines[function.Properties["Architectures"].([]any)[0].(string)], binary.Machine, id)
		require.NoError(t, binary.Close())
		content, err := os.ReadFile(bootstrap)
		require.NoError(t, err)
		sum := sha256.Sum256(content)
		require.Contains(t, function.Properties["Description"], "(code "+hex.EncodeToString(sum[:6])+")", id)
	}
}

// codeHashes returns the descriptions, which end with the code's hash.
func codeHashes(stack template) map[string]any {
	hashes := map[string]any{}
	for id, function := range stack.ofType("AWS::Lambda::Function") {
		hashes[id] = function.Properties["Description"]
	}
	return hashes
}
