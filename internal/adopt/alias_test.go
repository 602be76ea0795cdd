package adopt

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// aliased is a function with two aliases, of which prod is the one that is used, and what belongs to them.
func aliased(more string) string {
	return `  Orders: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Code: {ZipFile: x}}}
  Beta: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Orders, Name: beta, FunctionVersion: '6', ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 9}}}
  Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !Ref Prod}]}}
` + more
}

const prod = "  Prod: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Orders, Name: prod, FunctionVersion: '7'%s}}\n"

func TestTheAdoptedAliasKeepsWhatItHas(t *testing.T) {
	f := written(t, aliased(fmt.Sprintf(prod, ", Description: The real one, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}")+`
  Latest: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Orders, Qualifier: $LATEST, MaximumRetryAttempts: 2}}
  OfProd: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Orders, Qualifier: !Select [7, !Split [':', !Ref Prod]], MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Destination: !GetAtt Failed.Arn}}}}
  OfBeta: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Orders, Qualifier: beta, MaximumRetryAttempts: 1}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Orders.Arn, Qualifier: prod, AuthType: NONE, InvokeMode: RESPONSE_STREAM, Cors: {AllowOrigins: ['*']}}}
  BetaUrl: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Orders.Arn, Qualifier: beta, AuthType: AWS_IAM}}
  Failed: {Type: AWS::SQS::Queue}
`))[0]
	text := squeezed(f.Go.Text)
	for _, line := range []string{
		"RetryAttempts: jsii.Number(2),\n CurrentVersionOptions: &awslambda.VersionOptions{ProvisionedConcurrentExecutions: jsii.Number(2)}, // of the alias",
		`Adopt: jsii.String("Prod"),`,
		`fn.LiveServing().Node().DefaultChild().(awslambda.CfnAlias).AddPropertyOverride(jsii.String("Description"), "The real one")`,
		`fn.LiveServing().Node().TryRemoveChild(jsii.String("EventInvokeConfig")) // those of $LATEST
 fn.LiveServing().ConfigureAsyncInvoke(&awslambda.EventInvokeConfigOptions{
 RetryAttempts: jsii.Number(0),
 OnFailure: onFailure,
 })
 eventInvokeConfig := fn.LiveServing().Node().FindChild(jsii.String("EventInvokeConfig")).Node().DefaultChild().(awslambda.CfnEventInvokeConfig)
 eventInvokeConfig.OverrideLogicalId(jsii.String("OfProd"))
 url := fn.LiveServing().AddFunctionUrl(&awslambda.FunctionUrlOptions{
 AuthType: awslambda.FunctionUrlAuthType_NONE,
 InvokeMode: awslambda.InvokeMode_RESPONSE_STREAM,
 }).Node().DefaultChild().(awslambda.CfnUrl)
 url.AddPropertyOverride(jsii.String("Cors"), map[string]any{"AllowOrigins": []any{"*"}})
 url.OverrideLogicalId(jsii.String("Url"))`,
	} {
		require.Contains(t, text, line)
	}
	require.NotContains(t, text, "OfBeta")
	require.NotContains(t, text, "BetaUrl")
	require.NotContains(t, text, "AllAtOnce")
	require.Contains(t, f.Stays, "the line that gives a resource the logical id Url")
	require.Contains(t, f.Stays, "the line that gives a resource the logical id OfProd")
	var callers []string
	for _, caller := range f.Callers {
		callers = append(callers, caller.ID)
	}
	require.Equal(t, []string{"Latest"}, callers, "what belongs to an alias does not reach $LATEST")
	require.Contains(t, f.Changes, "the alias Shop/Prod moves to that version, by CodeDeploy")
}

func TestTheAdoptedAliasKeepsItsWeights(t *testing.T) {
	f := written(t, aliased(fmt.Sprintf(prod, ", RoutingConfig: {AdditionalVersionWeights: [{FunctionVersion: !GetAtt V5.Version, FunctionWeight: 0.1}]}")+
		"  V5: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Orders}}\n"))[0]
	text := squeezed(f.Go.Text)
	require.Contains(t, text, "Deployment: &dualarch.DeploymentOptions{AllAtOnce: jsii.Bool(true)}, // CodeDeploy moves no alias of two versions")
	require.Contains(t, text, `fn.LiveServing().Node().DefaultChild().(awslambda.CfnAlias).AddPropertyOverride(jsii.String("RoutingConfig"), map[string]any{"AdditionalVersionWeights": `+
		`[]any{map[string]any{"FunctionVersion": map[string]any{"Fn::GetAtt": []any{"V5", "Version"}}, "FunctionWeight": 0.1}}}) // Shop/V5`)
	require.NotContains(t, text, "ProvisionedConcurrentExecutions", "that is of another alias")
	require.Contains(t, f.Changes, "the alias Shop/Prod moves to that version, all at once; the weights of other versions stay")
	require.NotContains(t, strings.Join(f.Changes, "\n"), "CodeDeploy")
	require.Contains(t, f.Notes, "the alias Shop/Prod splits its traffic: the lines keep that, and move it all at once; take RoutingConfig and AllAtOnce out when the split is over, and keep the versions that it names in the app until then")
}

func TestTheAliasGetsTheSettingsOfLatest(t *testing.T) {
	f := written(t, aliased(fmt.Sprintf(prod, "")+"  Latest: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Orders, Qualifier: $LATEST, MaximumRetryAttempts: 2}}\n"))[0]
	require.Contains(t, f.Changes, "the alias Shop/Prod gets the settings of asynchronous invocations that $LATEST has; it has Lambda's defaults today")
	require.NotContains(t, f.Go.Text, "ConfigureAsyncInvoke")
}

// Whoever names an alias after the function's name or ARN does not reach $LATEST.
func TestCallersOfAnAliasByItsName(t *testing.T) {
	for target, is := range map[string]bool{
		"!GetAtt Orders.Arn":                                   true,
		"!Join ['', [!GetAtt Orders.Arn, ':prod']]":            false,
		"!Join [':', [!GetAtt Orders.Arn, prod]]":              false,
		"!Join ['', [!GetAtt Orders.Arn, ':*']]":               true,
		"!Join ['', [!GetAtt Orders.Arn, ':$LATEST']]":         true,
		"!Join ['', ['a:', !GetAtt Orders.Arn, /invocations]]": true,
		"!Sub '${Orders.Arn}:prod'":                            false,
		"!Sub '${Orders.Arn}:7/invocations'":                   false,
		"!Sub ['${Orders.Arn}:${A}', {A: prod}]":               true, // who knows
		"!Sub '${Orders}'":                                     true,
		"!Sub '${Orders.Arn}:prod and ${Orders}'":              true,
		"!Sub ['${A}', {A: !Sub '${Orders.Arn}:prod'}]":        false,
	} {
		f := written(t, fmt.Sprintf("  Orders: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Code: {ZipFile: x}}}\n"+
			"  Nightly: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: %s}}}\n", target))[0]
		require.Equal(t, is, len(f.Callers) == 1, target)
	}
}
