package survey

import (
	"cmp"
	"slices"
)

// PolicyOptions say what a survey is to be allowed.
type PolicyOptions struct {
	// Partition of the ARNs. Default: aws.
	Partition string
	// Account and Regions of the ARNs. Default: all.
	Account string
	Regions []string
	// AllRegions allows listing the account's regions.
	AllRegions bool
	// Advice of AWS Compute Optimizer, Verdicts of tuning state machines, Code of functions and their layers, and the
	// container Images of functions. Layers and images may be other accounts', whose own policies have to allow it too.
	Advice, Verdicts, Code, Images bool
}

// PolicyDocument is an IAM policy.
type PolicyDocument struct {
	Version   string            `json:"Version"`
	Statement []PolicyStatement `json:"Statement"`
}

// PolicyStatement allows actions on resources.
type PolicyStatement struct {
	Sid      string   `json:"Sid"`
	Effect   string   `json:"Effect"`
	Action   []string `json:"Action"`
	Resource []string `json:"Resource"`
	// Condition by operator and key; nil is none.
	Condition map[string]map[string]string `json:"Condition,omitempty"`
}

// Policy returns the IAM policy that a survey needs, and nothing else. Its resource is * only for actions that IAM knows
// no resources of.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func Policy(o PolicyOptions) PolicyDocument {
	partition, account := cmp.Or(o.Partition, "aws"), cmp.Or(o.Account, "*")
	regions := slices.Sorted(slices.Values(o.Regions))
	if len(regions) == 0 || o.AllRegions {
		regions = []string{"*"}
	}
	document := PolicyDocument{Version: "2012-10-17"}
	allowIf := func(condition map[string]map[string]string, sid string, resources []string, actions ...string) {
		document.Statement = append(document.Statement, PolicyStatement{Sid: sid, Effect: "Allow", Action: actions, Resource: resources, Condition: condition})
	}
	allow := func(sid string, resources []string, actions ...string) { allowIf(nil, sid, resources, actions...) }
	in := func(service, account, rest string) []string {
		var all []string
		for _, region := range slices.Compact(regions) {
			all = append(all, "arn:"+partition+":"+service+":"+region+":"+account+":"+rest)
		}
		return all
	}

	lists := []string{"cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "lambda:ListFunctions", "tag:GetResources"}
	functions := []string{"lambda:ListAliases", "lambda:ListProvisionedConcurrencyConfigs"}
	if o.AllRegions {
		lists = append(lists, "account:ListRegions")
	}
	if o.Advice {
		lists = append(lists, "compute-optimizer:GetLambdaFunctionRecommendations")
	}
	if o.Images {
		lists = append(lists, "ecr:GetAuthorizationToken")
	}
	if o.Verdicts { // without a stack's name, DescribeStacks is about no stack, and needs both
		lists = append(lists, "cloudformation:DescribeStacks", "cloudformation:ListStacks")
	}
	if o.Code || o.Images {
		functions = append(functions, "lambda:GetFunction")
	}
	slices.Sort(lists)
	slices.Sort(functions)
	allow("Lists", []string{"*"}, lists...)
	allow("Functions", in("lambda", account, "function:*"), functions...)
	if o.Code {
		allow("Layers", in("lambda", "*", "layer:*:*"), "lambda:GetLayerVersion")
	}
	if o.Images {
		allow("Images", in("ecr", "*", "repository/*"), "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
	}
	if o.Verdicts {
		allow("StateMachines", in("states", account, "stateMachine:*"), "states:DescribeStateMachine", "states:ListExecutions")
		allow("Executions", in("states", account, "execution:*:*"), "states:DescribeExecution")
		// Which buckets tuners keep their results in is only known from the state machines: of the account's own buckets
		// only objects may be read that are named as package keyname names results.
		own := map[string]map[string]string{"StringEquals": {"aws:ResourceAccount": cmp.Or(o.Account, "${aws:PrincipalAccount}")}}
		allowIf(own, "ResultBuckets", []string{"arn:" + partition + ":s3:::*"}, "s3:ListBucket")
		allowIf(own, "Results", []string{"arn:" + partition + ":s3:::*/????-??-??T??-??-??Z-*.json"}, "s3:GetObject")
	}
	return document
}
