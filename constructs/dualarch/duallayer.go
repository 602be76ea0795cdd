package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/treebuild"
)

// DualArchLayer is a layer or an extension for both siblings: one layer version for
// both, or one per architecture.
type DualArchLayer interface {
	constructs.Construct

	// X86 returns the layer version for the x86_64 sibling, to give to
	// SiblingOptions.Layers.
	X86() awslambda.LayerVersion
	// Arm64 returns the layer version for the arm64 sibling. If one serves both it
	// is that of X86, and may go to Function.Layers too.
	Arm64() awslambda.LayerVersion
}

// DualArchLayerProps are the properties of a DualArchLayer.
type DualArchLayerProps struct {
	// Path is a folder or zip that serves both architectures.
	//
	// Default: none; X86Path and Arm64Path are then required.
	Path *string

	// X86Path is the folder or zip of the x86_64 layer version.
	//
	// Default: Path.
	X86Path *string

	// Arm64Path is the folder or zip of the arm64 layer version.
	//
	// Default: Path.
	Arm64Path *string

	// CompatibleRuntimes are the runtimes that the layer is for.
	//
	// Default: not stated; any runtime may have it.
	CompatibleRuntimes *[]awslambda.Runtime

	// Description of the layer versions.
	//
	// Default: none.
	Description *string

	// License is the SPDX identifier of the layer's licence, or the address of its
	// text.
	//
	// Default: none.
	License *string

	// RemovalPolicy decides what happens to a layer version that is replaced by a
	// newer one, or whose stack is deleted.
	//
	// Default: awscdk.RemovalPolicy_DESTROY.
	RemovalPolicy awscdk.RemovalPolicy
}

type dualLayer struct {
	constructs.Construct
	versions map[architecture]awslambda.LayerVersion
}

// NewDualArchLayer makes a layer for both siblings and sets its compatible
// architectures, so that it cannot go to the wrong one.
func NewDualArchLayer(scope constructs.Construct, id *string, props *DualArchLayerProps) DualArchLayer {
	if props == nil {
		props = &DualArchLayerProps{}
	}
	var found problems
	found.Place(scope, id)
	wrong, hashes := props.check()
	append(found, wrong...).Refuse("DualArchLayer", prop.Path(scope, id))

	l := &dualLayer{versions: map[architecture]awslambda.LayerVersion{}}
	constructs.NewConstruct_Override(l, scope, id)
	if props.Path != nil {
		both := l.newVersion("Layer", props, *props.Path, hashes[x86], architectures)
		l.versions[x86], l.versions[arm64] = both, both
		return l
	}
	for _, arch := range architectures {
		l.versions[arch] = l.newVersion(arch.id(), props, props.path(arch), hashes[arch], []architecture{arch})
	}
	return l
}

func (l *dualLayer) newVersion(id string, props *DualArchLayerProps, path, hash string, made []architecture) awslambda.LayerVersion {
	var compatible []awslambda.Architecture
	for _, arch := range made {
		compatible = append(compatible, arch.cdk())
	}
	return awslambda.NewLayerVersion(l, jsii.String(id), &awslambda.LayerVersionProps{
		Code: awslambda.Code_FromAsset(jsii.String(path), &awss3assets.AssetOptions{
			AssetHash: jsii.String(hash),
		}),
		CompatibleArchitectures: &compatible,
		CompatibleRuntimes:      props.CompatibleRuntimes,
		Description:             props.Description,
		License:                 props.License,
		RemovalPolicy:           props.RemovalPolicy,
	})
}

// path returns the folder or zip of one architecture's layer version.
func (p *DualArchLayerProps) path(arch architecture) string {
	own := p.X86Path
	if arch == arm64 {
		own = p.Arm64Path
	}
	if own == nil {
		own = p.Path
	}
	return prop.Value(own)
}

// check also reads the files, because that may fail too.
func (p *DualArchLayerProps) check() (problems, map[architecture]string) {
	var found problems
	const right = "give a folder or a zip, absolute or relative to the working directory"
	if p.Path != nil && (p.X86Path != nil || p.Arm64Path != nil) {
		found.Add("Path", "%q was given beside X86Path or Arm64Path; give one for both architectures, or one each", *p.Path)
	}
	names := map[architecture]string{x86: "X86Path", arm64: "Arm64Path"}
	if p.Path != nil {
		names = map[architecture]string{x86: "Path"}
	}
	hashes := map[architecture]string{}
	for _, arch := range architectures {
		name, checked := names[arch]
		if !checked {
			continue
		}
		path := p.path(arch)
		if wrong := wrongAsset(path); wrong != "" {
			found.Add(name, "%q %s; %s", path, wrong, right)
			continue
		}
		sum, err := treebuild.Hash(path, nil)
		if err != nil {
			found.Add(name, "%q cannot be read (%s); %s", path, err, right)
		}
		hashes[arch] = sum
	}
	return found, hashes
}

func (l *dualLayer) X86() awslambda.LayerVersion   { return l.versions[x86] }
func (l *dualLayer) Arm64() awslambda.LayerVersion { return l.versions[arm64] }
