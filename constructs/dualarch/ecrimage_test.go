package dualarch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func TestEcrImage(t *testing.T) {
	stack := newStack(t)
	repository := dualarch.NewDualArchRepository(stack, jsii.String("Images"), nil).Repository()
	digest := "sha256:" + strings.Repeat("0123456789abcdef", 4)
	for id, options := range map[string]*dualarch.EcrImageOptions{
		"Tagged":  {Tag: jsii.String("v1")},
		"Pinned":  {X86: jsii.String("intel"), Arm64: jsii.String(digest)},
		"Changed": {Tag: jsii.String("v2"), Cmd: jsii.Strings("serve", "all"), Entrypoint: jsii.Strings("/bin/app"), WorkingDirectory: jsii.String("/srv")},
	} {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: dualarch.EcrImage(repository, options), Api: noApi, PowerTuning: noTuning,
		})
	}
	template := synth(t, stack)
	functions := template.ofType(functionType)
	for id, want := range map[string]string{
		"TaggedX86": ":v1-x86_64", "TaggedArm64": ":v1-arm64",
		"PinnedX86": ":intel", "PinnedArm64": "@" + digest,
		"ChangedX86": ":v2-x86_64", "ChangedArm64": ":v2-arm64",
	} {
		function := functions[id]
		require.True(t, strings.HasSuffix(names(function["Code"].(properties)["ImageUri"]), "/ImagesRepository"+want), names(function["Code"]))
		require.Equal(t, "Image", function["PackageType"], id)
		require.NotContains(t, function, "Runtime", id)
		require.NotContains(t, function, "Handler", id)
		require.Regexp(t, codeHash, function["Description"], id)
	}
	require.Equal(t, []any{"x86_64"}, functions["TaggedX86"]["Architectures"])
	require.Equal(t, []any{"arm64"}, functions["TaggedArm64"]["Architectures"])
	require.NotEqual(t, functions["TaggedX86"]["Description"], functions["ChangedX86"]["Description"], "another tag is another code")
	require.Equal(t, "code 0123456789ab", functions["PinnedArm64"]["Description"])
	require.NotContains(t, functions["TaggedX86"], "ImageConfig")
	require.Equal(t, properties{
		"Command": []any{"serve", "all"}, "EntryPoint": []any{"/bin/app"}, "WorkingDirectory": "/srv",
	}, functions["ChangedArm64"]["ImageConfig"])
}

// CDK publishes no version if only a parameter's value changes. The version's description changes
// with it, so CloudFormation makes a new version, and the alias follows.
func TestATagThatIsAParameter(t *testing.T) {
	stack := newStack(t)
	tag := awscdk.NewCfnParameter(stack, jsii.String("Release"), nil).ValueAsString()
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: dualarch.EcrImage(awsecr.NewRepository(stack, jsii.String("Images"), nil), &dualarch.EcrImageOptions{Tag: tag}),
		Function: &awslambda.FunctionOptions{
			Description:           jsii.String("says hello"),
			CurrentVersionOptions: &awslambda.VersionOptions{Description: jsii.String("for friends")},
		},
		Api: noApi, PowerTuning: noTuning,
	})
	dualarch.NewDualArchFunction(stack, jsii.String("Bare"), &dualarch.DualArchFunctionProps{
		Code: dualarch.EcrImage(awsecr.NewRepository(stack, jsii.String("Others"), nil), &dualarch.EcrImageOptions{Tag: tag}),
		Api:  noApi, PowerTuning: noTuning,
	})
	template := synth(t, stack)
	descriptions := map[string]any{}
	for _, kind := range []string{functionType, "AWS::Lambda::Version"} {
		for id, resource := range template.ofType(kind) {
			descriptions[id] = resource["Description"]
		}
	}
	// It is a reference to the parameter.
	text := func(before, after string) properties {
		return properties{"Fn::Join": []any{"", []any{before, properties{"Ref": "Release"}, after}}}
	}
	require.Equal(t, map[string]any{
		"HelloX86": text("says hello (image ", "-x86_64)"), "HelloX86CurrentVersion": text("for friends (image ", "-x86_64)"),
		"HelloArm64": text("says hello (image ", "-arm64)"), "HelloArm64CurrentVersion": text("for friends (image ", "-arm64)"),
		"BareX86": text("image ", "-x86_64"), "BareX86CurrentVersion": text("image ", "-x86_64"),
		"BareArm64": text("image ", "-arm64"), "BareArm64CurrentVersion": text("image ", "-arm64"),
	}, descriptions)
}

