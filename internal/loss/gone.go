package loss

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/cfn"
)

// describeGone says what goes with a resource that is deleted or replaced.
func (c *comparison) describeGone(f *Finding, p *pair, id string) {
	r := p.old.Resources[id]
	if f.Effect != Deleted && p.new != nil && retained(p.new.Resources[id].UpdateReplacePolicy) {
		f.Consequence = "the one of today stays beside the new one, which begins empty, and belongs to no stack"
		f.Loses = goneWith[r.Type].loses
		return
	}
	switch r.Type {
	case cfn.FunctionType:
		c.goneFunction(f, p, id)
	case "AWS::Lambda::EventSourceMapping":
		c.goneMapping(f, p, id)
	case "AWS::Lambda::Version":
		c.goneVersion(f, p, id)
	case permissionType:
		c.gonePermission(f, p, id)
	case "AWS::ApiGateway::Deployment":
		f.Harmless = f.Effect != Deleted || c.successor(p, id, "RestApiId") != ""
		f.Consequence = "each change of an API makes a new deployment of it"
	case "AWS::Lambda::LayerVersion":
		f.Harmless = f.Effect != Deleted || c.successor(p, id) != ""
		f.Consequence = "functions that use this version keep it"
	default:
		gone := goneWith[r.Type]
		f.Consequence = gone.text
		if f.Consequence == "" {
			f.Consequence = "what it holds, and its name or ARN, go with it"
		}
		f.Loses = gone.loses
	}
}

// gone is what goes with a resource of a type.
type gone struct {
	text  string
	loses []string
}

var goneWith = map[string]gone{
	"AWS::Lambda::Url":                          {"its address goes: the next one has another", []string{Address}},
	"AWS::Lambda::Alias":                        {"its ARN does not answer meanwhile: callers that have it fail", []string{Address}},
	"AWS::ApiGatewayV2::Api":                    {"its address goes: the next one has another", []string{Address}},
	"AWS::ApiGateway::RestApi":                  {"its address goes: the next one has another", []string{Address}},
	"AWS::AppSync::GraphQLApi":                  {"its address goes: the next one has another", []string{Address}},
	"AWS::ApiGatewayV2::Stage":                  {"callers of its address get an error", []string{Address}},
	"AWS::ApiGateway::Stage":                    {"callers of its address get an error", []string{Address}},
	"AWS::ApiGatewayV2::Route":                  {"requests to it get 404", []string{Address}},
	"AWS::ApiGateway::Resource":                 {"requests to it get an error", []string{Address}},
	"AWS::ApiGateway::Method":                   {"requests to it get an error", []string{Address}},
	"AWS::ApiGatewayV2::DomainName":             {"callers of the domain do not reach the API until DNS has the new target", []string{Address}},
	"AWS::ApiGateway::DomainName":               {"callers of the domain do not reach the API until DNS has the new target", []string{Address}},
	"AWS::ApiGatewayV2::ApiMapping":             {"callers of the domain do not reach the API", []string{Address}},
	"AWS::ApiGateway::BasePathMapping":          {"callers of the domain do not reach the API", []string{Address}},
	"AWS::CloudFront::Distribution":             {"its address goes: the next one has another", []string{Address}},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {"its address goes: the next one has another", []string{Address}},
	"AWS::SQS::Queue":                           {"its messages go, and its URL and ARN", []string{Address}},
	"AWS::SNS::Topic":                           {"its ARN and the subscriptions of others go", []string{Address}},
	"AWS::SNS::Subscription":                    {"what is published meanwhile does not arrive", nil},
	"AWS::Kinesis::Stream":                      {"its records go, and the positions of all its readers", []string{Position}},
	"AWS::DynamoDB::Table":                      {"its items go, and its stream with the positions of all its readers", []string{Position}},
	"AWS::DynamoDB::GlobalTable":                {"its items go, in all regions, and its streams with the positions of all their readers", []string{Position}},
	"AWS::S3::Bucket":                           {"its name goes; CloudFormation deletes a bucket only if it is empty, else the deployment ends with an error", []string{Address}},
	"AWS::Logs::LogGroup":                       {"its events go", []string{LogGroup}},
	"Custom::LogRetention":                      {"the log group stays; its retention is nobody's any more", nil},
	"AWS::IAM::Role":                            {"policies of others that name it, such as a bucket's or a key's, stop working even for a role of the same name", nil},
	"AWS::IAM::Policy":                          {"what it allows is denied", nil},
	"AWS::IAM::ManagedPolicy":                   {"what it allows is denied", nil},
	"AWS::Events::Rule":                         {"what happens meanwhile is not delivered", nil},
	"AWS::Scheduler::Schedule":                  {"a time that comes meanwhile is missed", nil},
	"AWS::CloudWatch::Alarm":                    {"its history goes, and its state begins anew", nil},
	"AWS::Lambda::EventInvokeConfig":            {"asynchronous invocations have Lambda's defaults meanwhile: two retries, no destination", nil},
	"AWS::CodeDeploy::Application":              {"its deployments' history goes", nil},
	"AWS::CodeDeploy::DeploymentGroup":          {"its deployments' history goes", nil},
	"AWS::EC2::SecurityGroup":                   {"rules of other groups that name it go", nil},
}

