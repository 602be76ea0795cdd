package loss

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/cfn"
)

// open reads one template.
func open(t testing.TB, text string) []cfn.Assembly {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Shop.template.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	app, err := cfn.Open(path)
	require.NoError(t, err)
	return app
}

// compared returns a line for each finding.
func compared(t *testing.T, before, after string) []string {
	t.Helper()
	report, err := Compare(open(t, "Resources:\n"+before), open(t, "Resources:\n"+after))
	require.NoError(t, err)
	all := []string{}
	for _, f := range report.Findings {
		text := string(f.Effect) + " " + f.ID + ": " + f.Reason
		if f.Consequence != "" {
			text += ": " + f.Consequence
		}
		if len(f.Loses) > 0 {
			text += " [" + strings.Join(f.Loses, ", ") + "]"
		}
		if f.Harmless {
			text = "harmless: " + text
		}
		all = append(all, text)
	}
	return all
}

const (
	fn         = "  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders, Code: {S3Key: a}, MemorySize: 512}}\n"
	role       = "  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n"
	queue      = "  Queue: {Type: AWS::SQS::Queue}\n"
	table      = "  Table: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [a]}, DeletionPolicy: Retain, UpdateReplacePolicy: Retain}\n"
	stream     = "  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Fn, EventSourceArn: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON}}\n"
	nightly    = "  Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !GetAtt Fn.Arn}]}}\n"
	api        = "  Api: {Type: AWS::ApiGatewayV2::Api}\n  Integration: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationUri: !GetAtt Fn.Arn}}\n"
	permission = "  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}}\n"
	url        = "  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Fn.Arn, AuthType: NONE}}\n"
)