func TestDualArchRepository(t *testing.T) {
	stack := newStack(t)
	dualarch.NewDualArchRepository(stack, jsii.String("Images"), nil)
	dualarch.NewDualArchRepository(stack, jsii.String("Named"), &dualarch.DualArchRepositoryProps{
		RepositoryName:   jsii.String("team/orders"),
		UntaggedImageAge: awscdk.Duration_Days(jsii.Number(3)),
		Encryption:       awsecr.RepositoryEncryption_KMS(),
		RemovalPolicy:    awscdk.RemovalPolicy_DESTROY,
	})
	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	for id, encryption := range map[string]awsecr.RepositoryEncryption{"Keyed": nil, "KeyedKms": awsecr.RepositoryEncryption_KMS()} {
		dualarch.NewDualArchRepository(stack, jsii.String(id), &dualarch.DualArchRepositoryProps{Encryption: encryption, EncryptionKey: key})
	}
	template := synth(t, stack)
	repositories := template.ofType("AWS::ECR::Repository")
	require.Equal(t, properties{
		"ImageScanningConfiguration": properties{"ScanOnPush": true},
		"ImageTagMutability":         "IMMUTABLE",
		"LifecyclePolicy": properties{"LifecyclePolicyText": `{"rules":[{"rulePriority":1,"description":"Images without a tag, which no function runs by one",` +
			`"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countNumber":14,"countUnit":"days"},"action":{"type":"expire"}}]}`},
	}, repositories["ImagesRepository"])
	// AES256 is Amazon ECR's own default; CDK leaves it out.
	require.Equal(t, "team/orders", repositories["NamedRepository"]["RepositoryName"])
	require.Equal(t, properties{"EncryptionType": "KMS"}, repositories["NamedRepository"]["EncryptionConfiguration"])
	for _, id := range []string{"KeyedRepository", "KeyedKmsRepository"} {
		encryption := repositories[id]["EncryptionConfiguration"].(properties)
		require.Equal(t, "KMS", encryption["EncryptionType"], id)
		require.Equal(t, "Key.Arn", names(encryption["KmsKey"]), id)
	}
	require.Contains(t, names(repositories["NamedRepository"]["LifecyclePolicy"]), `\"countNumber\":3,`)
	for id, resource := range template.Resources {
		if resource.Type == "AWS::ECR::Repository" {
			want := "Retain"
			if plain(id) == "NamedRepository" {
				want = "Delete"
			}
			require.Equal(t, want, resource.DeletionPolicy, id)
		}
	}

	lines := map[string]string{}
	for id, output := range template.Outputs {
		if strings.HasPrefix(id, "Images") {
			lines[plain(id)] = names(output.Value)
		}
	}
	const registry = "ImagesRepository.Arn[4].dkr.ecr.ImagesRepository.Arn[3].AWS::URLSuffix"
	require.Equal(t, map[string]string{
		"ImagesLogin":     "aws ecr get-login-password --region AWS::Region | docker login --username AWS --password-stdin " + registry,
		"ImagesTagX86":    "docker tag IMAGE:x86_64 " + registry + "/ImagesRepository:TAG-x86_64",
		"ImagesPushX86":   "docker push " + registry + "/ImagesRepository:TAG-x86_64",
		"ImagesTagArm64":  "docker tag IMAGE:arm64 " + registry + "/ImagesRepository:TAG-arm64",
		"ImagesPushArm64": "docker push " + registry + "/ImagesRepository:TAG-arm64",
	}, lines)
}

