package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/treebuild"
)

// AssetCodeBuiltOptions are how a command builds code.
type AssetCodeBuiltOptions struct {
	// Output is the folder, relative to dir, that is deployed once the command has
	// ended: "dist", "target/lambda/orders".
	//
	// Default: dir itself, with everything that the command adds to it.
	Output *string

	// Container is an image to run the command in, on each architecture's platform
	// (docker run --platform), for native parts that have to be compiled:
	// "public.ecr.aws/sam/build-python3.13". The image must exist for both
	// platforms, and the other architecture's processor must be emulated (binfmt).
	// The command runs as the current user, with /tmp as its HOME unless Environment
	// sets another. CDK_DOCKER names a program to run instead of docker.
	//
	// Default: the command runs on this machine, without a container.
	Container *string

	// Environment is added to the command's environment. ARCH, GOARCH,
	// DOCKER_PLATFORM, GNU_ARCH and NODE_ARCH are set already and refused here.
	//
	// Default: none.
	Environment *map[string]*string

	// Exclude lists files and folders of dir that the command does not need, as
	// names or as paths below dir, with *, ? and [a-z] in them.
	//
	// Default: .git, .venv, __pycache__, node_modules.
	Exclude *[]*string
}

// AssetCodeBuilt returns code that a command builds from the folder dir, once per
// architecture, each time in a copy of dir. The command is a program and its
// arguments, never a shell line. Its environment has these variables, and its
// arguments may use them as ${NAME}:
//
//	                 x86_64       arm64
//	ARCH             x86_64       arm64        Lambda's name
//	GOARCH           amd64        arm64        Go's and Docker's name
//	DOCKER_PLATFORM  linux/amd64  linux/arm64
//	GNU_ARCH         x86_64       aarch64      pip's, cargo's and gcc's name
//	NODE_ARCH        x64          arm64        npm's name
//
// So this fetches Python's native wheels on any machine:
//
//	pip install --requirement requirements.txt --target . --only-binary=:all: --python-version 3.14 \
//	  --platform manylinux_2_28_${GNU_ARCH} --platform manylinux2014_${GNU_ARCH}
//
// Symbolic links in what is built have to lead to files of it: one that leads out of
// the folder or to nothing stops synthesis, as node_modules/shared -> ../../shared,
// which npm makes of a dependency "file:../shared".
//
// The asset's hash covers dir, the command and the options, so nothing is built or
// deployed twice. Results are kept in dualarch/built of the user's cache folder;
// DUALARCH_BUILT_DIR names another. What was changed there since it was built is built
// again. A folder that others can write to is refused: they would decide what is
// deployed.
func AssetCodeBuilt(dir *string, runtime awslambda.Runtime, handler *string, command *[]*string, opts *AssetCodeBuiltOptions) Code {
	if opts == nil {
		opts = &AssetCodeBuiltOptions{}
	}
	exclude := opts.Exclude
	if exclude == nil {
		exclude = jsii.Strings(".git", ".venv", "__pycache__", "node_modules")
	}
	code := &builtCode{
		managed: managed{"AssetCodeBuilt", runtime, handler},
		specs:   map[architecture]treebuild.Spec{},
	}
	for arch, named := range map[architecture]treebuild.Architecture{x86: treebuild.X8664, arm64: treebuild.Arm64} {
		code.specs[arch] = treebuild.Spec{
			Dir:          prop.Value(dir),
			Command:      prop.Values(command),
			Architecture: named,
			Env:          prop.ValueMap(opts.Environment),
			Container:    prop.Value(opts.Container),
			Output:       prop.Value(opts.Output),
			Exclude:      prop.Values(exclude),
		}
	}
	return code
}

type builtCode struct {
	managed
	specs map[architecture]treebuild.Spec
}

func (c *builtCode) check() problems {
	var found problems
	for _, err := range c.specs[x86].Check() { // the other differs in its architecture only
		found.Add("Code: "+c.kind, "%s", err)
	}
	c.checkStart(&found)
	return found
}

func (c *builtCode) build(arch architecture) (asset, error) {
	out, err := treebuild.Build(c.specs[arch])
	if err != nil {
		return nil, err
	}
	return folderAsset(out.Dir, out.Key), nil
}
