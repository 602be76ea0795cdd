package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// RestApi puts a REST API before the function.
func RestApi(stack awscdk.Stack, live awslambda.Alias) {
	api := awsapigateway.NewRestApi(stack, jsii.String("Rest"), nil)
	orders := api.Root().AddResource(jsii.String("orders"), nil)
	orders.AddMethod(jsii.String("GET"), awsapigateway.NewLambdaIntegration(live, nil), &awsapigateway.MethodOptions{
		AuthorizationType: awsapigateway.AuthorizationType_IAM,
	})
}
