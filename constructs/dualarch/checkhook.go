package dualarch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/constructs/internal/ownbuild"
	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/internal/trust"
	"github.com/dualarch/dualarch/internal/cachedir"
	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/release/hook"
)

// hookPackage is the main package of the check.
const hookPackage = "github.com/dualarch/dualarch/functions/deploymentcheck"

// checkHook checks a new version before it gets traffic.
type checkHook struct {
	function awslambda.Function
	role     awsiam.Role
	policy   awsiam.Policy
}

// registerCheck registers the hook's build, so that it is built together with the function's code.
func registerCheck(props *DualArchFunctionProps) {
	if options := props.hook(); options != nil && options.Binary == nil {
		_, _ = ownbuild.Register("deploymentcheck", arm64.goarch())
	}
}

// hook returns the options of the check, or nil if there is none: it is off, or there is no payload.
func (props *DualArchFunctionProps) hook() *CheckOptions {
	options, checked := props.checked()
	if !checked {
		return nil
	}
	if payloads, err := options.payloads(props); err != nil || len(payloads) == 0 {
		return nil
	}
	return options
}

// checkCode returns the hook's code, or nil if there is no check.
func checkCode(path string, props *DualArchFunctionProps) awslambda.Code {
	options := props.hook()
	if options == nil {
		return nil
	}
	dir, sum, err := checkBinary(options)
	if err != nil {
		panic(notBuilt(path, err))
	}
	return awslambda.Code_FromAsset(jsii.String(dir), &awss3assets.AssetOptions{AssetHash: jsii.String(sum)})
}

// notBuilt says what to do if the check's function cannot be built.
func notBuilt(path string, err error) error {
	return fmt.Errorf("DualArchFunction %q cannot be made, nothing was created: Serving.Check: its function cannot be built; give Check.Binary, or set Check.Disabled:\n%s%s\n"+
		"(elsewhere it is built by CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -o bootstrap %s)", path, guard.PrintableText(err.Error()), ownbuild.Remedy(), hookPackage)
}

// checkBinary returns the folder of the hook's binary and its hash.
func checkBinary(options *CheckOptions) (dir, sum string, err error) {
	if options.Binary == nil {
		binary, err := ownbuild.Register("deploymentcheck", arm64.goarch())
		if err != nil {
			return "", "", err
		}
		built, err := binary.Output()
		return built.Dir, built.SHA256, err
	}
	content, err := os.ReadFile(filepath.Join(*options.Binary, "bootstrap"))
	hash := sha256.Sum256(content)
	return *options.Binary, hex.EncodeToString(hash[:]), err
}

// newCheckHook makes the function that CodeDeploy calls, or returns nil.
func (f *function) newCheckHook(props *DualArchFunctionProps, code awslambda.Code) *checkHook {
	if code == nil {
		return nil
	}
	logs := awslogs.NewLogGroup(f, jsii.String("CheckLogs"), &awslogs.LogGroupProps{
		Retention:     prop.Retention(props.LogRetention),
		RemovalPolicy: removalPolicy(props.LogRemovalPolicy),
	})
	h := &checkHook{role: awsiam.NewRole(f, jsii.String("CheckRole"), &awsiam.RoleProps{
		AssumedBy:   trust.Lambda(f),
		Description: jsii.String("Checks a new version before it gets traffic"),
	})}
	logs.GrantWrite(h.role)
	settings, layers := f.checkSettings(props)
	h.function = awslambda.NewFunction(f, jsii.String("Check"), &awslambda.FunctionProps{
		Description:  jsii.String("Checks a new version before CodeDeploy sends traffic to it"),
		Architecture: awslambda.Architecture_ARM_64(),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:      jsii.String("bootstrap"),
		Code:         code,
		Environment:  &map[string]*string{hook.Variable: jsii.String(settings)},
		MemorySize:   jsii.Number(256),
		Timeout:      awscdk.Duration_Minutes(jsii.Number(15)),
		Role:         h.role,
		LogGroup:     logs,
		Layers:       layers,
	})
	return h
}

// checkSettings returns what the hook is told, and a layer with the payloads if they are long.
func (f *function) checkSettings(props *DualArchFunctionProps) (string, *[]awslambda.ILayerVersion) {
	options, _ := props.checked()
	settings, err := options.settings(props)
	var layers *[]awslambda.ILayerVersion
	if variableBytes(settings) > maxVariable {
		text, _ := settingsText(settings.Payloads)
		settings.Payloads = nil
		layers = &[]awslambda.ILayerVersion{f.payloadsLayer(text)}
	}
	settings.Function = *f.serving.function.FunctionArn()
	written, failed := marshal(settings)
	if err != nil || failed != nil {
		panic(fmt.Errorf("DualArchFunction %q: the payloads of its check cannot be written: %w", *f.Node().Path(), err)) // check would have said so
	}
	return string(written), layers
}

// payloadsLayer returns a layer that holds the payloads.
func (f *function) payloadsLayer(text string) awslambda.ILayerVersion {
	hash := sha256.Sum256([]byte(text))
	sum := hex.EncodeToString(hash[:])
	dir, err := writePayloads(sum, text)
	if err != nil {
		panic(fmt.Errorf("DualArchFunction %q: the payloads of its check cannot be written: %w", *f.Node().Path(), err))
	}
	return awslambda.NewLayerVersion(f, jsii.String("CheckPayloads"), &awslambda.LayerVersionProps{
		Code:        awslambda.Code_FromAsset(jsii.String(dir), &awss3assets.AssetOptions{AssetHash: jsii.String(sum)}),
		Description: jsii.String("What a new version is checked with"),
	})
}

var payloadsFolder = cachedir.Kind{Name: "payloads", Variable: gobuild.CacheDirEnv, Below: "payloads", Holds: "the payloads of checks"}

// writePayloads writes the payloads as a layer has them, and returns the layer's folder.
func writePayloads(sum, text string) (string, error) {
	folder, err := payloadsFolder.Path()
	if err != nil {
		return "", err
	}
	if err := payloadsFolder.Make(folder); err != nil {
		return "", err
	}
	dir := filepath.Join(folder, sum)
	file := filepath.Join(dir, hook.LayerFile)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	return dir, os.WriteFile(file, []byte(text), 0o644)
}

// permit lets the hook read and invoke the function's versions, and read and answer the group's deployments. In the
// role's own policy that would be a cycle: the hook waits for that policy, and the group's role for the hook.
func (h *checkHook) permit(f *function, d *deployment) {
	stack := awscdk.Stack_Of(f)
	group := stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("codedeploy"), Resource: jsii.String("deploymentgroup"),
		ResourceName: jsii.String(*d.application.Ref() + "/" + *d.group.Ref()), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
	versions := jsii.String(*f.serving.function.FunctionArn() + ":*")
	h.policy = awsiam.NewPolicy(f, jsii.String("CheckPolicy"), &awsiam.PolicyProps{
		Roles: &[]awsiam.IRole{h.role},
		Statements: &[]awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions:   jsii.Strings("codedeploy:GetDeployment", "codedeploy:PutLifecycleEventHookExecutionStatus"),
				Resources: &[]*string{group},
			}),
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions:   jsii.Strings("lambda:GetFunctionConfiguration", "lambda:InvokeFunction"),
				Resources: &[]*string{versions},
			}),
		},
	})
	nag.Explain(h.policy, nag.Wildcard("The versions of the one function; their numbers are not known before.", nag.Name(stack, versions)))
}
