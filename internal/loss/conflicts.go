package loss

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// nameProperty is the property by which a template names a resource: no two in an account and region have the same.
// CloudFormation makes up a name if there is none.
var nameProperty = map[string]string{
	cfn.FunctionType:                   "FunctionName",
	"AWS::IAM::Role":                   "RoleName",
	"AWS::IAM::ManagedPolicy":          "ManagedPolicyName",
	"AWS::Logs::LogGroup":              "LogGroupName",
	"AWS::SQS::Queue":                  "QueueName",
	"AWS::SNS::Topic":                  "TopicName",
	"AWS::DynamoDB::Table":             "TableName",
	"AWS::DynamoDB::GlobalTable":       "TableName",
	"AWS::Kinesis::Stream":             "Name",
	"AWS::S3::Bucket":                  "BucketName",
	"AWS::Events::EventBus":            "Name",
	"AWS::CloudWatch::Alarm":           "AlarmName",
	"AWS::StepFunctions::StateMachine": "StateMachineName",
	"AWS::CodeDeploy::Application":     "ApplicationName",
	"AWS::ECR::Repository":             "RepositoryName",
	"AWS::SecretsManager::Secret":      "Name",
	"AWS::SSM::Parameter":              "Name",
	"AWS::KMS::Alias":                  "AliasName",
	"AWS::ApiGatewayV2::DomainName":    "DomainName",
	"AWS::ApiGateway::DomainName":      "DomainName",
	"AWS::EC2::SecurityGroup":          "GroupName",
	"AWS::CloudWatch::Dashboard":       "DashboardName",
	"AWS::Lambda::CapacityProvider":    "CapacityProviderName",
	"AWS::StepFunctions::Activity":     "Name",
	"AWS::Scheduler::ScheduleGroup":    "Name",
	"AWS::Pipes::Pipe":                 "Name",
}

// combination are the properties that together tell resources of a type apart, of which a service takes each only once.
var combination = map[string][]string{
	"AWS::Lambda::Alias":               {"FunctionName", "Name"},
	"AWS::Lambda::Url":                 {"TargetFunctionArn", "Qualifier"},
	"AWS::Lambda::EventSourceMapping":  {"FunctionName", "EventSourceArn"},
	"AWS::Lambda::EventInvokeConfig":   {"FunctionName", "Qualifier"},
	"AWS::ApiGatewayV2::Route":         {"ApiId", "RouteKey"},
	"AWS::ApiGatewayV2::Stage":         {"ApiId", "StageName"},
	"AWS::ApiGateway::Resource":        {"RestApiId", "ParentId", "PathPart"},
	"AWS::ApiGateway::Method":          {"RestApiId", "ResourceId", "HttpMethod"},
	"AWS::ApiGateway::Stage":           {"RestApiId", "StageName"},
	"AWS::Events::Rule":                {"EventBusName", "Name"},
	"AWS::Scheduler::Schedule":         {"GroupName", "Name"},
	"AWS::CodeDeploy::DeploymentGroup": {"ApplicationName", "DeploymentGroupName"},
}

// optional are the properties of a combination that have a default.
var optional = map[string]bool{"Qualifier": true, "EventBusName": true, "GroupName": true}

// identity returns what a service tells a resource by, "" if the template leaves it to CloudFormation.
func (c *comparison) identity(a cfn.Assembly, t *cfn.Template, id string) string {
	r := t.Resources[id]
	if property := nameProperty[r.Type]; property != "" {
		value := r.Properties[property]
		if value == nil {
			return ""
		}
		return strings.Join([]string{r.Type, c.environment(t), c.meaning(a, t, value)}, " ")
	}
	properties := combination[r.Type]
	if properties == nil {
		return ""
	}
	parts := []string{r.Type, c.environment(t)}
	for _, property := range properties {
		value := r.Properties[property]
		if value == nil && !optional[property] {
			return ""
		}
		parts = append(parts, c.meaning(a, t, value))
	}
	return strings.Join(parts, " ")
}

// environment returns the account and region of a stack.
func (c *comparison) environment(t *cfn.Template) string {
	if c.placeless {
		return ""
	}
	return t.Environment
}

// meaning writes a value with what it refers to: a function by its name, whether the template gives its name or its
// ARN.
func (c *comparison) meaning(a cfn.Assembly, t *cfn.Template, value any) string {
	uses := cfn.References(value)
	if len(uses) == 0 && isLiteral(value) {
		return canonical(value)
	}
	if v, is := value.(map[string]any); is && len(uses) == 1 && len(v) == 1 {
		if target, known := a.Resolve(t, uses[0]); known {
			r := target.In.Resources[target.ID]
			if c.certain[place{target.In, target.ID}] {
				return "new " + c.label[target.In] + "/" + target.ID // of which nothing exists yet
			}
			if r.Type == cfn.FunctionType {
				if name, is := r.Properties["FunctionName"].(string); is {
					return canonical(name)
				}
				return c.label[target.In] + "/" + target.ID
			}
			return c.label[target.In] + "/" + target.ID + "." + target.Attribute
		}
	}
	return c.label[t] + "/" + canonical(value)
}

// findConflicts reports new resources that have the name of one that exists: CloudFormation creates before it deletes.
func (c *comparison) findConflicts() {
	existing := map[string]place{}
	note := func(a cfn.Assembly, t *cfn.Template) {
		for _, id := range t.IDs() {
			if key := c.identity(a, t, id); key != "" {
				existing[key] = place{t, id}
			}
		}
	}
	for _, p := range c.pairs {
		if p.old != nil {
			note(p.oldAssembly, p.old)
		}
	}
	for _, s := range c.stays {
		for _, t := range s.assembly {
			if t.Root() == s.Template {
				c.label[t] = "stays " + t.Path
				note(s.assembly, t)
			}
		}
	}
	for _, p := range c.pairs {
		for _, id := range p.created() {
			key := c.identity(p.newAssembly, p.new, id)
			there, taken := existing[key]
			if key == "" || !taken {
				continue
			}
			c.addConflict(p, id, there)
		}
	}
}

func (c *comparison) addConflict(p *pair, id string, there place) {
	r := p.new.Resources[id]
	f := Finding{Effect: Refused, Stack: p.new.Stack, Resource: p.new.Name(id), ID: id, Type: r.Type, Property: nameProperty[r.Type]}
	what := f.Property
	if what == "" {
		what = strings.Join(combination[r.Type], " and ")
	}
	f.Reason = fmt.Sprintf("it has the %s of %s, which exists as %s", what, there.in.Name(there.id), there.id)
	if c.label[there.in] != c.label[p.new] {
		f.Reason += " in another stack"
	}
	f.Consequence = "the deployment fails (409, already exists), because CloudFormation creates before it deletes; keep the id"
	if property := adoptedBy[r.Type]; property != "" && c.label[there.in] == c.label[p.new] {
		f.Consequence += fmt.Sprintf(": %s %q", property, there.id)
	}
	c.add(f)
}

// adoptedBy is the property of a DualArchFunction that keeps an id.
var adoptedBy = map[string]string{
	cfn.FunctionType:                  "Serving.Adopt.Function",
	"AWS::Lambda::Alias":              "Serving.Alias.Adopt",
	"AWS::IAM::Role":                  "Serving.Adopt.Role",
	"AWS::Logs::LogGroup":             "Serving.Adopt.LogGroup",
	"AWS::Lambda::EventSourceMapping": "Serving.Adopt.EventSources, whose value is",
}
