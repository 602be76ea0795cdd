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

// Each kind of annotation, as "construct severity id".
var acknowledgeable = []string{
	"Shop/Image warning @dualarch/dualarch:unusedAcceptance",
	"Shop/Image/Arm64 info @dualarch/dualarch:readiness",
	"Shop/Image/Arm64 warning @dualarch/dualarch:guard",
	"Shop/Image/X86 info @dualarch/dualarch:readiness",
	"Shop/Tree warning @dualarch/dualarch:runtimeDeprecated",
	"Shop/Tree/Arm64 info @dualarch/dualarch:accepted",
	"Shop/Tree/Arm64 info @dualarch/dualarch:readiness",
	"Shop/Tree/X86 info @dualarch/dualarch:readiness",
}

func TestAcknowledgedAnnotationsDisappear(t *testing.T) {
	docker(t, "echo 28.2.2 28.2.2")
	tree, image := tool(t, "amd64", "bin/tool"), tool(t, "amd64", "bin/tool")
	require.NoError(t, os.WriteFile(filepath.Join(*image, "Dockerfile"), []byte("FROM scratch\nCOPY bin /bin\n"), 0o644))
	// synthesized are the annotations that are left after what acknowledge acknowledges.
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
	acknowledge := func(construct constructs.IConstruct, severity, id string) {
		annotations := awscdk.Annotations_Of(construct)
		if severity == "warning" {
			annotations.AcknowledgeWarning(jsii.String(id), nil)
		} else {
			annotations.AcknowledgeInfo(jsii.String(id), nil)
		}
	}

	require.Equal(t, acknowledgeable, synthesized(t, func(awscdk.App) {}))
	require.Empty(t, synthesized(t, func(app awscdk.App) {
		for _, one := range acknowledgeable {
			part := strings.Fields(one)
			acknowledge(at(app, part[0]), part[1], part[2])
		}
	}), "each acknowledged on the construct that has it")
	require.Equal(t, []string{
		"Shop/Image/X86 info @dualarch/dualarch:readiness",
		"Shop/Tree/Arm64 info @dualarch/dualarch:readiness",
		"Shop/Tree/X86 info @dualarch/dualarch:readiness",
	}, synthesized(t, func(app awscdk.App) {
		for _, id := range []string{"unusedAcceptance", "guard", "runtimeDeprecated"} {
			acknowledge(at(app, "Shop"), "warning", "@dualarch/dualarch:"+id)
		}
		acknowledge(at(app, "Shop/Tree"), "info", "@dualarch/dualarch:accepted")
		acknowledge(at(app, "Shop/Image/Arm64"), "info", "@dualarch/dualarch:readiness")
	}), "some acknowledged above the construct that has them")
}

// at is the construct of a path.
func at(app awscdk.App, path string) constructs.IConstruct {
	var construct constructs.IConstruct = app
	for _, id := range strings.Split(path, "/") {
		construct = construct.Node().FindChild(jsii.String(id))
	}
	return construct
}

// acknowledgeableOf are the annotations of all constructs that can be acknowledged, as
// "construct severity id".
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
