package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/cdkcompat"
	"github.com/dualarch/dualarch/internal/guard"
)

// Code is what both siblings run. Several functions may share it. Each kind of code
// has its constructor:
//
//   - GoCode: a Go package
//   - AssetCode: one folder or zip that runs on both architectures
//   - AssetCodePerArchitecture: one folder or zip per architecture
//   - AssetCodeBuilt: a folder and a command that builds it once per architecture
//   - GoImageCode: a Go package as a container image, made without Docker
//   - ImageCode: a folder with a Dockerfile
//   - EcrImage: images that are already in a repository
type Code interface {
	// check returns what is wrong with the code, before anything is built.
	check() problems
	// warnings returns problems that do not stop synthesis but may stop a
	// deployment.
	warnings() []warning
	// start returns how Lambda starts the code. It is called after check.
	start() start
	// build makes the code for one architecture; it adds nothing to the app.
	build(arch architecture) (asset, error)
}

// start is a runtime and a handler; both are FROM_IMAGE for images.
type start struct {
	runtime awslambda.Runtime
	handler *string
}

// fromImage reports whether the code is a container image.
func (s start) fromImage() bool {
	return s.runtime != nil && *s.runtime.Name() == *awslambda.Runtime_FROM_IMAGE().Name()
}

// asset adds built code to the app, below scope if it needs a construct.
type asset func(scope constructs.Construct) deployed

// deployed is code that is part of the app.
type deployed struct {
	code awslambda.Code
	hash string // of the content, in hexadecimal
	// tag is the image's tag if it is a token, else "".
	tag string
	// files are what the guard reads.
	files guard.Package
	// describe writes where the code comes from into the function's metadata, for
	// sam local; nil if CDK's own code does that.
	describe func(function awscdk.CfnResource)
}

// folderAsset returns a folder or file as an asset of that hash. CDK would cache a
// fingerprint by the file's time and size, which a change of content may leave
// alone.
func folderAsset(path, hash string) asset {
	return func(constructs.Construct) deployed {
		return deployed{
			code:  awslambda.Code_FromAsset(jsii.String(path), &awss3assets.AssetOptions{AssetHash: jsii.String(hash)}),
			hash:  hash,
			files: guard.Package{Name: guard.Code, Path: path, Hash: hash},
		}
	}
}

// warning becomes an annotation of the construct. The id is what
// awscdk.Annotations.AcknowledgeWarning takes.
type warning struct{ id, text string }

// warn annotates a construct with its code's warnings.
func warn(scope constructs.Construct, code Code) {
	for _, w := range code.warnings() {
		cdkcompat.Warn(scope, w.id, w.text)
	}
}
