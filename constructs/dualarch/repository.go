package dualarch

import (
	"cmp"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// DualArchRepository is a repository for the images of EcrImage.
type DualArchRepository interface {
	constructs.Construct

	// Repository holds the images of both architectures.
	Repository() awsecr.Repository
}

// DualArchRepositoryProps are the properties of a DualArchRepository.
type DualArchRepositoryProps struct {
	// RepositoryName is the name of the repository: lower-case letters and digits,
	// with dots, hyphens, underscores and slashes between them.
	//
	// Default: a name that CloudFormation chooses.
	RepositoryName *string

	// UntaggedImageAge is the age, in days, at which images without a tag are removed.
	// Images with a tag are kept: a function may run them.
	//
	// Default: 14 days.
	UntaggedImageAge awscdk.Duration

	// Encryption of the images at rest. A change replaces the repository, without its
	// images.
	//
	// Default: awsecr.RepositoryEncryption_KMS if EncryptionKey is given, else
	// awsecr.RepositoryEncryption_AES_256, with keys of Amazon ECR.
	Encryption awsecr.RepositoryEncryption

	// EncryptionKey is your own key, in the repository's region, that encrypts the
	// images. Whoever deploys the repository needs kms:CreateGrant, kms:RetireGrant and
	// kms:DescribeKey on it.
	//
	// Default: none; with awsecr.RepositoryEncryption_KMS the key aws/ecr, which AWS
	// manages.
	EncryptionKey interfacesawskms.IKeyRef

	// RemovalPolicy decides what happens to the repository when its stack is deleted.
	//
	// Default: awscdk.RemovalPolicy_RETAIN: functions cannot start without their
	// images.
	RemovalPolicy awscdk.RemovalPolicy
}

type repository struct {
	constructs.Construct
	repository awsecr.Repository
}

// NewDualArchRepository makes a repository that scans pushed images and has immutable
// tags, so that what a function runs cannot change under it. Its outputs are the
// commands that log Docker in and that tag and push an image of each architecture:
//
//	Login      aws ecr get-login-password … | docker login …
//	TagX86     docker tag IMAGE:x86_64 …/name:TAG-x86_64
//	PushX86    docker push …/name:TAG-x86_64
//	TagArm64   docker tag IMAGE:arm64 …/name:TAG-arm64
//	PushArm64  docker push …/name:TAG-arm64
func NewDualArchRepository(scope constructs.Construct, id *string, props *DualArchRepositoryProps) DualArchRepository {
	if props == nil {
		props = &DualArchRepositoryProps{}
	}
	var found problems
	found.Place(scope, id)
	append(found, props.check()...).Refuse("DualArchRepository", prop.Path(scope, id))

	r := &repository{}
	constructs.NewConstruct_Override(r, scope, id)
	r.repository = awsecr.NewRepository(r, jsii.String("Repository"), &awsecr.RepositoryProps{
		RepositoryName:     props.RepositoryName,
		ImageScanOnPush:    jsii.Bool(true),
		ImageTagMutability: awsecr.TagMutability_IMMUTABLE,
		Encryption:         props.Encryption,
		EncryptionKey:      props.EncryptionKey,
		RemovalPolicy:      cmp.Or(props.RemovalPolicy, awscdk.RemovalPolicy_RETAIN),
		LifecycleRules: &[]*awsecr.LifecycleRule{{
			Description: jsii.String("Images without a tag, which no function runs by one"),
			TagStatus:   awsecr.TagStatus_UNTAGGED,
			MaxImageAge: cmp.Or(props.UntaggedImageAge, awscdk.Duration_Days(jsii.Number(14))),
		}},
	})
	r.output()
	return r
}

var repositoryName = regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*$`)

func (p *DualArchRepositoryProps) check() problems {
	var found problems
	if name := p.RepositoryName; name != nil && !*awscdk.Token_IsUnresolved(name) && (len(*name) < 2 || len(*name) > 256 || !repositoryName.MatchString(*name)) {
		found.Add("RepositoryName", "%q was given; give 2 to 256 lower-case letters and digits, with dots, hyphens, underscores and slashes between them, or leave it out", *name)
	}
	if age := p.UntaggedImageAge; age != nil && !*age.IsUnresolved() {
		days := age.ToDays(&awscdk.TimeConversionOptions{Integral: jsii.Bool(false)})
		found.Whole("UntaggedImageAge", days, 1, 3650, "days")
	}
	if p.EncryptionKey != nil && p.Encryption != nil && *p.Encryption.Value() != *awsecr.RepositoryEncryption_KMS().Value() {
		found.Add("Encryption", "%s was given beside EncryptionKey; give awsecr.RepositoryEncryption_KMS(), or leave it out", *p.Encryption.Value())
	}
	return found
}

// output adds an output with a command to type, in which IMAGE and TAG are to be
// replaced.
func (r *repository) output() {
	out := func(name, what string, line *string) {
		awscdk.NewCfnOutput(r, jsii.String(name), &awscdk.CfnOutputProps{Description: jsii.String(what), Value: line})
	}
	stack := awscdk.Stack_Of(r)
	out("Login", "Logs Docker in to the repository, for twelve hours", jsii.String(
		"aws ecr get-login-password --region "+*stack.Region()+
			" | docker login --username AWS --password-stdin "+*r.repository.RegistryUri()))
	for _, arch := range architectures {
		image := *r.repository.RepositoryUriForTag(jsii.String("TAG-" + string(arch)))
		out("Tag"+arch.id(), "Names the "+string(arch)+" image as EcrImage expects it", jsii.String("docker tag IMAGE:"+string(arch)+" "+image))
		out("Push"+arch.id(), "Pushes the "+string(arch)+" image", jsii.String("docker push "+image))
	}
}

func (r *repository) Repository() awsecr.Repository { return r.repository }