func TestCompare(t *testing.T) {
	for name, test := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":  {fn + role + queue + table + stream + url, fn + role + queue + table + stream + url, nil},
		"in place": {fn + queue, strings.Replace(fn, "MemorySize: 512", "Architectures: [arm64], MemorySize: 1024, Description: new", 1) + queue, nil},
		"written otherwise": {
			fn + url, strings.Replace(fn, "512", `"512"`, 1) + strings.Replace(url, "!GetAtt Fn.Arn", "{Fn::GetAtt: [Fn, Arn]}", 1), nil,
		},
		"everything": {fn + role + queue + table + stream + url, queue, []string{
			"deleted Fn: the new template has no Fn: its ARN, versions and aliases go; callers that have them, in no template perhaps, fail; its log group /aws/lambda/orders is orphaned: it stays, and nobody writes to it [address, log group]",
			"deleted Mapping: the new template has no Mapping: its position in the stream goes: nobody reads on [position]",
			"deleted Role: the new template has no Role: policies of others that name it, such as a bucket's or a key's, stop working even for a role of the same name",
			"deleted Url: the new template has no Url: its address goes: the next one has another [address]",
			"left behind Table: the new template has no Table, and its DeletionPolicy is Retain: it stays as it is, without a stack that changes or deletes it",
		}},
		"another name replaces": {fn + url, strings.Replace(fn, "orders", "orders2", 1) + url, []string{
			`replaced Fn: FunctionName changes from "orders" to "orders2": its ARN, versions and aliases go; callers that have them, in no template perhaps, fail; its log group /aws/lambda/orders is orphaned: it stays, and nobody writes to it [address, log group]`,
			"replaced Url: TargetFunctionArn refers to Shop/Fn, which is replaced: its address goes: the next one has another [address]",
		}},
		"zip to image": {fn, strings.Replace(fn, "S3Key", "ImageUri", 1), []string{
			"refused Fn: PackageType changes from Zip to Image, which replaces it, and its FunctionName stays the same: CloudFormation replaces no resource that has a name of yours: the whole deployment fails; keep the package type, or make a second function beside this one and move the callers one by one",
		}},
		"zip to image without a name": {
			strings.Replace(fn, "FunctionName: orders, ", "", 1), strings.Replace(strings.Replace(fn, "FunctionName: orders, ", "", 1), "Code: {S3Key: a}", "PackageType: Image, Code: {ImageUri: a}", 1), []string{
				"replaced Fn: PackageType changes from none to \"Image\": its ARN, versions and aliases go; callers that have them, in no template perhaps, fail; its log group /aws/lambda/<its name> is orphaned: it stays, and nobody writes to it; keep the package type, or make a second function beside this one and move the callers one by one [address, log group]",
			},
		},
		"a moved id": {fn, strings.Replace(fn, "  Fn:", "  Other:", 1), []string{
			`refused Other: it has the FunctionName of Shop/Fn, which exists as Fn: the deployment fails (409, already exists), because CloudFormation creates before it deletes; keep the id: Serving.Adopt.Function "Fn"`,
			"deleted Fn: the new template has no Fn: its ARN, versions and aliases go; callers that have them, in no template perhaps, fail [address]",
		}},
		"a stream's mapping under another id": {fn + table + stream, fn + table + strings.Replace(stream, "  Mapping:", "  Other:", 1), []string{
			`refused Other: it has the FunctionName and EventSourceArn of Shop/Mapping, which exists as Mapping: the deployment fails (409, already exists), because CloudFormation creates before it deletes; keep the id: Serving.Adopt.EventSources, whose value is "Mapping"`,
			"deleted Mapping: the new template has no Mapping: its position in the stream goes: the next one begins at TRIM_HORIZON and delivers again whatever the stream still holds [position]",
		}},
		"a stream that is replaced": {fn + table + stream, fn + strings.Replace(table, "[a]", "[b]", 1) + strings.Replace(stream, "TRIM_HORIZON", "LATEST", 1), []string{
			`replaced Mapping: StartingPosition changes from "TRIM_HORIZON" to "LATEST": its position in the stream goes: the next one begins at LATEST and skips what arrives meanwhile [position]`,
			`may be replaced Table: KeySchema changes from ["a"] to ["b"]: the one of today stays beside the new one, which begins empty, and belongs to no stack [position]`,
		}},
		"an API's address": {
			"  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n  Route: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /orders}}\n",
			"  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}\n  Other: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /orders}}\n",
			[]string{
				"deleted Route: the new template has no Route: requests to it get 404 [address]",
				`replaced Api: ProtocolType changes from "HTTP" to "WEBSOCKET": its address goes: the next one has another [address]`,
			},
		},
		"a route under another id": {
			"  Route: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: abc, RouteKey: GET /orders}}\n", "  Other: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: abc, RouteKey: GET /orders}}\n",
			[]string{
				"refused Other: it has the ApiId and RouteKey of Shop/Route, which exists as Route: the deployment fails (409, already exists), because CloudFormation creates before it deletes; keep the id",
				"deleted Route: the new template has no Route: requests to it get 404 [address]",
			},
		},
		"of another type": {queue, "  Queue: {Type: AWS::SNS::Topic}\n", []string{
			"refused Queue: it becomes a AWS::SNS::Topic: CloudFormation changes the type of no resource: the whole deployment fails; give one of both another logical id",
		}},
		"a type that nobody knows": {"  A: {Type: Acme::Own::Thing, Properties: {B: 1}}\n", "  A: {Type: Acme::Own::Thing, Properties: {B: 2}}\n", []string{
			"may be replaced A: B changes from 1 to 2: nothing is known of the properties of this type: what it holds, and its name or ARN, go with it",
		}},
		"a custom resource": {"  A: {Type: Custom::Thing, Properties: {B: 1}}\n", "  A: {Type: Custom::Thing, Properties: {B: 2}}\n", []string{
			"may be replaced A: B changes from 1 to 2: the code of the custom resource decides: what it holds, and its name or ARN, go with it",
		}},
		"two ways of writing": {
			"  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${AWS::StackName}-q'}}\n", "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: shop-q}}\n", []string{
				`may be replaced Q: QueueName changes from {"Fn::Sub":"${AWS::StackName}-q"} to "shop-q": its messages go, and its URL and ARN [address]`,
			},
		},
		"what each deployment does": {
			fn + "  V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}\n  D1: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: a}}\n  P1: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: events.amazonaws.com, Action: a}}\n",
			fn + "  V2: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}\n  D2: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: a}}\n  P2: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: events.amazonaws.com, Action: a}}\n",
			[]string{
				"harmless: deleted D1: the new template has no D1: each change of an API makes a new deployment of it",
				"harmless: deleted P1: the new template has no P1: another one of the same meaning is there first",
				"harmless: deleted V1: the new template has no V1: each change of a function publishes a new version; callers that have this one by its number fail",
			},
		},
		"a permission that nothing follows": {
			fn + "  P1: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: events.amazonaws.com, Action: a}}\n", fn,
			[]string{"deleted P1: the new template has no P1: events.amazonaws.com may not invoke the function any more"},
		},
		"a permission of a rule that still calls": {fn + nightly + permission, fn + nightly, []string{
			"deleted P: the new template has no P: events.amazonaws.com may not invoke the function any more",
		}},
		"a permission of a rule that calls another": {fn + nightly + permission, fn + strings.Replace(nightly, "Fn.Arn", "Other.Arn", 1), []string{
			"harmless: deleted P: the new template has no P: what it names calls the function no more, or calls an alias",
		}},
		"a permission of an API that still calls": {fn + api + strings.Replace(permission, "!GetAtt Rule.Arn", "!Sub 'arn:${Api}/*'", 1), fn + api, []string{
			"deleted P: the new template has no P: events.amazonaws.com may not invoke the function any more",
		}},
		"a permission of what goes": {fn + nightly + permission, nightly, []string{
			"deleted Fn: the new template has no Fn: its ARN, versions and aliases go; callers that have them, in no template perhaps, fail; its log group /aws/lambda/orders is orphaned: it stays, and nobody writes to it [address, log group]",
			"harmless: deleted P: the new template has no P: its function goes as well",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.want == nil {
				test.want = []string{}
			}
			require.Equal(t, test.want, compared(t, test.before, test.after))
		})
	}
}

