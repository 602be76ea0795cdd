package dualarch

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// ApiProps describe an HTTP API.
type ApiProps struct {
	// ApiName is the name of the API.
	//
	// Default: the construct's id.
	ApiName *string

	// Throttle limits what callers may send to the whole API: requests a second
	// (RateLimit) and at once (BurstLimit).
	//
	// Default: 100 requests a second and 200 at once.
	Throttle *awsapigatewayv2.ThrottleSettings

	// AccessLogRetention says how long the log group keeps the access log.
	//
	// Default: awslogs.RetentionDays_ONE_MONTH.
	AccessLogRetention awslogs.RetentionDays

	// AccessLogRemovalPolicy says what happens to the access log's group when its
	// stack is deleted.
	//
	// Default: awscdk.RemovalPolicy_DESTROY.
	AccessLogRemovalPolicy awscdk.RemovalPolicy
}

// Api is an HTTP API with a stage of its own that writes access logs and
// throttles. A route of it needs IAM authorisation unless the route says
// otherwise. A DualArchFunction makes one for itself; several can share one by
// ApiOptions.HttpApi.
type Api interface {
	constructs.Construct
	// HttpApi is the API itself.
	HttpApi() awsapigatewayv2.HttpApi
	// Stage is its only stage, "$default"; Stage().Url() ends with a slash.
	Stage() awsapigatewayv2.HttpStage
	// AccessLogGroup holds one JSON line a request.
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

// NewApi makes an HTTP API that functions can share. props may be nil. It panics
// with all that is wrong with them before anything is created.
func NewApi(scope constructs.Construct, id *string, props *ApiProps) Api {
	if props == nil {
		props = &ApiProps{}
	}
	props.check("").Refuse("Api", prop.Path(scope, id))

	a := &api{}
	constructs.NewConstruct_Override(a, scope, id)
	name := props.ApiName
	if name == nil {
		name = id
	}
	a.httpApi = awsapigatewayv2.NewHttpApi(a, jsii.String("HttpApi"), &awsapigatewayv2.HttpApiProps{
		ApiName:            name,
		CreateDefaultStage: jsii.Bool(false),
		DefaultAuthorizer:  awsapigatewayv2authorizers.NewHttpIamAuthorizer(),
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

// throttle fills in what the caller left out.
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

// accessLog implements awsapigatewayv2.IAccessLogSettings, which CDK leaves to
// its users in Go.
type accessLog struct{ group awslogs.LogGroup }

func (l *accessLog) Destination() awsapigatewayv2.IAccessLogDestination {
	return awsapigatewayv2.NewLogGroupLogDestination(l.group)
}

// Format is one JSON object a line. It holds who asked for what and why it was
// refused, and no query string, header or body.
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
