package dualarch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// folder returns a folder with files in it.
func folder(t *testing.T, files map[string]string) *string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return jsii.String(dir)
}

// deploy makes a function of each code in one stack, so that a test needs one synthesis.
func deploy(t *testing.T, codes map[string]dualarch.Code) (template, awscdk.Stack) {
	t.Helper()
	stack := newStack(t)
	for _, id := range sorted(codes) {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: codes[id], Api: noApi, PowerTuning: noTuning,
		})
	}
	return synth(t, stack), stack
}

// key returns the asset of a function.
func (t template) key(id string) string {
	return t.ofType(functionType)[id]["Code"].(properties)["S3Key"].(string)
}

func TestZipCode(t *testing.T) {
	t.Setenv("DUALARCH_BUILT_DIR", t.TempDir())
	python, handler := awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler")
	first, again := folder(t, map[string]string{"app.py": "1"}), folder(t, map[string]string{"app.py": "1"})
	other := folder(t, map[string]string{"app.py": "2"})
	zip := filepath.Join(*folder(t, map[string]string{"code.zip": "PK"}), "code.zip")
	build := func(dir *string) dualarch.Code {
		return dualarch.AssetCodeBuilt(dir, python, handler, jsii.Strings("sh", "-c", "echo $ARCH > arch"), nil)
	}
	template, _ := deploy(t, map[string]dualarch.Code{
		"One":        dualarch.AssetCode(first, python, handler),
		"OneAgain":   dualarch.AssetCode(again, python, handler),
		"OneOther":   dualarch.AssetCode(other, python, handler),
		"Zip":        dualarch.AssetCode(&zip, python, handler),
		"Each":       dualarch.AssetCodePerArchitecture(first, other, python, handler),
		"Built":      build(first),
		"BuiltAgain": build(again),
		"BuiltOther": build(other),
	})

	t.Run("what Lambda starts", func(t *testing.T) {
		for id, function := range template.ofType(functionType) {
			require.Equal(t, "python3.13", function["Runtime"], id)
			require.Equal(t, "app.handler", function["Handler"], id)
			require.Regexp(t, codeHash, function["Description"], id)
		}
		require.Equal(t, []any{"x86_64"}, template.ofType(functionType)["OneX86"]["Architectures"])
		require.Equal(t, []any{"arm64"}, template.ofType(functionType)["OneArm64"]["Architectures"])
	})
	t.Run("one for both", func(t *testing.T) {
		require.Equal(t, template.key("OneX86"), template.key("OneArm64"))
		require.Equal(t, template.key("OneX86"), template.key("OneAgainX86"), "the same files in another folder")
		require.NotEqual(t, template.key("OneX86"), template.key("OneOtherX86"), "another byte")
		require.Equal(t, template.key("ZipX86"), template.key("ZipArm64"))
	})
	t.Run("one each", func(t *testing.T) {
		require.Equal(t, template.key("OneX86"), template.key("EachX86"))
		require.Equal(t, template.key("OneOtherArm64"), template.key("EachArm64"))
	})
	t.Run("built", func(t *testing.T) {
		require.NotEqual(t, template.key("BuiltX86"), template.key("BuiltArm64"))
		for _, arch := range []string{"X86", "Arm64"} {
			require.Equal(t, template.key("Built"+arch), template.key("BuiltAgain"+arch), "the same files in another folder")
			require.NotEqual(t, template.key("Built"+arch), template.key("BuiltOther"+arch), "another byte")
		}
	})
}

// The hashes of zips are pinned: if they change, every function is deployed anew.
func TestZipHashesArePinned(t *testing.T) {
	t.Setenv("DUALARCH_BUILT_DIR", t.TempDir())
	python, handler := awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler")
	dir := folder(t, map[string]string{"app.py": "def handler(event, context): pass\n"})
	template, _ := deploy(t, map[string]dualarch.Code{
		"One":   dualarch.AssetCode(dir, python, handler),
		"Built": dualarch.AssetCodeBuilt(dir, python, handler, jsii.Strings("true"), nil),
	})
	require.Equal(t, map[string]string{
		"OneX86":     "453d68cb0b1b4c0e898e83f7dc8410c9642884d8f45ae3260484b3c4d2d20c70.zip",
		"OneArm64":   "453d68cb0b1b4c0e898e83f7dc8410c9642884d8f45ae3260484b3c4d2d20c70.zip",
		"BuiltX86":   "7d92ae0a004868028e0f24a61f423ab5cddf1046ee3f0b6acb37bbdbf46f32ca.zip",
		"BuiltArm64": "51665f4db21ed2ab23f00005aaba74adf8d45281381bef66417434bc68a54899.zip",
	}, map[string]string{
		"OneX86": template.key("OneX86"), "OneArm64": template.key("OneArm64"),
		"BuiltX86": template.key("BuiltX86"), "BuiltArm64": template.key("BuiltArm64"),
	})
}

