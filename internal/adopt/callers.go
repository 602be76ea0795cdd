package adopt

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/printable"
)

// Caller is a resource that the template shows to reach the function without an alias, or to watch it.
type Caller struct {
	Resource string `json:"resource"`
	Stack    string `json:"stack"`
	ID       string `json:"logicalId"`
	Type     string `json:"type"`
	Property string `json:"property"`
	// What it is, and Then what becomes of it.
	What string `json:"what"`
	Then string `json:"then"`
}

// Metric counts the invocations of the unqualified name: whatever is more than the callers of the template.
type Metric struct {
	Namespace  string            `json:"namespace"`
	Name       string            `json:"name"`
	Dimensions map[string]string `json:"dimensions"`
}

// What becomes of callers.
const (
	moves   = "moves to the alias: fn.AddEventSource leads it there, in place"
	stays   = "stays on $LATEST; each deployment changes what it reaches at once, until it gets fn.LiveServing()"
	both    = "stays; the alias gets a permission of its own from what is given fn.LiveServing()"
	pushes  = "moves to the alias at the first deployment if fn.AddEventSource or fn.LiveServing() leads it there; with fn.Serving() it stays on $LATEST, which each deployment changes at once"
	watches = "stays; it counts all versions and aliases together"
)

// kindsOfCallers are the types of resources that reach functions.
var kindsOfCallers = map[string]struct{ what, then string }{
	"AWS::Lambda::EventSourceMapping":             {"event source mapping", moves},
	"AWS::Lambda::Permission":                     {"permission", both},
	"AWS::Lambda::Url":                            {"Function URL", "stays on $LATEST with its address, which cannot be moved; one on fn.LiveServing() has another address"},
	"AWS::ApiGatewayV2::Integration":              {"integration of an HTTP or WebSocket API", stays},
	"AWS::ApiGatewayV2::Authorizer":               {"authorizer of an HTTP or WebSocket API", stays},
	"AWS::ApiGatewayV2::Api":                      {"HTTP API (quick create or definition)", stays},
	"AWS::ApiGateway::Method":                     {"method of a REST API", stays},
	"AWS::ApiGateway::Authorizer":                 {"authorizer of a REST API", stays},
	"AWS::ApiGateway::RestApi":                    {"REST API (definition)", stays},
	"AWS::Events::Rule":                           {"EventBridge rule", stays},
	"AWS::Scheduler::Schedule":                    {"schedule", stays},
	"AWS::Pipes::Pipe":                            {"EventBridge pipe", stays},
	"AWS::SNS::Subscription":                      {"SNS subscription", pushes},
	"AWS::S3::Bucket":                             {"S3 notification", pushes},
	"Custom::S3BucketNotifications":               {"S3 notification", pushes},
	"AWS::StepFunctions::StateMachine":            {"state machine", stays},
	"AWS::Logs::SubscriptionFilter":               {"subscription of a log group", stays},
	"AWS::Cognito::UserPool":                      {"trigger of a user pool", stays},
	"AWS::AppSync::DataSource":                    {"data source of AppSync", stays},
	"AWS::IoT::TopicRule":                         {"IoT rule", stays},
	"AWS::SES::ReceiptRule":                       {"receipt rule of SES", stays},
	"AWS::SecretsManager::RotationSchedule":       {"rotation of a secret", stays},
	"AWS::ElasticLoadBalancingV2::TargetGroup":    {"target group of a load balancer", stays},
	"AWS::CloudFormation::CustomResource":         {"custom resource", stays},
	"AWS::Config::ConfigRule":                     {"Config rule", stays},
	"AWS::KinesisFirehose::DeliveryStream":        {"transformation of Firehose", stays},
	"AWS::Bedrock::Agent":                         {"action group of an agent", stays},
	"AWS::CloudWatch::Alarm":                      {"alarm", watches},
	"AWS::CloudWatch::Dashboard":                  {"dashboard", watches},
	"AWS::ApplicationAutoScaling::ScalableTarget": {"scaling target", watches},
	"AWS::Lambda::Function":                       {"another function that has its name or ARN", stays},
	"AWS::IAM::Policy":                            {"policy: who has it may invoke the function", stays},
	"AWS::IAM::ManagedPolicy":                     {"policy: who has it may invoke the function", stays},
	"AWS::IAM::Role":                              {"policy of a role: who has it may invoke the function", stays},
	"AWS::Lambda::EventInvokeConfig":              {"settings of asynchronous invocations", "stay on $LATEST, and stand on the alias too"},
	"AWS::CloudFormation::Stack":                  {"nested stack, whose template is not beside this one", stays},
}

