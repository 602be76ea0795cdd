package models

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// A service with what the readers look for, and little more.
const service = `{
  "operations": {
    "CreateFunction": {"input": {"shape": "CreateFunctionRequest"}, "output": {"shape": "FunctionConfiguration"},
      "errors": [{"shape": "TooManyRequestsException"}, {"shape": "Clashing"}]},
    "DeleteFunction": {}
  },
  "shapes": {
    "CreateFunctionRequest": {"type": "structure", "members": {
      "FunctionName": {"shape": "Name"},
      "Timeout": {"shape": "Timeout", "documentation": "<p>The default is 3 seconds, and at most 1,800 seconds. Workers take 90 minutes.</p>"},
      "EphemeralStorage": {"shape": "EphemeralStorage"},
      "Layers": {"shape": "Layers"},
      "Tags": {"shape": "Tags"}}},
    "FunctionConfiguration": {"type": "structure", "members": {"State": {"shape": "State"}, "EphemeralStorage": {"shape": "EphemeralStorage"}, "Layers": {"shape": "Layers"}}},
    "EphemeralStorage": {"type": "structure", "members": {"Size": {"shape": "Size"}, "Inside": {"shape": "EphemeralStorage"}}},
    "Layers": {"type": "list", "member": {"shape": "Name"}},
    "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Name"}},
    "Name": {"type": "string", "max": 64, "min": 1},
    "Text": {"type": "string"},
    "Timeout": {"type": "integer", "max": 1800, "min": 1},
    "Size": {"type": "integer", "min": 512},
    "State": {"type": "string", "enum": ["Pending", "Active"]},
    "TooManyRequestsException": {"type": "structure", "members": {"Reason": {"shape": "Text"}}, "exception": true},
    "Clashing": {"type": "structure", "members": {}, "error": {"code": "ConflictException"}, "exception": true}
  }
}`

func packed(t *testing.T, text string) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return &fstest.MapFile{Data: b.Bytes()}
}

func TestReadBotocore(t *testing.T) {
	pkg := fstest.MapFS{
		"botocore/data/lambda/2014-11-11/service-2.json.gz": packed(t, `{"operations":{"InvokeAsync":{}},"shapes":{"A":{}}}`),
		"botocore/data/lambda/2015-03-31/service-2.json.gz": packed(t, service),
	}
	m, err := ReadBotocore(pkg, "1.44.8", "lambda")
	require.NoError(t, err)
	least, most, size, one, longest := 1.0, 1800.0, 512.0, 1.0, 64.0
	require.Equal(t, Model{
		Source: "botocore 1.44.8",
		Enums:  map[string][]string{"State": {"Pending", "Active"}},
		Operations: map[string]Operation{
			"CreateFunction": {
				Input:      []string{"EphemeralStorage", "FunctionName", "Layers", "Tags", "Timeout"},
				Output:     []string{"EphemeralStorage", "Layers", "State"},
				Leaves:     []string{"EphemeralStorage.Size", "Layers[]", "State"},
				Errors:     []string{"ConflictException", "TooManyRequestsException"},
				Ranges:     map[string]Range{"Timeout": {&least, &most}, "EphemeralStorage.Size": {Min: &size}},
				Lengths:    map[string]Range{"FunctionName": {&one, &longest}, "Layers[]": {&one, &longest}, "Tags{}": {&one, &longest}},
				Quantities: map[string][]string{"Timeout": {"1800 seconds", "3 seconds", "90 minutes"}},
			},
			"DeleteFunction": {},
		},
		Errors: []string{"ConflictException", "TooManyRequestsException"},
	}, m)
}

// An empty answer would look like a model without news.
func TestReadBotocoreOfAnotherLayout(t *testing.T) {
	const file = "botocore/data/lambda/2015-03-31/service-2.json.gz"
	for name, test := range map[string]struct {
		pkg  fs.FS
		want string
	}{
		"no such service": {fstest.MapFS{}, "open botocore/data/lambda: file does not exist"},
		"no service file": {
			fstest.MapFS{"botocore/data/lambda/2015-03-31/service-3.json.gz": packed(t, service)},
			"open " + file + ": file does not exist",
		},
		"not packed": {fstest.MapFS{file: {Data: []byte(service)}}, file + ": gzip: invalid header"},
		"no JSON":    {fstest.MapFS{file: packed(t, "shapes:")}, file + ": invalid character 's' looking for beginning of value"},
		"no shapes":  {fstest.MapFS{file: packed(t, "{}")}, "botocore/data/lambda has no operations or no shapes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadBotocore(test.pkg, "2.0.0", "lambda")
			require.EqualError(t, err, "botocore 2.0.0 is laid out in a way that test/current/models does not know: "+test.want)
		})
	}
}

func TestServices(t *testing.T) {
	pkg := fstest.MapFS{"botocore/data/lambda-web/a": {}, "botocore/data/lambda/b": {}, "botocore/data/s3/c": {}}
	services, err := Services(pkg, "1.44.8", "lambda")
	require.NoError(t, err)
	require.Equal(t, []string{"lambda", "lambda-web"}, services)
	_, err = Services(pkg, "1.44.8", "gamma")
	require.EqualError(t, err, `botocore 1.44.8 is laid out in a way that test/current/models does not know: no service's name begins with "gamma"`)
}

func TestReadPartitions(t *testing.T) {
	pkg := fstest.MapFS{
		"botocore/data/partitions.json": {Data: []byte(`{"partitions":[
			{"id":"aws","regions":{"aws-global":{},"us-west-9":{"description":"new"},"us-east-1":{}}},
			{"id":"aws-cn","regions":{"cn-north-1":{}}}]}`)},
		"botocore/data/endpoints.json": {Data: []byte(`{"partitions":[
			{"partition":"aws","services":{"lambda":{"endpoints":{"us-east-1":{},"fips-us-east-1":{"deprecated":true}}}}},
			{"partition":"aws-cn","services":{}}]}`)},
	}
	partitions, err := ReadPartitions(pkg, "1.44.8", "lambda")
	require.NoError(t, err)
	require.Equal(t, []Partition{
		{Name: "aws", Regions: []string{"us-east-1", "us-west-9"}, Serving: []string{"us-east-1"}},
		{Name: "aws-cn", Regions: []string{"cn-north-1"}},
	}, partitions)

	pkg["botocore/data/endpoints.json"] = &fstest.MapFile{Data: []byte(`{}`)}
	_, err = ReadPartitions(pkg, "2.0.0", "lambda")
	require.EqualError(t, err, "botocore 2.0.0 is laid out in a way that test/current/models does not know: endpoints.json has no lambda endpoint of any partition")
	delete(pkg, "botocore/data/endpoints.json")
	_, err = ReadPartitions(pkg, "2.0.0", "lambda")
	require.EqualError(t, err, "botocore 2.0.0 is laid out in a way that test/current/models does not know: open botocore/data/endpoints.json: file does not exist")
}