// What the table says of the types that matter here.
func TestReplacementTable(t *testing.T) {
	for kind, want := range map[string]rule{
		"AWS::Lambda::Function":            {[]string{"FunctionName", "PackageType", "TenancyConfig"}, []string{"DurableConfig"}},
		"AWS::Lambda::Alias":               {[]string{"FunctionName", "Name"}, nil},
		"AWS::Lambda::Url":                 {[]string{"Qualifier", "TargetFunctionArn"}, nil},
		"AWS::Lambda::EventSourceMapping":  {[]string{"EventSourceArn", "SelfManagedEventSource", "StartingPosition", "StartingPositionTimestamp"}, nil},
		"AWS::Lambda::EventInvokeConfig":   {[]string{"FunctionName", "Qualifier"}, nil},
		"AWS::IAM::Role":                   {[]string{"Path", "RoleName"}, nil},
		"AWS::IAM::Policy":                 {nil, nil},
		"AWS::Logs::LogGroup":              {[]string{"LogGroupName"}, nil},
		"AWS::ApiGatewayV2::Api":           {[]string{"ProtocolType"}, nil},
		"AWS::ApiGatewayV2::Route":         {[]string{"ApiId"}, nil},
		"AWS::ApiGateway::RestApi":         {nil, nil},
		"AWS::Events::Rule":                {[]string{"Name"}, []string{"EventBusName"}},
		"AWS::SQS::Queue":                  {[]string{"FifoQueue", "QueueName"}, nil},
		"AWS::SNS::Subscription":           {[]string{"Endpoint", "Protocol", "TopicArn"}, []string{"Region"}},
		"AWS::DynamoDB::Table":             {[]string{"ImportSourceSpecification", "TableName"}, []string{"KeySchema"}},
		"AWS::CloudWatch::Alarm":           {[]string{"AlarmName"}, nil},
		"AWS::CodeDeploy::DeploymentGroup": {[]string{"ApplicationName", "DeploymentGroupName"}, nil},
		"AWS::CodeDeploy::Application":     {[]string{"ApplicationName", "ComputePlatform"}, nil},
		"AWS::Scheduler::Schedule":         {[]string{"Name"}, nil},
		"AWS::CloudFormation::Stack":       {nil, nil},
		"Custom::LogRetention":             {[]string{"LogGroupName"}, nil},
		asl.HealOnUpdate:                   {nil, nil},
		asl.HealOnDelete:                   {nil, nil},
	} {
		got, known := replacementOf(kind)
		require.True(t, known, kind)
		require.Equal(t, want, got, kind)
	}
	require.Greater(t, len(rules()), 1000)
	for kind := range goneWith {
		_, known := replacementOf(kind)
		require.True(t, known, "goneWith: %s", kind)
	}
	for kind, property := range nameProperty {
		r, known := replacementOf(kind)
		require.True(t, known, kind)
		require.Contains(t, r.always, property, kind)
	}
}