// belongs are types that are part of the function.
var belongs = []string{"AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::CDK::Metadata", "Custom::LogRetention", "AWS::Logs::LogGroup"}

// callers returns who reaches the function's unqualified name, in the order of stacks and paths.
func (s *subject) callers() []Caller {
	var all []Caller
	for _, t := range s.assembly {
		for _, id := range t.IDs() {
			r := t.Resources[id]
			if t == s.in && id == s.id || slices.Contains(belongs, r.Type) || r.Type == cfn.StackType && s.assembly.Nested(t, id) != nil {
				continue
			}
			if property, is := s.reached(t, r); is {
				all = append(all, newCaller(t, id, property))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(t.Outputs)) {
			if s.given(t, name) {
				all = append(all, Caller{
					Resource: t.Stack + "/" + name, Stack: t.Stack, ID: name, Type: "output", Property: "Value",
					What: "output that gives its name or ARN away", Then: stays,
				})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Caller) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Resource, b.Resource))
	})
	return all
}

func newCaller(t *cfn.Template, id, property string) Caller {
	r := t.Resources[id]
	c := Caller{Resource: t.Name(id), Stack: t.Stack, ID: id, Type: r.Type, Property: property}
	kind, known := kindsOfCallers[r.Type]
	switch {
	case known:
		c.What, c.Then = kind.what, kind.then
	case strings.HasPrefix(r.Type, "Custom::"):
		c.What, c.Then = "custom resource", stays
	default:
		c.What, c.Then = "resource that refers to it", stays
	}
	if principal, is := r.Properties["Principal"].(string); is && r.Type == "AWS::Lambda::Permission" {
		c.What += " of " + printable.Line(principal)
	}
	return c
}

// reached returns the property in which a resource refers to the function, and not to a version or an alias.
func (s *subject) reached(t *cfn.Template, r cfn.Resource) (property string, is bool) {
	if qualifier := r.Properties["Qualifier"]; qualifier != nil && qualifier != "$LATEST" {
		return "", false // a Function URL, or settings of asynchronous invocations
	}
	if at, is := s.means(t, s.unqualified(t, r.Properties)); is {
		return at, true
	}
	return s.mentioned("", r.Properties)
}

// means returns where a value of a template refers to the function itself.
func (s *subject) means(t *cfn.Template, value any) (at string, is bool) {
	for _, use := range cfn.References(value) {
		if target, known := s.assembly.Resolve(t, use); known && target.In == s.in && target.ID == s.id && (target.Attribute == "" || target.Attribute == "Arn") {
			return use.At, true
		}
	}
	return "", false
}

// mentioned returns the property that has the function's name or ARN in words.
func (s *subject) mentioned(at string, value any) (property string, is bool) {
	switch v := value.(type) {
	case string:
		name, _ := s.Properties["FunctionName"].(string)
		if strings.HasSuffix(at, "FunctionName") && v == name || strings.HasSuffix(v, ":function:"+name) || strings.Contains(v, ":function:"+name+"/invocations") {
			return at, name != ""
		}
		if strings.HasSuffix(at, "Value") && v == name && strings.Contains(at, "Dimensions") {
			return at, name != ""
		}
	case []any:
		for _, one := range v {
			if property, is := s.mentioned(at, one); is {
				return property, true
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			below := at
			if !strings.HasPrefix(key, "Fn::") {
				below = strings.TrimPrefix(at+"."+key, ".")
			}
			if property, is := s.mentioned(below, v[key]); is {
				return property, true
			}
		}
	}
	return "", false
}

// given reports whether an output of a stack that is deployed by itself has the function's name or ARN.
func (s *subject) given(t *cfn.Template, name string) bool {
	output, _ := t.Outputs[name].(map[string]any)
	if t.Parent != nil {
		return false // its parent's uses of it are found there
	}
	_, is := s.means(t, s.unqualified(t, output["Value"]))
	return is
}

// others is the metric that counts all invocations without an alias.
func (s *subject) others() *Metric {
	name := s.today().FunctionName
	if name == "" {
		name = "<physical id of " + s.id + ">"
	}
	return &Metric{Namespace: "AWS/Lambda", Name: "Invocations", Dimensions: map[string]string{"FunctionName": name, "Resource": name}}
}
