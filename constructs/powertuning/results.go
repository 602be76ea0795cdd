package powertuning

import (
	"fmt"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/nag"
	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// Results are where the verdict of each execution is kept and announced, by one more step that comes last: as an object
// in a bucket, as an event on EventBridge, and as metrics in CloudWatch. What fails there is said in the execution's
// output and takes nothing from it.
type Results struct {
	// Bucket in the stack's account and region that keeps each output and, as latest.json, the last of each target.
	//
	// Default: a new bucket, which is encrypted, takes TLS 1.2 or newer only, blocks public access, and has versions.
	Bucket awss3.IBucket
	// Prefix of the keys in Bucket: parts that consist of letters, digits and ! - _ . and each end with a slash.
	// Nothing else in the bucket can be read or written.
	//
	// Default: "dualarch/" in a Bucket that was given, else none.
	Prefix *string
	// Expiration is after how long the new bucket's objects are deleted, in whole days. A latest.json counts from its
	// last verdict; versions that it replaced are kept for 30 days.
	//
	// Default: 400 days.
	Expiration awscdk.Duration
	// RemovalPolicy of the new bucket. CloudFormation can delete it only if it is empty.
	//
	// Default: awscdk.RemovalPolicy_RETAIN.
	RemovalPolicy awscdk.RemovalPolicy
	// EventBus that gets an event for each verdict.
	//
	// Default: the default bus of the account and region.
	EventBus awsevents.IEventBus
}

const (
	defaultExpiration = 400 // days
	overwrittenDays   = 30  // in the new bucket, of a latest.json before, or of an object that somebody deleted
	defaultPrefix     = "dualarch/"
)

// results are what exists for Results.
type results struct {
	given  *Results
	bucket awss3.IBucket
}

// KeepResults keeps and announces the verdicts of all targets.
func (p *powerTuning) KeepResults(given *Results) {
	var found problems
	found = append(found, p.ResultsProblems(given)...)
	found.Stop(fmt.Sprintf("PowerTuning %q cannot keep results", *p.Node().Path()))
	if given == nil || p.results != nil {
		return
	}
	r := &results{given: given, bucket: given.Bucket}
	prefix := prop.Value(given.Prefix)
	if r.bucket == nil {
		r.bucket = newResultsBucket(p, given, p.settings.props)
		if p.nag != nil {
			nag.Explain(r.bucket, nag.Reason{Rule: "AwsSolutions-S1", Why: "It holds the verdicts of this tuner, one object for each execution; CloudTrail says who reads them."})
		}
	} else if given.Prefix == nil {
		prefix = defaultPrefix
	}
	bus := p.FormatArn(&awscdk.ArnComponents{Service: jsii.String("events"), Resource: jsii.String("event-bus"), ResourceName: jsii.String("default")})
	if given.EventBus != nil {
		bus = given.EventBus.EventBusArn()
	}
	p.results = r
	p.defaults.Results = &input.Results{Bucket: *r.bucket.BucketName(), Prefix: prefix, EventBus: *bus}

	publish := p.settings.newStep(publishStep)
	p.steps[asl.Publish] = publish
	p.machine.AddToRolePolicy(allow([]string{"lambda:InvokeFunction"}, publish.FunctionArn()))
	kept, latest := r.bucket.ArnForObjects(jsii.String(prefix+"*")), r.bucket.ArnForObjects(jsii.String(prefix+"*/latest.json"))
	publish.AddToRolePolicy(allow([]string{"s3:PutObject"}, kept))
	publish.AddToRolePolicy(allow([]string{"s3:GetObject"}, latest))
	publish.AddToRolePolicy(allow([]string{"events:PutEvents"}, bus))
	if key := keyOf(r.bucket, p.settings.props); key != nil {
		publish.AddToRolePolicy(allow([]string{"kms:Decrypt", "kms:GenerateDataKey"}, key.KeyArn()))
	}
	if p.nag != nil {
		explainPolicy(publish.Role(),
			p.nag.star(asl.Publish),
			nag.Wildcard("Results of executions, below one prefix; the names of targets and executions are not known before.", p.nag.name(kept), p.nag.name(latest)))
	}
}

// ResultsProblems returns what would be wrong with results to be kept by this PowerTuning.
func (p *powerTuning) ResultsProblems(given *Results) []string {
	if given == nil {
		return nil
	}
	found := given.Problems("Results")
	if len(found) == 0 && p.results != nil && !p.results.given.same(given) {
		found = append(found, fmt.Sprintf("Results: the PowerTuning %q has other results already; give the same everywhere, or a PowerTuning of its own", *p.Node().Path()))
	}
	return found
}

var keyPrefix = regexp.MustCompile(`^([A-Za-z0-9!_-][A-Za-z0-9!_.-]*/)+$`)

// longestPrefix leaves room for the names of targets and executions in a key's 1024 bytes.
const longestPrefix = 400

// Problems returns what is wrong with the results, each with the property's name in front.
func (r *Results) Problems(property string) []string {
	if r == nil {
		return nil
	}
	var found problems
	if r.Prefix != nil && *r.Prefix != "" && (*awscdk.Token_IsUnresolved(r.Prefix) || len(*r.Prefix) > longestPrefix || !keyPrefix.MatchString(*r.Prefix)) {
		found.Add(property+".Prefix", "%q cannot begin a key; give at most %d letters, digits and ! - _ . in parts that each end with a slash, such as \"tuning/\"", *r.Prefix, longestPrefix)
	}
	if r.Bucket != nil {
		if r.Expiration != nil {
			found.Add(property+".Expiration", "the bucket that was given has rules of its own; leave one of them out")
		}
		if r.RemovalPolicy != "" {
			found.Add(property+".RemovalPolicy", "the bucket that was given has its own; leave one of them out")
		}
	}
	seconds := 24 * 60 * 60
	checkSeconds(property+".Expiration", r.Expiration, 24*60*60, 100*365*24*60*60, "how long results are kept; give whole days, 1 or more", &seconds, &found)
	if seconds%(24*60*60) != 0 {
		found.Add(property+".Expiration", "%v seconds is not how long results are kept; give whole days, 1 or more", seconds)
	}
	return found
}

// same reports whether two descriptions ask for the same.
func (r *Results) same(other *Results) bool {
	return r == other || other != nil && pathOf(r.Bucket) == pathOf(other.Bucket) && pathOf(r.EventBus) == pathOf(other.EventBus) &&
		prop.Value(r.Prefix) == prop.Value(other.Prefix) && days(r.Expiration) == days(other.Expiration) &&
		r.RemovalPolicy == other.RemovalPolicy
}

// pathOf returns a construct's path, "" if there is none.
func pathOf(c constructs.IConstruct) string {
	if c == nil {
		return ""
	}
	return *c.Node().Path()
}

// days returns how long results are kept.
func days(expiration awscdk.Duration) float64 {
	if expiration == nil {
		return defaultExpiration
	}
	return *expiration.ToDays(nil)
}

func newResultsBucket(scope constructs.Construct, r *Results, props *PowerTuningProps) awss3.Bucket {
	removal := r.RemovalPolicy
	if removal == "" {
		removal = awscdk.RemovalPolicy_RETAIN
	}
	encryption := awss3.BucketEncryption_S3_MANAGED
	var bucketKey *bool
	if props.EncryptionKey != nil {
		encryption, bucketKey = awss3.BucketEncryption_KMS, jsii.Bool(true)
	}
	return awss3.NewBucket(scope, jsii.String("Results"), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		BucketKeyEnabled:  bucketKey,
		Encryption:        encryption,
		EncryptionKey:     props.EncryptionKey,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("Expire"),
			Expiration:                          awscdk.Duration_Days(jsii.Number(days(r.Expiration))),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(overwrittenDays)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
		Versioned:     jsii.Bool(true),
		RemovalPolicy: removal,
	})
}

func (p *powerTuning) Publish() awslambda.Function { return p.steps[asl.Publish] }

func (p *powerTuning) ResultsBucket() awss3.IBucket {
	if p.results == nil {
		return nil
	}
	return p.results.bucket
}

func (p *powerTuning) GrantReadResults(grantee awsiam.IGrantable) awsiam.Grant {
	if p.results == nil {
		panic(fmt.Errorf("PowerTuning %q keeps no results; give PowerTuningProps.Results", *p.Node().Path()))
	}
	return p.results.bucket.GrantRead(grantee, jsii.String(p.defaults.Results.Prefix+"*"))
}