// goneFunction also says what becomes of the function's log.
func (c *comparison) goneFunction(f *Finding, p *pair, id string) {
	r := p.old.Resources[id]
	text := "its ARN, versions and aliases go; callers that have them, in no template perhaps, fail"
	f.Loses = []string{Address}
	if logging, _ := r.Properties["LoggingConfig"].(map[string]any); logging["LogGroup"] == nil {
		name := "/aws/lambda/<its name>"
		if given, is := r.Properties["FunctionName"].(string); is {
			name = "/aws/lambda/" + given
		}
		if c.successorNamed(p, id) == "" {
			text += fmt.Sprintf("; its log group %s is orphaned: it stays, and nobody writes to it", name)
			f.Loses = append(f.Loses, LogGroup)
		}
	}
	f.Consequence = text
}

// successorNamed returns the new function of the same name, which goes on with the log.
func (c *comparison) successorNamed(p *pair, id string) string {
	if p.new == nil || p.old.Resources[id].Properties["FunctionName"] == nil {
		return ""
	}
	if p.kept(id) && p.customName(id) != "" {
		return id
	}
	return c.successor(p, id, "FunctionName")
}

// goneMapping says whether a position goes with a mapping.
func (c *comparison) goneMapping(f *Finding, p *pair, id string) {
	r := p.old.Resources[id]
	next := id
	if f.Effect == Deleted {
		next = c.successor(p, id, "EventSourceArn", "SelfManagedEventSource")
	}
	position, isStream := r.Properties["StartingPosition"].(string)
	switch {
	case !isStream && next == "":
		f.Consequence = "its source is not read any more; messages wait in it until they expire"
	case !isStream:
		f.Consequence = "its source is not read for a minute; messages wait in it"
	case next == "":
		f.Consequence = "its position in the stream goes: nobody reads on"
	default:
		if given, is := p.new.Resources[next].Properties["StartingPosition"].(string); is {
			position = given
		}
		f.Consequence = "its position in the stream goes: " + beginning(position)
	}
	if isStream {
		f.Loses = []string{Position}
	}
}

// beginning says what a mapping without a position does.
func beginning(position string) string {
	switch position {
	case "TRIM_HORIZON":
		return "the next one begins at TRIM_HORIZON and delivers again whatever the stream still holds"
	case "LATEST":
		return "the next one begins at LATEST and skips what arrives meanwhile"
	}
	return "the next one begins at " + position
}

// goneVersion leaves out versions that another one follows: each deployment of code publishes one.
func (c *comparison) goneVersion(f *Finding, p *pair, id string) {
	f.Harmless = f.Effect == Replaced || c.successor(p, id, "FunctionName") != ""
	f.Consequence = "each change of a function publishes a new version; callers that have this one by its number fail"
	if !f.Harmless {
		f.Loses = []string{Address}
	}
}
