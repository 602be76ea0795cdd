package dualarch_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// A scope that is nil is a problem like the others, and told with them.
func TestNilScopes(t *testing.T) {
	const scope = "scope: nil was given; give the stack or the construct that it belongs to"
	const id = "id: nil was given; give a name that nothing else in the scope has"
	for name, test := range map[string]struct {
		make func()
		want string
	}{
		"DualArchFunction": {
			func() {
				dualarch.NewDualArchFunction(nil, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello})
			},
			refused(`DualArchFunction "Hello"`, scope),
		},
		"DualArchFunction without anything": {
			func() { dualarch.NewDualArchFunction(nil, nil, nil) },
			refused(`DualArchFunction ""`, scope, id, `Code: nil was given; give GoCode with the folder of a main package, or another kind of code`),
		},
		"DualArchFunction with a shared tuner": {
			func() {
				dualarch.NewDualArchFunction(nil, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
					Code: hello, PowerTuning: &dualarch.PowerTuningOptions{Shared: newTuning(t, newStack(t))},
				})
			},
			refused(`DualArchFunction "Hello"`, scope),
		},
		"Api": {
			func() { dualarch.NewApi(nil, jsii.String("Api"), &dualarch.ApiProps{ApiName: jsii.String("")}) },
			refused(`Api "Api"`, scope, `ApiName: "" was given; give a name, or leave it out`),
		},
		"DualArchRepository": {
			func() { dualarch.NewDualArchRepository(nil, jsii.String("Images"), nil) },
			refused(`DualArchRepository "Images"`, scope),
		},
		"DualArchLayer": {
			func() {
				dualarch.NewDualArchLayer(nil, jsii.String("Layer"), &dualarch.DualArchLayerProps{Path: jsii.String("testdata")})
			},
			refused(`DualArchLayer "Layer"`, scope),
		},
		"PowerTuning": {
			func() { powertuning.NewPowerTuning(nil, jsii.String("Tuning"), nil) },
			refused(`PowerTuning "Tuning"`, scope),
		},
		"PowerTuning without id": {
			func() { powertuning.NewPowerTuning(newStack(t), nil, nil) },
			refused(`PowerTuning "Demo/"`, id),
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, recovered(t, test.make)) })
	}
}

// The code of a construct that was refused is not built together with the next one's. Without a folder it
// would be the working directory: the app itself.
func TestRefusedGoCodeIsNotBuiltLater(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module hello\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() { the app, which takes long }\n",
		"refused/main.go": "package main\n\nfunc main() { nor this }\n", "good/main.go": "package main\n\nfunc main() { println(1) }\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	t.Chdir(root)
	stack := newStack(t)
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("None"), &dualarch.DualArchFunctionProps{Code: dualarch.GoCode(nil, nil)})
	})
	require.Equal(t, refused(`DualArchFunction "Demo/None"`,
		`Code: GoCode: dir: "" is not a folder; give the folder of a main package, absolute or relative to the working directory`), text)
	text = recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Wrong"), &dualarch.DualArchFunctionProps{
			Code: dualarch.GoCode(jsii.String("refused"), nil), X86: &dualarch.SiblingOptions{MemorySize: jsii.Number(1)},
		})
	})
	require.Equal(t, refused(`DualArchFunction "Demo/Wrong"`, `X86.MemorySize: 1 MB were given; give a whole number, 128 or more`), text)

	dualarch.NewDualArchFunction(stack, jsii.String("Good"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(jsii.String("good"), nil), Api: noApi, PowerTuning: noTuning,
	})
}