func TestProblemsOfZipCode(t *testing.T) {
	python, handler := awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler")
	empty, text := jsii.String(t.TempDir()), jsii.String("zipcode_test.go")
	for _, test := range []struct {
		name string
		code dualarch.Code
		want []string
	}{
		{"nothing given", dualarch.AssetCode(nil, nil, nil), []string{
			`Code: AssetCode: path: "" is not there; give a folder, a zip or a jar, absolute or relative to the working directory`,
			`Code: AssetCode: handler: none was given; give what the runtime calls, such as "index.handler"`,
			`Code: AssetCode: runtime: nil was given; give one of awslambda.Runtime_…`,
		}},
		{"a runtime of x86_64 alone", dualarch.AssetCode(jsii.String("testdata/hello"), awslambda.Runtime_JAVA_8(), handler), []string{
			`Code: AssetCode: runtime: "java8" was given, which Lambda never ran on arm64; of those that run on both, give ` + instead("java8") + ` (Lambda's runtimes as of 2026-11-27)`,
		}},
		{"an image's runtime", dualarch.AssetCode(jsii.String("testdata/hello"), awslambda.Runtime_FROM_IMAGE(), handler), []string{
			`Code: AssetCode: runtime: FROM_IMAGE was given; give ImageCode, GoImageCode or EcrImage for container images`,
		}},
		{"one each", dualarch.AssetCodePerArchitecture(empty, text, python, handler), []string{
			`Code: AssetCodePerArchitecture: x86Path: "` + *empty + `" is an empty folder; give a folder, a zip or a jar, absolute or relative to the working directory`,
			`Code: AssetCodePerArchitecture: arm64Path: "zipcode_test.go" is a file of another kind; give a folder, a zip or a jar, absolute or relative to the working directory`,
		}},
		{"one twice", dualarch.AssetCodePerArchitecture(jsii.String("testdata/hello"), jsii.String("testdata/../testdata/hello"), python, handler), []string{
			`Code: AssetCodePerArchitecture: arm64Path: "testdata/../testdata/hello" was given for both architectures; give one path each, or AssetCode where one runs on both`,
		}},
		{"built", dualarch.AssetCodeBuilt(jsii.String("nowhere"), python, nil, nil, nil), []string{
			`Code: AssetCodeBuilt: dir: "nowhere" is not a folder; give the folder with the sources, absolute or relative to the working directory`,
			`Code: AssetCodeBuilt: command: none was given; give a program and its arguments, one per string`,
			`Code: AssetCodeBuilt: handler: none was given; give what the runtime calls, such as "index.handler"`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			text := recovered(t, func() {
				dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: test.code})
			})
			require.Equal(t, refused(`DualArchFunction "Demo/Hello"`, test.want...), text)
			require.Empty(t, children(stack), "something was created")
		})
	}
}

func TestAFailedBuildStopsSynthesis(t *testing.T) {
	t.Setenv("DUALARCH_BUILT_DIR", t.TempDir())
	dir, stack := folder(t, map[string]string{"app.py": "1"}), newStack(t)
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code: dualarch.AssetCodeBuilt(dir, awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler"),
				jsii.Strings("sh", "-c", `echo no wheel for ${GNU_ARCH}; printf '\033[2Jgone'; exit 1`), nil),
		})
	})
	require.Equal(t, `DualArchFunction "Demo/Hello" cannot be made, nothing was created: the code for x86_64 could not be built:
`+*dir+` for x86_64: sh -c echo no wheel for x86_64; printf '\033[2Jgone'; exit 1, run here, in a copy of the folder: exit status 1
no wheel for x86_64
\u001b[2Jgone`, text)
	require.Empty(t, children(stack), "something was created")
}

// handlers is a folder that every runtime with app.handler can start.
func handlers(t *testing.T) *string {
	t.Helper()
	dir := folder(t, map[string]string{"app.py": "", "app.js": "", "app.rb": "", "bootstrap": "#!/bin/sh\n"})
	require.NoError(t, os.Chmod(filepath.Join(*dir, "bootstrap"), 0o755))
	return dir
}

