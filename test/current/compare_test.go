package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/current/models"
)

// A world in which every kind of difference occurs once on either side.
func TestCompare(t *testing.T) {
	number := func(n float64) *float64 { return &n }
	theirs := evidence{
		services: map[string]service{
			"lambda": {
				botocore: models.Model{
					Source: "botocore 2.0.0",
					Enums:  map[string][]string{"Runtime": {"nodejs26.x", "nodejs28.x"}, "State": {"Active", "Deleting"}, "Unused": {"x"}},
					Operations: map[string]models.Operation{
						"CreateFunction": {
							Ranges:     map[string]models.Range{"Timeout": {Min: number(1), Max: number(7200)}, "Weight": {Max: number(0.5)}},
							Lengths:    map[string]models.Range{"Handler": {Max: number(128)}},
							Quantities: map[string][]string{"Timeout": {"1800 seconds", "7200 seconds"}},
						},
						"GetFunctionConfiguration": {
							Output: []string{"Logs", "MemorySize", "Moving", "Role", "Vpc"},
							Leaves: []string{"Logs.Group", "Logs.Moving[]", "MemorySize", "Moving", "Role", "Vpc.Error.Code", "Vpc.Error.Text"},
						},
						"UpdateFunctionConfiguration": {Input: []string{"Description", "MemorySize", "Role", "VpcEndpoint"}, Output: []string{"MemorySize"}},
						"Invoke": {
							Input: []string{"Payload", "TenantId"}, Output: []string{"BilledDuration", "Payload"},
							Errors:  []string{"PausedException", "ServiceException"},
							Lengths: map[string]models.Range{"Payload": {Min: number(0), Max: number(9)}, "TenantId": {Max: number(256)}},
						},
						"PutFunctionConcurrency": {Ranges: map[string]models.Range{"ReservedConcurrentExecutions": {Min: number(0)}}},
					},
					Errors: []string{"PausedException", "ServiceException", "NeverCalled"},
				},
				sdk: models.Model{
					Source: "lambda v2.0.0",
					Enums:  map[string][]string{"Runtime": {"nodejs26.x"}, "State": {"Active", "Deleting", "Gone"}},
					Operations: map[string]models.Operation{
						"Invoke": {Input: []string{"Payload", "Quota"}}, "UpdateFunctionConfiguration": {},
						"GetFunctionConfiguration": {Output: []string{"Logs", "MemorySize", "Role", "Tier"}},
					},
					Errors: []string{"ServiceException", "BrandNewException"},
				},
			},
			"sfn": {
				botocore: models.Model{Source: "botocore 2.0.0", Operations: map[string]models.Operation{"DescribeExecution": {Errors: []string{"ExecutionDoesNotExist"}}}},
				sdk:      models.Model{Source: "sfn v2.0.0"},
			},
		},
		related:  []string{"lambda", "lambda-web"},
		botocore: "botocore 2.0.0",
		partitions: []models.Partition{
			{Name: "aws", Regions: []string{"us-east-1", "us-west-9"}, Serving: []string{"us-east-1"}},
			{Name: "aws-moon", Regions: []string{"moon-1"}, Serving: []string{"moon-1"}},
		},
		templates: models.CloudFormation{
			Source: "cfn-lint 2.0.0", Types: []string{"AWS::Lambda::Function", "AWS::Lambda::Gadget"},
			Properties:  []string{"Code", "Code.Disk", "Tags", "Tags.Key"},
			Ranges:      map[string]models.Range{"Timeout": {Min: number(1), Max: number(5400)}},
			Conditional: map[string]models.Range{"Timeout": {Max: number(900)}},
			Enums:       map[string][]string{"Runtime": {"nodejs26.x", "custom"}},
			Runtimes: map[string]models.Lifecycle{
				"nodejs26.x": {Deprecated: "2029-04-30", CreateBlock: "2029-06-01", UpdateBlock: "2029-07-01"},
				"dotnet9":    {Deprecated: "2026-11-10"},
			},
		},
	}
	ours := knowledge{
		calls: source{
			calls: []call{
				{module: sdkServices + "lambda", operation: "Invoke", fields: []string{"Payload"}},
				{module: sdkServices + "lambda", operation: "UpdateFunctionConfiguration", fields: []string{"Description", "MemorySize"}},
				{module: sdkServices + "sfn", operation: "DescribeExecution"},
			},
			names: map[string]bool{"MemorySize": true, "Role": true, "Payload": true},
		},
		callsHome:     "api",
		enums:         []enumeration{{"lambda", "State", table{"states", []string{"Active", "Resting"}}}},
		errors:        table{"errors", []string{"ServiceException", "ServiceExecption"}},
		configuration: table{"fields", []string{"Logs.Group", "MemorySize", "Role", "Rolle", "Vpc.Error"}},
		limits:        table{"limits", []string{"Timeout 1 to 5400"}},
		documented:    table{"limits", []string{"Timeout 1800 seconds", "Timeout 5400 seconds"}},
		runtimes:      table{"runtimes", []string{"nodejs26.x", "nodejs4"}},
		dates:         table{"runtimes", []string{"nodejs26.x deprecated 2029-04-30", "nodejs26.x no creation 2029-05-01"}},
		regions:       table{"prices", []string{"us-east-1", "us-east-9"}},
		partitions:    table{"prices", []string{"aws-cn"}},
		resources:     table{"guard", []string{"AWS::Lambda::Function"}},
		properties:    table{"guard", []string{"Code", "Layers"}},
		services:      table{"here", []string{"lambda"}},
	}
	var lines []string
	for _, d := range compare(ours, theirs) {
		lines = append(lines, d.String())
	}
	require.Equal(t, []string{
		"runtime custom: in cfn-lint 2.0.0, not in runtimes",
		"runtime dotnet9: in cfn-lint 2.0.0, not in runtimes",
		"runtime nodejs28.x: in botocore 2.0.0, not in runtimes",
		"runtime nodejs4: only in runtimes",
		"runtime date nodejs26.x no creation 2029-06-01: in cfn-lint 2.0.0, not in runtimes",
		"runtime date nodejs26.x no update 2029-07-01: in cfn-lint 2.0.0, not in runtimes",
		"limit Payload 0 to 9 characters: in botocore 2.0.0, not in limits",
		"limit ReservedConcurrentExecutions from 0: in botocore 2.0.0, not in limits",
		"limit Timeout 1 to 7200: in botocore 2.0.0, not in limits",
		"limit Timeout to 900 for some functions: in cfn-lint 2.0.0, not in limits",
		"limit Weight to 0.5: in botocore 2.0.0, not in limits",
		"documented limit Timeout 7200 seconds: in botocore 2.0.0, not in limits",
		"documented limit Timeout 5400 seconds: only in limits",
		"State Deleting: in botocore 2.0.0 and lambda v2.0.0, not in states",
		"State Gone: in lambda v2.0.0, not in states",
		"State Resting: only in states",
		"operation DescribeExecution: called by api, not in sfn v2.0.0",
		"error BrandNewException: in lambda v2.0.0, not in errors",
		"error ExecutionDoesNotExist: in botocore 2.0.0, not in errors; answered by DescribeExecution",
		"error NeverCalled: in botocore 2.0.0, not in errors",
		"error PausedException: in botocore 2.0.0, not in errors; answered by Invoke",
		"error ServiceExecption: only in errors",
		"configuration field Logs.Moving: in botocore 2.0.0, not in fields",
		"configuration field Moving: in botocore 2.0.0, not in fields",
		"configuration field Tier: in lambda v2.0.0, not in fields",
		"configuration field Rolle: only in fields",
		"request field Invoke.Quota: in lambda v2.0.0, not in what api sends",
		"request field Invoke.TenantId: in botocore 2.0.0, not in what api sends",
		"request field UpdateFunctionConfiguration.VpcEndpoint: in botocore 2.0.0, not in what api sends",
		"answer field Invoke.BilledDuration: in botocore 2.0.0, not in what api reads",
		"region us-west-9: in the partitions of botocore 2.0.0, not in prices",
		"region us-east-9: only in prices",
		"partition aws-moon: in botocore 2.0.0, not in prices",
		"partition aws-cn: only in prices",
		"resource type AWS::Lambda::Gadget: in cfn-lint 2.0.0, not in guard",
		"function property Code.Disk: in cfn-lint 2.0.0, not in guard",
		"function property Tags: in cfn-lint 2.0.0, not in guard",
		"function property Layers: only in guard",
		"service lambda-web: in botocore 2.0.0, not in here",
	}, lines)
}
