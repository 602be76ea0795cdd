package lambdaapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// An answer of GetFunctionConfiguration, with all fields of botocore 1.44.8's model.
const answer = `{
	"FunctionName": "prime", "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:prime:$LATEST", "Version": "$LATEST",
	"Runtime": "custom", "RuntimeConfig": {"RuntimeArn": "arn:aws:lambda:eu-west-1:123456789012:runtime/r", "RuntimeAlias": "stable"},
	"Role": "role", "Handler": "bootstrap", "CodeSize": 5242880, "CodeSha256": "sum", "Description": "counts primes", "Timeout": 3, "MemorySize": 512,
	"LastModified": "2026-11-22T10:11:12.000+0000", "RevisionId": "r1", "State": "Active", "LastUpdateStatus": "Successful", "ConfigSha256": "all of it",
	"Environment": {"Variables": {"A": "1", "PASSWORD": "correct horse"}},
	"VpcConfig": {"SubnetIds": ["b", "a"], "SecurityGroupIds": ["t", "s"], "VpcId": "v", "Ipv6AllowedForDualStack": false},
	"Layers": [{"Arn": "l1", "CodeSize": 1}, {"Arn": "l2", "CodeSize": 2}], "Architectures": ["arm64"], "EphemeralStorage": {"Size": 512},
	"SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}, "RuntimeVersionConfig": {"RuntimeVersionArn": "v1"},
	"AcceleratorConfig": {"AcceleratorMemorySize": 16}, "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "all"}, "TracingConfig": {"Mode": "PassThrough"}
}`

// read returns what the tuner makes of the edited answer, for each of the three calls.
func read(t *testing.T, edit func(map[string]any)) cloud.FunctionConfiguration {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(answer), &fields))
	if edit != nil {
		edit(fields)
	}
	text, err := json.Marshal(fields)
	require.NoError(t, err)

	c, err := (&remote{answer: status(200, "", string(text))}).client().Configuration(t.Context(), function, "$LATEST")
	require.NoError(t, err)
	published, err := (&remote{answer: status(201, "", string(text))}).client().PublishVersion(t.Context(), function, cloud.NewVersion{})
	require.NoError(t, err)
	require.Equal(t, c, published)
	page, next, err := (&remote{answer: status(200, "", `{"NextMarker":"m","Versions":[{"Version":"1"},`+string(text)+`]}`)}).client().Versions(t.Context(), function, "")
	require.NoError(t, err)
	require.Equal(t, "m", next)
	require.Equal(t, c, page[1])
	require.NotEqual(t, c.Fingerprint, page[0].Fingerprint)
	return c
}

// set changes a field of the answer, or of an object in it.
func set(path ...any) func(map[string]any) {
	return func(fields map[string]any) {
		for _, name := range path[:len(path)-2] {
			fields = fields[name.(string)].(map[string]any)
		}
		fields[path[len(path)-2].(string)] = path[len(path)-1]
	}
}