// Stacks that nothing pairs, and those that only one app has.
func TestStacks(t *testing.T) {
	write := func(stacks map[string]string) string {
		dir := filepath.Join(t.TempDir(), "cdk.out")
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for name, text := range stacks {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
		return dir
	}
	app := func(stacks map[string]string) []cfn.Assembly {
		read, err := cfn.Open(write(stacks))
		require.NoError(t, err)
		return read
	}
	const function = `{"Resources": {"%s": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "orders"}}}}`
	named := func(id string) string { return strings.Replace(function, "%s", id, 1) }
	none := `{"Resources": {}}`

	report, err := Compare(app(map[string]string{"A.template.json": named("Fn"), "B.template.json": none, "C.template.json": none}),
		app(map[string]string{"A.template.json": none, "B.template.json": named("Fn")}))
	require.NoError(t, err)
	require.Equal(t, []string{`the stack "C" is not in the new app: it stays deployed as it is, until you delete it`}, report.Notes)
	require.Len(t, report.Losses(), 2)
	require.Equal(t, "it has the FunctionName of A/Fn, which exists as Fn in another stack", report.Losses()[1].Reason)

	_, err = Compare(app(map[string]string{"A.template.json": none, "B.template.json": none}), app(map[string]string{"C.template.json": none}))
	require.EqualError(t, err, `no stack is in both: the old app has "A", "B", the new one "C"; a template alone goes by its file's name, Shop.template.json for the stack "Shop"`)

	// A nested stack that goes takes all its resources with it.
	nest := `{"Resources": {"Nest": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "N.nested.template.json"}}}}`
	report, err = Compare(app(map[string]string{"A.template.json": nest, "N.nested.template.json": named("Fn")}), app(map[string]string{"A.template.json": none}))
	require.NoError(t, err)
	require.Len(t, report.Losses(), 2)
	require.Equal(t, "its stack is deleted", report.Losses()[0].Reason)
}

// Whatever two templates hold, the comparison ends, and one with itself loses nothing.
func FuzzCompare(f *testing.F) {
	f.Add("Resources:\n"+fn+url, "Resources:\n"+fn+table+stream)
	f.Add(`{"Resources": {"A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "A"}, "Name": {"Ref": "A"}}}}}`, "Resources:\n"+queue)
	f.Fuzz(func(t *testing.T, before, after string) {
		read := func(text string) []cfn.Assembly {
			path := filepath.Join(t.TempDir(), "Shop.template")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			app, err := cfn.Open(path)
			if err != nil {
				return nil
			}
			return app
		}
		deployed, next := read(before), read(after)
		if deployed == nil || next == nil {
			return
		}
		same, err := Compare(deployed, read(before))
		require.NoError(t, err)
		require.Empty(t, same.Findings)
		_, err = Compare(deployed, next)
		require.NoError(t, err)
	})
}
