package dualarch

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/dockerbuild"
	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/guard"
)

// ImageCodeOptions are how a Dockerfile is built: the options of CDK's
// awsecrassets.DockerImageAsset and awslambda.AssetImageCode. The platform is each
// sibling's.
type ImageCodeOptions struct {
	// File is the Dockerfile, relative to dir.
	//
	// Default: "Dockerfile".
	File *string

	// Target is the stage of the Dockerfile to build.
	//
	// Default: the last one.
	Target *string

	// BuildArgs are the values of ARG in the Dockerfile, known at synthesis. BuildKit
	// sets TARGETARCH to amd64 or arm64 by itself. No secrets: these values are in the
	// assembly and in the image's history. Use BuildSecrets.
	//
	// Default: none.
	BuildArgs *map[string]*string

	// BuildContexts are further folders or images for the build, by name. Give folders
	// as absolute paths: the build runs in a copy of dir.
	//
	// Default: none.
	BuildContexts *map[string]*string

	// BuildSecrets are secrets for RUN --mount=type=secret, by id, each made by
	// awscdk.DockerBuildSecret_FromSrc with an absolute path: the build runs in a copy
	// of dir. They are not in the image.
	//
	// Default: none.
	BuildSecrets *map[string]*string

	// BuildSsh is the SSH agent or key for RUN --mount=type=ssh: "default".
	//
	// Default: none.
	BuildSsh *string

	// CacheFrom are caches to build from.
	//
	// Default: the engine's own cache.
	CacheFrom *[]*awsecrassets.DockerCacheOption

	// CacheTo is a cache to write to. Both architectures write to it in turn: choose a
	// kind that keeps both.
	//
	// Default: the engine's own cache.
	CacheTo *awsecrassets.DockerCacheOption

	// CacheDisabled builds everything each time.
	//
	// Default: false.
	CacheDisabled *bool

	// NetworkMode is the network of RUN lines.
	//
	// Default: Docker's own.
	NetworkMode awsecrassets.NetworkMode

	// Exclude lists files of dir that are not sent to the engine, in addition to
	// .dockerignore.
	//
	// Default: only what .dockerignore lists.
	Exclude *[]*string

	// Cmd replaces the image's command, one string per word.
	//
	// Default: the image's own.
	Cmd *[]*string

	// Entrypoint replaces the image's entry point, one string per word.
	//
	// Default: the image's own.
	Entrypoint *[]*string

	// WorkingDirectory replaces the image's working directory, an absolute path.
	//
	// Default: the image's own.
	WorkingDirectory *string
}

// ImageCode returns code that is a folder with a Dockerfile, absolute or relative to
// the working directory. `cdk deploy` builds it for linux/amd64 and for linux/arm64
// and pushes both images to the bootstrap stack's repository.
//
// Synthesis needs no Docker and builds nothing: it warns if Docker, its daemon or the
// emulation of the other architecture is missing. It stops if Docker's classic builder
// would build, whose cache ignores the platform and gives both siblings the image of
// one architecture, or if an image left behind by that builder would be deployed.
func ImageCode(dir *string, opts *ImageCodeOptions) Code {
	if opts == nil {
		opts = &ImageCodeOptions{}
	}
	return &imageCode{
		dir:     prop.Value(dir),
		options: *opts,
		docker:  sync.OnceValue(func() dockerbuild.Verdict { return dockerbuild.Inspect(context.Background()) }),
	}
}

type imageCode struct {
	dir     string
	options ImageCodeOptions
	docker  func() dockerbuild.Verdict
}

func (c *imageCode) check() problems {
	var found problems
	const property = "Code: ImageCode"
	if info, err := os.Stat(c.dir); err != nil || !info.IsDir() {
		found.Add(property, "dir: %q is not a folder; give the folder of a Dockerfile, absolute or relative to the working directory", c.dir)
	} else {
		file := "Dockerfile"
		if c.options.File != nil {
			file = *c.options.File
		}
		if info, err := os.Stat(filepath.Join(c.dir, file)); err != nil || info.IsDir() || !filepath.IsLocal(file) {
			found.Add(property, "File: %q is no file in %q; give a Dockerfile, relative to it", file, c.dir)
		}
	}
	checkImageConfig(&found, property, c.options.WorkingDirectory)
	if text := c.docker().Classic; text != "" {
		found.Add(property, "%s", text)
	}
	return found
}

func (c *imageCode) warnings() []warning {
	var all []warning
	for _, text := range c.docker().Warnings {
		all = append(all, warning{"@dualarch/dualarch:docker", text})
	}
	return all
}

func (c *imageCode) start() start { return imageStart() }

func (c *imageCode) build(arch architecture) (asset, error) {
	platform := awsecrassets.Platform_LINUX_AMD64
	if arch == arm64 {
		platform = awsecrassets.Platform_LINUX_ARM64
	}
	options := c.options
	return func(scope constructs.Construct) deployed {
		// CDK adds the platform to the asset's hash: the images never share one.
		made := awsecrassets.NewDockerImageAsset(scope, jsii.String(arch.id()+"Image"), &awsecrassets.DockerImageAssetProps{
			Directory:     jsii.String(c.dir),
			Platform:      platform(),
			File:          options.File,
			Target:        options.Target,
			BuildArgs:     options.BuildArgs,
			BuildContexts: options.BuildContexts,
			BuildSecrets:  options.BuildSecrets,
			BuildSsh:      options.BuildSsh,
			CacheFrom:     options.CacheFrom,
			CacheTo:       options.CacheTo,
			CacheDisabled: options.CacheDisabled,
			NetworkMode:   options.NetworkMode,
			Exclude:       options.Exclude,
		})
		if c.docker().Reached {
			if text := dockerbuild.Stale(context.Background(), *made.AssetHash(), arch.goarch()); text != "" {
				awscdk.Annotations_Of(made).AddError(jsii.String(text))
			}
		}
		return deployed{
			code: pushedImage(made.Repository(), made.ImageTag(), &awslambda.EcrImageCodeProps{
				Cmd:              options.Cmd,
				Entrypoint:       options.Entrypoint,
				WorkingDirectory: options.WorkingDirectory,
			}),
			hash:     *made.AssetHash(),
			files:    guard.Package{Name: guard.Code, Path: c.dir, Hash: *made.AssetHash(), Image: c.source()},
			describe: func(function awscdk.CfnResource) { made.AddResourceMetadata(function, jsii.String("Code.ImageUri")) },
		}
	}, nil
}

// source returns what the guard reads: the Dockerfile, and the files of dir that it
// can copy.
func (c *imageCode) source() *dockerfile.Options {
	return &dockerfile.Options{
		File:     prop.Value(c.options.File),
		Target:   prop.Value(c.options.Target),
		Args:     prop.ValueMap(c.options.BuildArgs),
		Contexts: slices.Sorted(maps.Keys(prop.ValueMap(c.options.BuildContexts))),
		Exclude:  prop.Values(c.options.Exclude),
	}
}