func TestADeprecatedRuntimeIsAWarning(t *testing.T) {
	code := handlers(t)
	_, stack := deploy(t, map[string]dualarch.Code{
		"Old": dualarch.AssetCode(code, awslambda.Runtime_PYTHON_3_9(), jsii.String("app.handler")),
		"New": dualarch.AssetCode(code, awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler")),
	})
	old, _ := lambdaruntime.Find("python3.9")
	require.Equal(t, []string{
		"/Demo/Old: " + old.Deprecation(time.Now()) + "; use " + instead("python3.9") + " (Lambda's runtimes as of 2026-11-27) [ack: @dualarch/dualarch:runtimeDeprecated]",
	}, warnings(stack))
}

// CDK validates the template and warns of a deprecated runtime by itself. Its advice is part of ours. Each runtime
// has an app of its own, because CDK 2.270.0 says of all functions what it found for the first.
func TestDeprecationAgreesWithCDK(t *testing.T) {
	t.Setenv("CDK_VALIDATION", "true") // make test switches it off; Node.js reads it when it starts
	jsii.Close()
	t.Cleanup(jsii.Close)
	advice := regexp.MustCompile(`Runtime '(.+)' was deprecated on '.+'\. .*Please consider updating to '(.+)'`)
	for _, runtime := range []awslambda.Runtime{
		awslambda.Runtime_NODEJS_20_X(), awslambda.Runtime_PYTHON_3_9(), awslambda.Runtime_RUBY_3_2(), awslambda.Runtime_PROVIDED_AL2(),
	} {
		name := *runtime.Name()
		_, stack := deploy(t, map[string]dualarch.Code{"Old": dualarch.AssetCode(handlers(t), runtime, jsii.String("app.handler"))})
		own := warnings(stack)
		require.Len(t, own, 1, name)
		var report struct {
			PluginReports []struct {
				Violations []struct{ Description string }
			}
		}
		readJSON(t, filepath.Join(*awscdk.App_Of(stack).Outdir(), "validation-report.json"), &report)
		agreed := 0
		for _, plugin := range report.PluginReports {
			for _, violation := range plugin.Violations {
				if found := advice.FindStringSubmatch(violation.Description); found != nil && found[1] == name {
					require.Contains(t, own[0], found[2], "CDK says: %s", violation.Description)
					agreed++
				}
			}
		}
		require.Positive(t, agreed, "CDK says nothing of %s, or says it otherwise", name)
	}
}

// warnings returns the stack's warnings, each with its construct's path in front.
func warnings(stack awscdk.Stack) []string {
	var all []string
	for _, message := range *awscdk.App_Of(stack).Synth(nil).GetStackArtifact(stack.ArtifactId()).Messages() {
		all = append(all, *message.Id+": "+message.Entry.Data.(string)) //nolint:staticcheck // it is what Messages returns
	}
	return all
}

// A link that does not lead to a file of the asset stops synthesis if a command made it, and is a warning in
// a folder that is deployed as it is.
func TestLinksOutOfAnAsset(t *testing.T) {
	t.Setenv("DUALARCH_BUILT_DIR", t.TempDir())
	node, handler := awslambda.Runtime_NODEJS_24_X(), jsii.String("index.handler")
	parent := t.TempDir()
	fn := filepath.Join(parent, "fn")
	require.NoError(t, os.MkdirAll(filepath.Join(fn, "node_modules"), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(parent, "shared"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(fn, "index.js"), []byte("1"), 0o644))
	built := dualarch.AssetCodeBuilt(jsii.String(fn), node, handler, jsii.Strings("sh", "-c", "mkdir node_modules && ln -s ../../shared node_modules/shared"), nil)
	require.PanicsWithError(t, `DualArchFunction "Demo/Built" cannot be made, nothing was created: the code for x86_64 could not be built:
`+fn+` for x86_64: what sh -c mkdir node_modules && ln -s ../../shared node_modules/shared leaves has links that lead to nothing once they are deployed:
  - node_modules/shared -> ../../shared, where nothing is
put copies in their places, as npm does with --install-links, and give a dir that has in it what they lead to`, func() {
		dualarch.NewDualArchFunction(newStack(t), jsii.String("Built"), &dualarch.DualArchFunctionProps{Code: built})
	})

	require.NoError(t, os.Symlink("../../shared", filepath.Join(fn, "node_modules", "shared")))
	require.NoError(t, os.Symlink("../gone", filepath.Join(fn, "node_modules", "gone")))
	made := dualarch.NewDualArchFunction(newStack(t), jsii.String("Asset"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(jsii.String(fn), node, handler), Api: noApi, PowerTuning: noTuning,
	})
	require.Equal(t, []string{`warning path "` + fn + `" has links that do not lead to a file in it:
  - node_modules/gone -> ../gone, where nothing is
  - node_modules/shared -> ../../shared, out of the folder
CDK copies what lies out of the folder, as it is on this machine, and deploys the others, which lead nowhere on Lambda [ack: @dualarch/dualarch:links]`}, annotations(made))
}
