package dualarch

import (
	"context"
	"maps"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/goimage"
	"github.com/dualarch/dualarch/internal/guard"
)

// GoImageCodeOptions are how a Go package becomes a container image.
type GoImageCodeOptions struct {
	// Go changes how the package is compiled.
	//
	// Default: as GoCode compiles it.
	Go *GoCodeOptions

	// Base is the folder of an OCI image layout with a Linux image for each
	// architecture, such as "crane pull --format=oci --platform=all" writes; absolute or
	// relative to the working directory. It is never fetched.
	//
	// Default: an empty base. It has no CA certificates: a program that calls others by
	// https imports golang.org/x/crypto/x509roots/fallback.
	Base *string

	// Labels are labels of the image in addition to org.opencontainers.image.title,
	// which is the name of the package's folder. A label that changes with each commit
	// makes a new image from the same source.
	//
	// Default: none.
	Labels *map[string]*string

	// Cmd are arguments of the program, one per string.
	//
	// Default: none.
	Cmd *[]*string
}

// GoImageCode returns code that is a Go main package in a container image, compiled as
// GoCode does it: the binary as /var/task/bootstrap on an empty or a given base. The
// images are written at synthesis, without Docker and the same on every machine, to
// dualarch/images of the user's cache folder (DUALARCH_IMAGES_DIR names another), which only you may write to. `cdk
// deploy` loads and pushes them with Docker, without emulation.
func GoImageCode(dir *string, opts *GoImageCodeOptions) Code {
	if opts == nil {
		opts = &GoImageCodeOptions{}
	}
	return &goImage{
		goCode:  newGoCode("GoImageCode", dir, opts.Go),
		title:   filepath.Base(filepath.Clean(prop.Value(dir))),
		options: *opts,
	}
}

type goImage struct {
	*goCode
	title   string
	options GoImageCodeOptions
}

func (c *goImage) check() problems {
	found := c.goCode.check()
	if base := c.options.Base; base != nil {
		if _, err := os.Stat(filepath.Join(*base, "index.json")); err != nil {
			found.Add("Code: GoImageCode", "Base: %q is not an OCI image layout; give a folder with an index.json, such as crane pull --format=oci writes", *base)
		}
	}
	if _, given := prop.Value(c.options.Labels)[""]; given {
		found.Add("Code: GoImageCode", `Labels: "" is not a label's name; give each label a name`)
	}
	return found
}

func (c *goImage) start() start { return imageStart() }

func (c *goImage) build(arch architecture) (asset, error) {
	binary, err := c.output(arch)
	if err != nil {
		return nil, err
	}
	dir, err := goimage.Folder.Path()
	if err != nil {
		return nil, err
	}
	labels := map[string]string{"org.opencontainers.image.title": c.title}
	maps.Copy(labels, prop.ValueMap(c.options.Labels))
	image, err := goimage.Write(context.Background(), goimage.Spec{
		Binary: filepath.Join(binary.Dir, "bootstrap"),
		GOARCH: arch.goarch(),
		Base:   prop.Value(c.options.Base),
		Labels: labels,
	}, dir)
	if err != nil {
		return nil, err
	}
	return func(scope constructs.Construct) deployed {
		made := awsecrassets.NewTarballImageAsset(scope, jsii.String(arch.id()+"Image"), &awsecrassets.TarballImageAssetProps{
			TarballFile: jsii.String(image.File),
		})
		return deployed{
			code:  pushedImage(made.Repository(), made.ImageTag(), &awslambda.EcrImageCodeProps{Cmd: c.options.Cmd}),
			hash:  image.Digest,
			files: guard.Package{Name: guard.Code, Path: image.File, Hash: image.Digest, Source: c.source},
		}
	}, nil
}

// pushedImage returns an image that `cdk deploy` pushes to the bootstrap stack's
// repository, with its hash as the tag.
func pushedImage(repository awsecr.IRepository, tag *string, props *awslambda.EcrImageCodeProps) awslambda.Code {
	props.TagOrDigest = tag
	return awslambda.Code_FromEcrImage(repository, props)
}
