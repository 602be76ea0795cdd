package models

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestReadCFNLint(t *testing.T) {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	pkg := fstest.MapFS{
		"cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json": text(`{
			"nodejs24.x": {"create-block": "2028-06-01", "deprecated": "2028-04-30", "successor": "", "update-block": "2028-07-01"},
			"dotnet9": {"create-block": null, "deprecated": "2026-11-10", "successor": "dotnet10", "update-block": null}}`),
		"cfnlint/data/schemas/providers/us-east-1.json": text(`{"AWS::Lambda::Function": "a", "AWS::Lambda::Url": "c", "AWS::S3::Bucket": "d"}`),
		"cfnlint/data/schemas/providers/us-east-2.json": text(`{"AWS::Lambda::Function": "b"}`),
		"cfnlint/data/schemas/providers/sam.json":       text(`{"AWS::Serverless::Function": "e"}`),
		"cfnlint/data/schemas/resources/a.json": text(`{
			"definitions": {
				"Storage": {"properties": {"Size": {"type": "integer", "maximum": 10240, "minimum": 512}, "Inside": {"$ref": "#/definitions/Storage"}}},
				"Tag": {"properties": {"Key": {"type": "string"}}}
			},
			"properties": {
				"Arn": {"type": "string"},
				"SnapStartResponse": {"properties": {"OptimizationStatus": {"type": "string"}}},
				"EphemeralStorage": {"$ref": "#/definitions/Storage"},
				"Tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}}
			},
			"readOnlyProperties": ["/properties/Arn", "/properties/SnapStartResponse"]}`),
		"cfnlint/data/schemas/extensions/aws_lambda_function/timeout.json": text(`{
			"if": {"not": {"required": ["CapacityProviderConfig"]}},
			"then": {"properties": {"Timeout": {"maximum": 900}, "Role": false}}}`),
		"cfnlint/data/schemas/resources/b.json": text(`{"properties": {"Runtime": {"type": "string", "enum": ["nodejs24.x", "custom"]}}}`),
	}
	c, err := ReadCFNLint(pkg, "1.58.0", "AWS::Lambda::", "AWS::Serverless::")
	require.NoError(t, err)
	least, most, longest := 512.0, 10240.0, 900.0
	require.Equal(t, CloudFormation{
		Source:      "cfn-lint 1.58.0",
		Types:       []string{"AWS::Lambda::Function", "AWS::Lambda::Url", "AWS::Serverless::Function"},
		Properties:  []string{"EphemeralStorage", "EphemeralStorage.Inside", "EphemeralStorage.Size", "Runtime", "Tags", "Tags.Key"},
		Ranges:      map[string]Range{"EphemeralStorage.Size": {&least, &most}},
		Conditional: map[string]Range{"Timeout": {Max: &longest}},
		Enums:       map[string][]string{"Runtime": {"nodejs24.x", "custom"}},
		Runtimes: map[string]Lifecycle{
			"nodejs24.x": {Deprecated: "2028-04-30", CreateBlock: "2028-06-01", UpdateBlock: "2028-07-01"},
			"dotnet9":    {Deprecated: "2026-11-10"},
		},
	}, c)

	const layout = "cfn-lint 2.0.0 is laid out in a way that test/current/models does not know: "
	pkg["cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json"] = text(`{}`)
	_, err = ReadCFNLint(pkg, "2.0.0", "AWS::Lambda::")
	require.EqualError(t, err, layout+"no AWS::Lambda::Function with properties and bounds, or no runtimes were found")
	delete(pkg, "cfnlint/data/schemas/resources/b.json")
	_, err = ReadCFNLint(pkg, "2.0.0", "AWS::Lambda::")
	require.EqualError(t, err, layout+"open cfnlint/data/schemas/resources/b.json: file does not exist")
}