func TestProblemsOfEcrImage(t *testing.T) {
	other := awscdk.NewStack(newApp(t), jsii.String("Other"), nil)
	images := awsecr.NewRepository(other, jsii.String("Images"), nil)
	layers := &[]awslambda.ILayerVersion{newLayer(other, "Layer")}
	for _, test := range []struct {
		name  string
		props *dualarch.DualArchFunctionProps
		want  []string
	}{
		{"nothing given", &dualarch.DualArchFunctionProps{Code: dualarch.EcrImage(nil, nil)}, []string{
			`Code: EcrImage: repository: nil was given; give an awsecr.IRepository, such as NewDualArchRepository(…).Repository()`,
			`Code: EcrImage: X86: no image was given; give Tag for tags with the suffixes "-x86_64" and "-arm64", or the tag or digest of this architecture`,
			`Code: EcrImage: Arm64: no image was given; give Tag for tags with the suffixes "-x86_64" and "-arm64", or the tag or digest of this architecture`,
		}},
		{"names", &dualarch.DualArchFunctionProps{Code: dualarch.EcrImage(images, &dualarch.EcrImageOptions{
			X86: jsii.String("sha256:abc"), Arm64: jsii.String("a:b"), WorkingDirectory: jsii.String("srv"),
		})}, []string{
			`Code: EcrImage: X86: "sha256:abc" was given; give "sha256:" and 64 hexadecimal digits`,
			`Code: EcrImage: Arm64: "a:b" was given; give a tag of at most 128 letters, digits, dots, hyphens and underscores, or a digest`,
			`Code: EcrImage: WorkingDirectory: "srv" was given; give an absolute path, such as "/var/task"`,
		}},
		{"one for both", &dualarch.DualArchFunctionProps{Code: dualarch.EcrImage(images, &dualarch.EcrImageOptions{
			X86: jsii.String("v1"), Arm64: jsii.String("v1"),
		})}, []string{
			`Code: EcrImage: Arm64: "v1" was given for both architectures; give one image each: Lambda takes no image for several`,
		}},
		{"what images cannot have", &dualarch.DualArchFunctionProps{
			Code: dualarch.EcrImage(images, &dualarch.EcrImageOptions{Tag: jsii.String("v1")}),
			Function: &awslambda.FunctionOptions{
				Layers: layers,
				AdotInstrumentation: &awslambda.AdotInstrumentationConfig{
					LayerVersion: awslambda.AdotLayerVersion_FromGenericLayerVersion(awslambda.AdotLambdaLayerGenericVersion_LATEST()),
					ExecWrapper:  awslambda.AdotLambdaExecWrapper_REGULAR_HANDLER,
				},
				ParamsAndSecrets: awslambda.ParamsAndSecretsLayerVersion_FromVersion(awslambda.ParamsAndSecretsVersions_V1_0_103, nil),
			},
			Arm64: &dualarch.SiblingOptions{Layers: layers},
		}, []string{
			`Function.Layers: layers were given for a container image; put what is in them into the image, under /opt`,
			`Arm64.Layers: layers were given for a container image; put what is in them into the image, under /opt`,
			`Function.AdotInstrumentation: it was given for a container image; put the AWS Distro for OpenTelemetry into the image`,
			`Function.ParamsAndSecrets: it was given for a container image; put the extension into the image, under /opt/extensions`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			text := recovered(t, func() { dualarch.NewDualArchFunction(stack, jsii.String("Hello"), test.props) })
			require.Equal(t, refused(`DualArchFunction "Demo/Hello"`, test.want...), text)
			require.Empty(t, children(stack), "something was created")
		})
	}
}

func TestProblemsOfDualArchRepository(t *testing.T) {
	stack := newStack(t)
	other := awscdk.NewStack(newApp(t), jsii.String("Other"), nil)
	for _, name := range []string{"", "a", "Orders", "orders/", "-orders", "a..b", strings.Repeat("a", 257)} {
		text := recovered(t, func() {
			dualarch.NewDualArchRepository(stack, jsii.String("Images"), &dualarch.DualArchRepositoryProps{RepositoryName: &name})
		})
		require.Equal(t, refused(`DualArchRepository "Demo/Images"`, fmt.Sprintf(
			`RepositoryName: %q was given; give 2 to 256 lower-case letters and digits, with dots, hyphens, underscores and slashes between them, or leave it out`, name)), text)
	}
	text := recovered(t, func() {
		dualarch.NewDualArchRepository(stack, jsii.String("Images"), &dualarch.DualArchRepositoryProps{
			RepositoryName:   jsii.String("Orders"),
			UntaggedImageAge: awscdk.Duration_Hours(jsii.Number(12)),
			Encryption:       awsecr.RepositoryEncryption_AES_256(),
			EncryptionKey:    awskms.Key_FromKeyArn(other, jsii.String("Key"), jsii.String("arn:aws:kms:eu-west-1:123456789012:key/0")),
		})
	})
	require.Equal(t, refused(`DualArchRepository "Demo/Images"`,
		`RepositoryName: "Orders" was given; give 2 to 256 lower-case letters and digits, with dots, hyphens, underscores and slashes between them, or leave it out`,
		`UntaggedImageAge: 0.5 days were given; give a whole number from 1 to 3650`,
		`Encryption: AES256 was given beside EncryptionKey; give awsecr.RepositoryEncryption_KMS(), or leave it out`,
	), text)
	require.Empty(t, children(stack), "something was created")
}
