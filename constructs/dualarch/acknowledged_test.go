package dualarch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// An acknowledged annotation does not appear again: every id, with every CDK.
func TestAcknowledgedAnnotationsDisappear(t *testing.T) {
	docker(t, "echo 28.2.2 28.2.2")
	tree, image := tool(t, "amd64", "bin/tool"), tool(t, "amd64", "bin/tool")
	require.NoError(t, os.WriteFile(filepath.Join(*image, "Dockerfile"), []byte("FROM scratch\nCOPY bin /bin\n"), 0o644))
	// synthesized returns the annotations that remain after acknowledge.
	synthesized := func(t *testing.T, acknowledge func(app awscdk.App)) []string {
		app := newApp(t)
		awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
		stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
		accept := func(path string) *[]*dualarch.AcceptedFinding {
			return &[]*dualarch.AcceptedFinding{{Path: jsii.String(path), Reason: jsii.String("never run")}}
		}
		dualarch.NewDualArchFunction(stack, jsii.String("Tree"), &dualarch.DualArchFunctionProps{
			Code: dualarch.AssetCode(tree, awslambda.Runtime_PYTHON_3_8(), jsii.String("app.handler")), Accept: accept("bin/tool"),
			Api: noApi, PowerTuning: noTuning,
		})
		dualarch.NewDualArchFunction(stack, jsii.String("Image"), &dualarch.DualArchFunctionProps{
			Code: dualarch.ImageCode(image, nil), Accept: accept("gone.so"), Api: noApi, PowerTuning: noTuning,
		})
		below := func() int { return len(*at(app, "Shop/Image").Node().FindAll(constructs.ConstructOrder_PREORDER)) }
		before := below()
		acknowledge(app)
		app.Synth(nil)
		require.Equal(t, before, below(), "nothing is left of the tries")
		return acknowledgeableOf(app)
	}
	warning := func(on constructs.IConstruct, id string) {
		awscdk.Annotations_Of(on).AcknowledgeWarning(jsii.String("@dualarch/dualarch:"+id), nil)
	}
	info := func(on constructs.IConstruct, id string) {
		awscdk.Annotations_Of(on).AcknowledgeInfo(jsii.String("@dualarch/dualarch:"+id), nil)
	}

	require.Equal(t, []string{
		"Shop/Image warning @dualarch/dualarch:unusedAcceptance",
		"Shop/Image/Arm64 info @dualarch/dualarch:readiness",
		"Shop/Image/Arm64 warning @dualarch/dualarch:guard",
		"Shop/Image/X86 info @dualarch/dualarch:readiness",
		"Shop/Tree warning @dualarch/dualarch:runtimeDeprecated",
		"Shop/Tree/Arm64 info @dualarch/dualarch:accepted",
		"Shop/Tree/Arm64 info @dualarch/dualarch:readiness",
		"Shop/Tree/X86 info @dualarch/dualarch:readiness",
	}, synthesized(t, func(awscdk.App) {}))
	require.Equal(t, []string{
		"Shop/Image/Arm64 info @dualarch/dualarch:readiness",
		"Shop/Image/X86 info @dualarch/dualarch:readiness",
		"Shop/Tree/Arm64 info @dualarch/dualarch:readiness",
		"Shop/Tree/X86 info @dualarch/dualarch:readiness",
	}, synthesized(t, func(app awscdk.App) {
		warning(at(app, "Shop/Image"), "unusedAcceptance")
		warning(at(app, "Shop/Image/Arm64"), "guard")
		warning(at(app, "Shop/Tree"), "runtimeDeprecated")
		info(at(app, "Shop/Tree"), "accepted")
		info(at(app, "Shop/Tree"), "guard") // none of it has that id
	}), "warnings on the construct that gets them, information above it")
	require.Empty(t, synthesized(t, func(app awscdk.App) {
		shop := at(app, "Shop")
		warning(shop, "unusedAcceptance")
		warning(shop, "runtimeDeprecated")
		awscdk.Validations_Of(at(app, "Shop/Image")).Acknowledge(&awscdk.Acknowledgment{
			Id: jsii.String("@dualarch/dualarch:guard"), Reason: jsii.String("the Dockerfile copies nothing"),
		})
		info(shop, "accepted")
		info(shop, "readiness")
	}), "all of them above")
}

// at returns the construct at a path.
func at(app awscdk.App, path string) constructs.IConstruct {
	var construct constructs.IConstruct = app
	for id := range strings.SplitSeq(path, "/") {
		construct = construct.Node().FindChild(jsii.String(id))
	}
	return construct
}

// acknowledgeableOf returns the annotations of all constructs that can be acknowledged,
// as "construct severity id".
func acknowledgeableOf(app awscdk.App) []string {
	found := []string{}
	for _, construct := range *app.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		for _, text := range annotations(construct) {
			severity, text, _ := strings.Cut(text, " ")
			if _, id, acknowledgeable := strings.Cut(text, "[ack: @dualarch/"); acknowledgeable {
				found = append(found, *construct.Node().Path()+" "+severity+" @dualarch/"+strings.TrimSuffix(id, "]"))
			}
		}
	}
	slices.Sort(found)
	return found
}
