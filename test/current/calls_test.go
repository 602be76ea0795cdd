package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadSource(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	write("a.go", `package a

import (
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	states "github.com/aws/aws-sdk-go-v2/service/sfn"
)

func invoke(tenant *string) {
	input := &lambda.InvokeInput{Payload: nil, LogType: types.LogTypeTail}
	if tenant != nil {
		input.TenantId = tenant
	}
	other.Qualifier = tenant
	_ = types.PutInput{Not: 1}
	_ = states.DescribeExecutionInput{ExecutionArn: nil}
}

func alias() { _ = &lambda.GetAliasInput{Name: nil} }
`)
	write("b.go", `package a

import "github.com/aws/aws-sdk-go-v2/service/lambda"

func again() {
	read(&lambda.InvokeInput{FunctionName: nil, Payload: nil}, "CodeSizeZipped")
}
`)
	write("b_test.go", `package a

import "github.com/aws/aws-sdk-go-v2/service/lambda"

var _ = &lambda.DeleteFunctionInput{}
`)
	found, err := readSource(folder)
	require.NoError(t, err)
	require.Equal(t, []call{
		{module: sdkServices + "lambda", operation: "GetAlias", fields: []string{"Name"}},
		{module: sdkServices + "lambda", operation: "Invoke", fields: []string{"FunctionName", "LogType", "Payload", "TenantId"}},
		{module: sdkServices + "sfn", operation: "DescribeExecution", fields: []string{"ExecutionArn"}},
	}, found.calls)
	require.True(t, found.names["LogTypeTail"])
	require.True(t, found.names["CodeSizeZipped"])
	require.False(t, found.names["DeleteFunctionInput"])

	empty := t.TempDir()
	_, err = readSource(empty)
	require.EqualError(t, err, empty+": no call of an AWS service was found; test/current looks for requests such as &lambda.InvokeInput{…}")
}

// The calls that the tuner makes are found in its own code.
func TestReadSourceOfTheTuner(t *testing.T) {
	found, err := readSource("../../internal/lambdaapi")
	require.NoError(t, err)
	fields := map[string][]string{}
	for _, c := range found.calls {
		fields[c.service()+" "+c.operation] = c.fields
	}
	require.Contains(t, fields["lambda Invoke"], "Payload")
	require.Contains(t, fields["lambda UpdateFunctionConfiguration"], "MemorySize")
	require.Contains(t, fields, "sfn DescribeExecution")
	require.Contains(t, fields, "cloudwatchlogs FilterLogEvents")
	require.Contains(t, fields, "s3 GetObject")
}
