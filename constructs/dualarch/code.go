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

// Code is what both siblings run. It may be given to several functions. Each kind
// of code is made by a function of its own:
//
//   - GoCode: a Go package
//   - AssetCode: one folder or zip that runs on both architectures
//   - AssetCodePerArchitecture: one folder or zip an architecture
//   - AssetCodeBuilt: a folder and a command that builds it once an architecture
//   - GoImageCode: a Go package as a container image, made without Docker
//   - ImageCode: a folder with a Dockerfile
//   - EcrImage: images that are in a repository already
type Code interface {
	// check says what is wrong with the code before anything is built.
	check() problems
	// warnings say what keeps nobody from synthesizing and may from deploying.
	warnings() []warning
	// start is what Lambda starts the code by. It is asked for after check.
	start() start
	// build makes the code for one architecture; nothing is added to the app.
	build(arch architecture) (asset, error)
}

// start is FROM_IMAGE twice for images.
type start struct {
	runtime awslambda.Runtime
	handler *string
}

// fromImage says whether the code is a container image.
func (s start) fromImage() bool {
	return s.runtime != nil && *s.runtime.Name() == *awslambda.Runtime_FROM_IMAGE().Name()
}

// asset adds code that is built to the app, below scope where it needs a construct.
type asset func(scope constructs.Construct) deployed

// deployed is code that is part of the app.
type deployed struct {
	code awslambda.Code
	hash string // of the content, in hexadecimal
	// tag is that of an image where only CloudFormation knows it (a token), else "".
	tag string
	// files are what the guard looks at.
	files guard.Package
	// describe writes into the function's metadata where the code comes from, for
	// sam local; nil where CDK's own code does.
	describe func(function awscdk.CfnResource)
}

// folderAsset is a folder or file whose hash is known. awscdk would cache a
// fingerprint by the file's time and size, which say nothing of what is in it.
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

// warn annotates a construct with everything that its code warns of.
func warn(scope constructs.Construct, code Code) {
	for _, w := range code.warnings() {
		cdkcompat.Warn(scope, w.id, w.text)
	}
}
