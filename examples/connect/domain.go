package connect

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Domain gives the function's API a name of yours.
func Domain(stack awscdk.Stack, fn dualarch.DualArchFunction) {
	certificate := awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"),
		jsii.String("arn:aws:acm:eu-central-1:123456789012:certificate/11112222-3333-4444-5555-666677778888"))
	domain := awsapigatewayv2.NewDomainName(stack, jsii.String("Domain"), &awsapigatewayv2.DomainNameProps{
		DomainName: jsii.String("api.example.com"), Certificate: certificate,
	})
	awsapigatewayv2.NewApiMapping(stack, jsii.String("Mapping"), &awsapigatewayv2.ApiMappingProps{
		Api: fn.Api(), Stage: fn.Stage(), DomainName: domain, ApiMappingKey: jsii.String("orders"),
	})
	// The record in DNS leads to domain.RegionalDomainName().
}
