package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Bucket tells the function of new objects.
func Bucket(stack awscdk.Stack, fn dualarch.DualArchFunction) {
	bucket := awss3.NewBucket(stack, jsii.String("Uploads"), nil)
	fn.AddEventSource(awslambdaeventsources.NewS3EventSourceV2(bucket, &awslambdaeventsources.S3EventSourceProps{
		Events:  &[]awss3.EventType{awss3.EventType_OBJECT_CREATED},
		Filters: &[]*awss3.NotificationKeyFilter{{Prefix: jsii.String("orders/")}},
	}))
}
