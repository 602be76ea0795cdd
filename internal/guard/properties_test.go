package guard

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/dockerfile"
)

// shelf has the asset "abc", a folder, and the layer that {"Ref": "Tools"} means.
type shelf struct {
	dir      string
	metadata map[string]any
}

func (s shelf) Asset(hash string) (path, opaque string) {
	if hash == "abc" {
		return s.dir, ""
	}
	return "", InBucket
}

func (s shelf) Image() *dockerfile.Options { return ImageOptions(s.metadata) }

func (shelf) Layer(reference any) (Package, bool) {
	ref, _ := reference.(map[string]any)
	return Package{Name: "Shop/Tools", Layer: true}, ref["Ref"] == "Tools"
}

func TestFunctionOfProperties(t *testing.T) {
	find := shelf{binarchtest.Folder(t, map[string]string{"a.py": ""}), map[string]any{
		"aws:asset:path": "asset.abc", "aws:asset:dockerfile-path": "Dockerfile.prod", "aws:asset:docker-build-target": "app", "aws:asset:docker-build-args": map[string]any{"N": 1.0},
	}}
	const unknownARN = "${Layer}"
	for _, test := range []struct {
		properties   string
		architecture binarch.Architecture
		packages     []Package
	}{
		{`{"Runtime": "python3.13", "Code": {"ZipFile": "pass"}}`, "x86_64", []Package{{Name: "code"}}},
		{`{"Architectures": [], "Code": {"S3Bucket": "b", "S3Key": "abc.zip"}}`, "x86_64", []Package{{Name: "code", Hash: "abc", Path: find.dir}}},
		// As a class of CDK spells it.
		{`{"architectures": ["arm64"], "code": {"s3Key": "abc.zip"}, "layers": [{"Ref": "Tools"}]}`, "arm64",
			[]Package{{Name: "code", Hash: "abc", Path: find.dir}, {Name: "Shop/Tools", Layer: true}}},
		{`{"Architectures": {"Ref": "Architecture"}, "Code": {"S3Key": "mine.zip"}}`, "", []Package{{Name: "code", Hash: "mine", Opaque: InBucket}}},
		{`{"Architectures": [{"Ref": "Architecture"}], "Code": {"S3Key": {"Ref": "Key"}}}`, "", []Package{{Name: "code", Hash: "${Key}", Opaque: InBucket}}},
		{`{"Code": {"ImageUri": {"Fn::Join": ["", ["1.dkr.ecr.", {"Ref": "AWS::Region"}, ".amazonaws.com/assets:abc"]]}}}`, "x86_64",
			[]Package{{Name: "code", Hash: "abc", Path: find.dir, Image: &dockerfile.Options{File: "Dockerfile.prod", Target: "app", Args: map[string]string{"N": "1"}}}}},
		{`{"Code": {"ImageUri": {"Fn::Join": ["", [{"Fn::GetAtt": ["Repository", "Uri"]}, ":abc"]]}}}`, "x86_64", []Package{{Name: "code", Opaque: ImageInRepository}}},
		{`{"Code": {"ZipFile": "x"}, "Layers": ["arn:aws:lambda:eu-west-1:1:layer:a:1", {"Ref": "Layer"}, {"Fn::GetAtt": ["A", "Arn"]}]}`, "x86_64", []Package{
			{Name: "code"}, {Name: "arn:aws:lambda:eu-west-1:1:layer:a:1", Layer: true, ARN: "arn:aws:lambda:eu-west-1:1:layer:a:1"},
			{Name: unknownARN, Layer: true, ARN: unknownARN}, {Name: "layer", Layer: true, Opaque: "its ARN is only known when it is deployed"},
		}},
		{`{"Code": {"ZipFile": "x"}, "Layers": {"Fn::If": ["A", [], []]}}`, "x86_64", []Package{
			{Name: "code"}, {Name: "layers", Layer: true, Opaque: "which they are is only known when it is deployed"},
		}},
	} {
		var p Properties
		require.NoError(t, json.Unmarshal([]byte(test.properties), &p), test.properties)
		f := p.Function("Shop/Orders", find)
		require.Equal(t, test.architecture, f.Target.Architecture, test.properties)
		require.Equal(t, test.packages, f.Packages, test.properties)
	}
}

// Which of a folder's Dockerfiles it is, nobody guesses.
func TestImageWithoutMetadata(t *testing.T) {
	var p Properties
	require.NoError(t, json.Unmarshal([]byte(`{"Code": {"ImageUri": "1.dkr.ecr.eu-west-1.amazonaws.com/assets:abc"}}`), &p))
	f := p.Function("Shop/Orders", shelf{dir: binarchtest.Folder(t, map[string]string{"Dockerfile": "FROM --platform=linux/arm64 scratch\n"})})
	require.Equal(t, []Package{{Name: Code, Hash: "abc", Opaque: "CDK does not say which Dockerfile it is built from: asset metadata is switched off"}}, f.Packages)
}

func TestFlat(t *testing.T) {
	for text, want := range map[string]string{
		`"a"`:                    "a",
		`{"Ref": "AWS::Region"}`: "${AWS::Region}",
		`{"Fn::Sub": "${A}b"}`:   "${A}b",
		`{"Fn::Join": ["-", ["a", {"Fn::Join": ["", ["b", {"Ref": "C"}]]}]]}`: "a-b${C}",
		`{"Fn::Join": ["", {"Ref": "List"}]}`:                                 "",
		`{"Fn::Join": ["", ["a", {"Fn::ImportValue": "b"}]]}`:                 "",
		`null`: "",
	} {
		var value any
		require.NoError(t, json.Unmarshal([]byte(text), &value))
		got, ok := Flat(value)
		require.Equal(t, want, got, text)
		require.Equal(t, want != "", ok, text)
	}
}
