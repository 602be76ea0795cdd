package dualarch

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/internal/guard"
)

// EcrImageOptions are which images of a repository the siblings run.
type EcrImageOptions struct {
	// Tag is the prefix of both tags: the siblings run <Tag>-x86_64 and <Tag>-arm64.
	// It may be a token, such as a parameter of the stack: a new value publishes a
	// new version.
	//
	// Default: none; X86 and Arm64 are then required.
	Tag *string

	// X86 is the tag, or the digest "sha256:…", of the x86_64 image.
	//
	// Default: <Tag>-x86_64.
	X86 *string

	// Arm64 is the tag, or the digest "sha256:…", of the arm64 image.
	//
	// Default: <Tag>-arm64.
	Arm64 *string

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

// EcrImage returns code that is one image per architecture, in a repository of Amazon
// ECR in the stack's region. Lambda takes no image index, so one tag cannot serve
// both architectures.
//
// CloudFormation compares tags, not images: a new image under the old tag is not
// deployed. Give a new tag each time (NewDualArchRepository makes tags immutable), or
// digests.
func EcrImage(repository awsecr.IRepository, opts *EcrImageOptions) Code {
	if opts == nil {
		opts = &EcrImageOptions{}
	}
	code := &ecrImage{repository: repository, options: *opts, names: map[architecture]string{}}
	for arch, own := range map[architecture]*string{x86: opts.X86, arm64: opts.Arm64} {
		switch {
		case own != nil:
			code.names[arch] = *own
		case opts.Tag != nil:
			code.names[arch] = *opts.Tag + "-" + string(arch)
		}
	}
	return code
}

type ecrImage struct {
	repository awsecr.IRepository
	options    EcrImageOptions
	names      map[architecture]string // tags or digests
}

var (
	imageTag    = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`)
	imageDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

func (c *ecrImage) check() problems {
	var found problems
	const property = "Code: EcrImage"
	if c.repository == nil {
		found.Add(property, "repository: nil was given; give an awsecr.IRepository, such as NewDualArchRepository(…).Repository()")
	}
	for _, arch := range architectures {
		name, given := c.names[arch]
		switch {
		case !given:
			found.Add(property, `%s: no image was given; give Tag for tags with the suffixes "-x86_64" and "-arm64", or the tag or digest of this architecture`, arch.id())
		case *awscdk.Token_IsUnresolved(name):
		case strings.HasPrefix(name, "sha256:") && !imageDigest.MatchString(name):
			found.Add(property, `%s: %q was given; give "sha256:" and 64 hexadecimal digits`, arch.id(), name)
		case !strings.HasPrefix(name, "sha256:") && !imageTag.MatchString(name):
			found.Add(property, `%s: %q was given; give a tag of at most 128 letters, digits, dots, hyphens and underscores, or a digest`, arch.id(), name)
		}
	}
	if name := c.names[x86]; name != "" && name == c.names[arm64] {
		found.Add(property, "Arm64: %q was given for both architectures; give one image each: Lambda takes no image for several", name)
	}
	checkImageConfig(&found, property, c.options.WorkingDirectory)
	return found
}

// checkImageConfig checks what replaces an image's own settings.
func checkImageConfig(found *problems, property string, workingDirectory *string) {
	if dir := workingDirectory; dir != nil && !strings.HasPrefix(*dir, "/") && !*awscdk.Token_IsUnresolved(dir) {
		found.Add(property, "WorkingDirectory: %q was given; give an absolute path, such as %q", *dir, "/var/task")
	}
}

// hasTokens reports whether a tag is a token.
func (c *ecrImage) hasTokens() bool {
	return *awscdk.Token_IsUnresolved(c.names[x86]) || *awscdk.Token_IsUnresolved(c.names[arm64])
}

func (c *ecrImage) warnings() []warning { return nil }

func (c *ecrImage) start() start { return imageStart() }

// imageStart is the runtime and handler that CDK wants for container images.
func imageStart() start {
	return start{awslambda.Runtime_FROM_IMAGE(), awslambda.Handler_FROM_IMAGE()}
}

func (c *ecrImage) build(arch architecture) (asset, error) {
	name := c.names[arch]
	hash, isDigest := strings.CutPrefix(name, "sha256:")
	if !isDigest {
		sum := sha256.Sum256([]byte(name))
		hash = hex.EncodeToString(sum[:])
	}
	tag := ""
	if *awscdk.Token_IsUnresolved(name) {
		tag = name
	}
	return func(constructs.Construct) deployed {
		return deployed{
			code: awslambda.Code_FromEcrImage(c.repository, &awslambda.EcrImageCodeProps{
				TagOrDigest:      jsii.String(name),
				Cmd:              c.options.Cmd,
				Entrypoint:       c.options.Entrypoint,
				WorkingDirectory: c.options.WorkingDirectory,
			}),
			hash:  hash,
			tag:   tag,
			files: guard.Package{Name: guard.Code, Opaque: guard.ImageInRepository},
		}
	}, nil
}