func TestFingerprint(t *testing.T) {
	base := read(t, nil)
	require.Len(t, base.Fingerprint, 64)
	for name, edit := range map[string]func(map[string]any){
		"memory size":                  set("MemorySize", 1024),
		"description":                  set("Description", "x"),
		"revision":                     set("RevisionId", "r2"),
		"state":                        set("State", "Pending"),
		"state's reason":               set("StateReason", "creating"),
		"version":                      func(f map[string]any) { f["Version"], f["FunctionArn"] = "3", "arn:3" },
		"time":                         set("LastModified", "now"),
		"order of subnets":             set("VpcConfig", "SubnetIds", []string{"a", "b"}),
		"order of groups":              set("VpcConfig", "SecurityGroupIds", []string{"s", "t"}),
		"snapshot":                     set("SnapStart", "OptimizationStatus", "On"),
		"patch version of the runtime": set("RuntimeVersionConfig", "RuntimeVersionArn", "v2"),
		"Lambda's hash of all":         set("ConfigSha256", "other"),
		"what is empty":                set("VpcConfig", "Ipv6AllowedForDualStack", nil),
		"a new field that is empty":    set("ComesNext", map[string]any{"Ids": []string{}, "Name": "", "On": false, "Count": 0, "Rest": nil}),
	} {
		require.Equal(t, base.Fingerprint, read(t, edit).Fingerprint, name)
	}
	seen := map[string]string{base.Fingerprint: "nothing"}
	for name, edit := range map[string]func(map[string]any){
		"code":               set("CodeSha256", "other"),
		"timeout":            set("Timeout", 4),
		"layers":             set("Layers", []map[string]any{{"Arn": "l1", "CodeSize": 1}}),
		"order of layers":    set("Layers", []map[string]any{{"Arn": "l2", "CodeSize": 2}, {"Arn": "l1", "CodeSize": 1}}),
		"subnets":            set("VpcConfig", "SubnetIds", []string{"c"}),
		"IPv6":               set("VpcConfig", "Ipv6AllowedForDualStack", true),
		"SnapStart":          set("SnapStart", "ApplyOn", "None"),
		"logging":            set("LoggingConfig", "LogFormat", "Text"),
		"role":               set("Role", "other"),
		"runtime":            set("RuntimeConfig", "RuntimeAlias", "next"),
		"no managed runtime": set("RuntimeConfig", nil),
		"accelerator":        set("AcceleratorConfig", "AcceleratorMemorySize", 32),
		"a field to come":    set("ComesNext", map[string]any{"Ids": []string{"a", "b"}}),
		"order in that":      set("ComesNext", map[string]any{"Ids": []string{"b", "a"}}),
	} {
		fingerprint := read(t, edit).Fingerprint
		require.NotContains(t, seen, fingerprint, name)
		seen[fingerprint] = name
	}
}

// Each field that the SDK knows counts, or is in the list of those that do not.
func TestEveryFieldIsDecidedOrNamed(t *testing.T) {
	known := reflect.TypeFor[types.FunctionConfiguration]()
	named := map[string]bool{}
	for _, name := range undecided {
		named[name] = true
	}
	for field := range known.Fields() {
		if !field.IsExported() {
			continue
		}
		changed := fingerprint(map[string]any{field.Name: "changed"})
		require.Equal(t, named[field.Name], changed == fingerprint(map[string]any{}), field.Name)
	}
}

// A hash distinguishes environments; the environment itself is in nothing that is kept.
func TestEnvironmentOfAnAnswer(t *testing.T) {
	base := read(t, nil)
	other := read(t, set("Environment", "Variables", map[string]string{"A": "2", "PASSWORD": "correct horse"}))
	require.Equal(t, base.Fingerprint, other.Fingerprint, "the journal has the fingerprint")
	require.NotEqual(t, base.Environment, other.Environment)
	require.NotContains(t, fmt.Sprintf("%#v", base), "horse")
	hidden := read(t, set("Environment", map[string]any{"Error": map[string]string{"ErrorCode": "AccessDeniedException", "Message": "horse"}}))
	require.Empty(t, hidden.Environment)

	broken := `{"Environment":{"Variables":{"PASSWORD":"horse"}},`
	for _, body := range []string{broken, broken + `"MemorySize":horse}`, `"horse"`, `{"Environment":{"Variables":"horse"}}`, ``} {
		_, err := (&remote{answer: status(200, "", body)}).client().Configuration(t.Context(), function, "7")
		require.ErrorIs(t, err, cloud.ErrUnknown, body)
		require.NotContains(t, err.Error(), "horse", body)
	}
}

// Neither the order of fields nor the way zeros are written makes another configuration.
func TestFingerprintIsStable(t *testing.T) {
	fields := map[string]any{"Role": "role", "Timeout": json.Number("3"), "VpcConfig": map[string]any{"SubnetIds": []any{"a"}}}
	want := fingerprint(maps.Clone(fields))
	for range 20 {
		require.Equal(t, want, fingerprint(maps.Clone(fields)))
	}
	require.Equal(t, "191d5fef", want[:8], "a journal in flight has it: another value is another JournalFormat")
}
