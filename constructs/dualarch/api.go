package dualarch

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// ApiProps are the properties of an Api.
type ApiProps struct {
	// ApiName is the name of the API.
	//
	// Default: the construct's id.
	ApiName *string

	// CorsPreflight lets browsers call the API from other origins; see ApiOptions.PreflightRoutes. AllowHeaders needs
	// "Authorization" for callers that sign or have a token; IAM needs "X-Amz-Date" and "X-Amz-Security-Token" too.
	//
	// Default: no CORS.
	CorsPreflight *awsapigatewayv2.CorsPreflightOptions

	// Throttle limits what callers may send to the whole API: requests per second
	// (RateLimit) and at once (BurstLimit).
	//
	// Default: 100 requests per second and 200 at once.
	Throttle *awsapigatewayv2.ThrottleSettings

	// AccessLogRetention is how long the log group keeps the access log.
	//
	// Default: awslogs.RetentionDays_ONE_MONTH.
	AccessLogRetention awslogs.RetentionDays

	// AccessLogRemovalPolicy decides what happens to the access log's group when
	// its stack is deleted.
	//
	// Default: awscdk.RemovalPolicy_DESTROY.
	AccessLogRemovalPolicy awscdk.RemovalPolicy
}

// Api is an HTTP API with a stage that writes access logs and throttles. Its
// routes need IAM authorisation unless a route says otherwise. A DualArchFunction
// makes one for itself; several can share one through ApiOptions.HttpApi.
type Api interface {
	constructs.Construct
	// HttpApi is the API itself.
	HttpApi() awsapigatewayv2.HttpApi
	// Stage is its only stage, "$default"; Stage().Url() ends with a slash.
	Stage() awsapigatewayv2.HttpStage
	// AccessLogGroup holds one JSON line per request.
	AccessLogGroup() awslogs.LogGroup
}

type api struct {
	constructs.Construct
	httpApi        awsapigatewayv2.HttpApi
	stage          awsapigatewayv2.HttpStage
	accessLogGroup awslogs.LogGroup
}

func (a *api) HttpApi() awsapigatewayv2.HttpApi { return a.httpApi }
func (a *api) Stage() awsapigatewayv2.HttpStage { return a.stage }
func (a *api) AccessLogGroup() awslogs.LogGroup { return a.accessLogGroup }

// NewApi makes an HTTP API that functions can share. props may be nil. If they
// are wrong it panics with every problem before anything is created.
func NewApi(scope constructs.Construct, id *string, props *ApiProps) Api {
	if props == nil {
		props = &ApiProps{}
	}
	var found problems
	found.Place(scope, id)
	append(found, props.check("")...).Refuse("Api", prop.Path(scope, id))

	a := &api{}
	constructs.NewConstruct_Override(a, scope, id)
	name := props.ApiName
	if name == nil {
		name = id
	}
	a.httpApi = awsapigatewayv2.NewHttpApi(a, jsii.String("HttpApi"), &awsapigatewayv2.HttpApiProps{
		ApiName:            name,
		CorsPreflight:      props.CorsPreflight,
		CreateDefaultStage: jsii.Bool(false),
		DefaultAuthorizer:  &iamAuthorizer{},
	})
	a.accessLogGroup = awslogs.NewLogGroup(a, jsii.String("AccessLogs"), &awslogs.LogGroupProps{
		Retention:     prop.Retention(props.AccessLogRetention),
		RemovalPolicy: removalPolicy(props.AccessLogRemovalPolicy),
	})
	a.stage = awsapigatewayv2.NewHttpStage(a, jsii.String("Stage"), &awsapigatewayv2.HttpStageProps{
		HttpApi:           a.httpApi,
		AutoDeploy:        jsii.Bool(true),
		AccessLogSettings: &accessLog{a.accessLogGroup},
		Throttle:          throttle(props.Throttle),
	})
	return a
}

// throttle returns the caller's limits, with defaults for those left out.
func throttle(given *awsapigatewayv2.ThrottleSettings) *awsapigatewayv2.ThrottleSettings {
	settings := prop.Value(given)
	if settings.RateLimit == nil {
		settings.RateLimit = jsii.Number(100)
	}
	if settings.BurstLimit == nil {
		settings.BurstLimit = jsii.Number(200)
	}
	return &settings
}

// accessLog implements awsapigatewayv2.IAccessLogSettings, for which CDK has no
// class.
type accessLog struct{ group awslogs.LogGroup }

func (l *accessLog) Destination() awsapigatewayv2.IAccessLogDestination {
	return awsapigatewayv2.NewLogGroupLogDestination(l.group)
}

// Format returns one JSON object per line: who asked for what and why it was
// refused, but no query string, header or body.
func (l *accessLog) Format() awsapigateway.AccessLogFormat {
	line, err := json.Marshal(map[string]string{
		"requestId":          "$context.requestId",
		"requestTime":        "$context.requestTime",
		"ip":                 "$context.identity.sourceIp",
		"caller":             "$context.identity.userArn",
		"httpMethod":         "$context.httpMethod",
		"path":               "$context.path",
		"routeKey":           "$context.routeKey",
		"protocol":           "$context.protocol",
		"status":             "$context.status",
		"responseLength":     "$context.responseLength",
		"integrationLatency": "$context.integrationLatency",
		"integrationError":   "$context.integrationErrorMessage",
		"error":              "$context.error.message",
	})
	if err != nil {
		panic(err) // a map of strings has a JSON form
	}
	return awsapigateway.AccessLogFormat_Custom(jsii.String(string(line)))
}
