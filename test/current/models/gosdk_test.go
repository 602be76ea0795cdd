package models

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestReadSDK(t *testing.T) {
	const path = "github.com/aws/aws-sdk-go-v2/service/lambda"
	source := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	module := fstest.MapFS{
		"api_op_Invoke.go": source(`package lambda

			func (c *Client) Invoke() {}

			type InvokeInput struct {
				// This member is required.
				FunctionName *string
				// The maximum payload size is 6
				// MB.
				Payload, Other []byte
				hidden         int

				noSmithyDocumentSerde
			}

			type InvokeOutput struct {
				StatusCode     int32
				ResultMetadata middleware.Metadata
			}`),
		"types/enums.go": source(`package types

			type State string

			const (
				StatePending State = "Pending"
				StateActive  State = "Active"
			)

			const unrelated = "x"

			func (State) Values() []State { return []State{"Pending", "Active"} }`),
		"types/errors.go": source(`package types

			type ServiceException struct{ Message *string }

			func (e *ServiceException) ErrorMessage() string { return "no code" }
			func (e *ServiceException) ErrorCode() string {
				if e == nil || e.ErrorCodeOverride == nil {
					return "ServiceException"
				}
				return *e.ErrorCodeOverride
			}`),
	}
	m, err := ReadSDK(module, path, "v1.114.4")
	require.NoError(t, err)
	require.Equal(t, Model{
		Source: "aws-sdk-go-v2/service/lambda v1.114.4",
		Enums:  map[string][]string{"State": {"Pending", "Active"}},
		Operations: map[string]Operation{"Invoke": {
			Input: []string{"FunctionName", "Other", "Payload"}, Output: []string{"StatusCode"},
			Quantities: map[string][]string{"Other": {"6 MB"}, "Payload": {"6 MB"}},
		}},
		Errors: []string{"ServiceException"},
	}, m)

	module["types/enums.go"] = source("package types")
	_, err = ReadSDK(module, path, "v2.0.0")
	require.EqualError(t, err, "aws-sdk-go-v2/service/lambda v2.0.0 is laid out in a way that test/current/models does not know: "+
		"1 operations, 0 enumerations and 1 errors were found")
	module["types/enums.go"] = source("types")
	_, err = ReadSDK(module, path, "v2.0.0")
	require.EqualError(t, err, "aws-sdk-go-v2/service/lambda v2.0.0 is laid out in a way that test/current/models does not know: "+
		"types/enums.go:1:1: expected 'package', found types")
	delete(module, "types/enums.go")
	_, err = ReadSDK(module, path, "v2.0.0")
	require.EqualError(t, err, "aws-sdk-go-v2/service/lambda v2.0.0 is laid out in a way that test/current/models does not know: "+
		"open types/enums.go: file does not exist")
}
