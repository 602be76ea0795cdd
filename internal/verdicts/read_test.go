package verdicts

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// golden returns an output of the tuner's own, as it was once.
func golden(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../test/page/testdata/" + name + ".json")
	require.NoError(t, err)
	return string(text)
}

// AWS Lambda Power Tuning's documentation shows this URL.
const peerURL = "https://lambda-power-tuning.show/#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4"

const peerOutput = `{"power": "1024", "cost": 2e-7, "duration": 38.5, "stateMachine": {"executionCost": 0.00045, "lambdaCost": 0.0005, "visualization": "` + peerURL + `"}`

func describe(status, output, input string) string {
	return `{"executionArn": "arn:aws:states:eu-west-1:123456789012:execution:Tuner:one", "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:Tuner",
	"name": "one", "status": "` + status + `", "startDate": "2026-11-26T08:00:00.125000+01:00", "stopDate": 1795676520.5, "input": ` + strconv.Quote(input) + `, "output": ` + strconv.Quote(output) + `}`
}

func TestWhatIsRead(t *testing.T) {
	two := golden(t, "prime")
	for name, test := range map[string]struct {
		text string
		want func(*testing.T, []Verdict)
	}{
		"an output": {two, func(t *testing.T, all []Verdict) {
			require.Len(t, all, 1)
			require.Equal(t, 1024, all[0].Output.Power)
			require.Nil(t, all[0].Execution)
			require.True(t, all[0].Time().IsZero())
		}},
		"several, in lists and one after the other": {"\xef\xbb\xbf[" + two + "," + peerOutput + "}]\n" + golden(t, "foreign"), func(t *testing.T, all []Verdict) {
			require.Len(t, all, 3)
			require.NotNil(t, all[1].Peer)
			require.Equal(t, tuning.X86, all[2].Output.Architecture)
		}},
		"what DescribeExecution answers": {describe("SUCCEEDED", two, `{"target": "Prime"}`), func(t *testing.T, all []Verdict) {
			require.Len(t, all, 1)
			require.Equal(t, "arm64", string(all[0].Output.Architecture))
			require.Equal(t, `{"target": "Prime"}`, string(all[0].Input()))
			require.Equal(t, "arn:aws:states:eu-west-1:123456789012:execution:Tuner:one", all[0].Execution.ARN)
			require.WithinDuration(t, time.Date(2026, 11, 26, 7, 0, 0, 125e6, time.UTC), all[0].Execution.Started, 0)
			require.WithinDuration(t, time.Unix(1795676520, 5e8), all[0].Time(), 0)
		}},
		"a run that failed": {strings.Replace(describe("FAILED", "", `{}`), `"name"`, `"error": "CannotRun", "cause": "no permission", "name"`, 1), func(t *testing.T, all []Verdict) {
			require.Equal(t, "the execution's status is FAILED: CannotRun: no permission", all[0].Failed)
		}},
		"a run that goes on": {describe("RUNNING", "", `{}`), func(t *testing.T, all []Verdict) {
			require.Equal(t, "the execution is still running", all[0].Failed)
		}},
		"a dry run": {describe("SUCCEEDED", "null", `{"dryRun": true}`), func(t *testing.T, all []Verdict) {
			require.Equal(t, "it was a dry run, which gives no verdict", all[0].Failed)
		}},
		"a peer's output": {`{"results": ` + peerOutput + `, "stats": [{"averagePrice": 3e-7, "averageDuration": 4.5, "value": 512}, {"averagePrice": 2e-7, "averageDuration": 9, "value": "128"}]}}`,
			func(t *testing.T, all []Verdict) {
				require.Equal(t, &Point{1024, 38.5, 2e-7}, all[0].Peer.Best)
				require.Equal(t, []Series{{Points: []Point{{128, 9, 2e-7}, {512, 4.5, 3e-7}}}}, all[0].Peer.Series)
			}},
		"a peer's output without statistics": {peerOutput + "}", func(t *testing.T, all []Verdict) {
			require.Len(t, all[0].Peer.Series, 1)
			points := all[0].Peer.Series[0].Points
			require.Len(t, points, 6)
			require.Equal(t, 128, points[0].Power)
			require.InDelta(t, 37002.4, points[0].Duration, 0.05)
			require.InDelta(t, 7.717e-5, points[0].Cost, 1e-8)
			require.Equal(t, 3008, points[5].Power)
		}},
		"URLs": {peerURL + "\r\n\n" + "https://example.com/?x#" + strings.Repeat("gAA=;AACAPw==;AACAPw==;", 2) + "old;new%20one\n", func(t *testing.T, all []Verdict) {
			require.Len(t, all, 2)
			require.Equal(t, []Series{{"old", []Point{{128, 1, 1}}}, {"new one", []Point{{128, 1, 1}}}}, all[1].Peer.Series)
		}},
		"a URL that a mail program has escaped": {"https://example.com/#gAA%3D%3BAACAPw%3D%3D%3BAACAPw%3D%3D", func(t *testing.T, all []Verdict) {
			require.Equal(t, []Series{{Points: []Point{{128, 1, 1}}}}, all[0].Peer.Series)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := Read("file", []byte(test.text))
			require.NoError(t, err)
			for _, v := range all {
				require.Equal(t, "file", v.Source)
			}
			test.want(t, all)
		})
	}
}

// What `dualarch tune --out` writes has the execution beside the output's own fields.
func TestDocumentIsRead(t *testing.T) {
	text := strings.Replace(golden(t, "prime"), "{", `{"execution": {"executionArn": "arn", "startDate": "2026-11-26T07:00:00Z", "input": {"num": 1e300}},`, 1)
	all, err := Read("file", []byte(text))
	require.NoError(t, err)
	require.Equal(t, "2026-11-26 07:00", all[0].Time().Format("2006-01-02 15:04"))
	require.Equal(t, `{"num": 1e300}`, string(all[0].Input()))
	require.Equal(t, 1024, all[0].Output.Power)
}

func TestProblems(t *testing.T) {
	two := golden(t, "prime")
	for text, want := range map[string]string{
		"":                                "it is empty; " + readable,
		"nonsense":                        "it is no JSON: byte 2: invalid character 'o' in literal null (expecting 'u'); " + readable,
		"{":                               "it is no JSON: it ends in the middle of a value; " + readable,
		"null":                            "$: given null; " + readable,
		two + "[[7]]":                     "document 2, $[0][0]: given 7; " + readable,
		`{"Resources": {}}`:               "$: its fields are of no kind that is known; " + readable,
		`{"targets": []}`:                 "$.targets: there are 0; want 1 or 2",
		`{"targets": {}}`:                 "$.targets: given a JSON object; want a list",
		`{"targets": [], "power": "x"}`:   "$.power: given a JSON string; want a whole number",
		`{"targets": [{"a": [1, 1e16]}]}`: "$.targets[0].a[1]: given 1e16; want a number between -1e+15 and 1e+15",
		peerOutput + `, "duration": -1}`:  "$.duration: given -1; want milliseconds, 0 or more",
		peerOutput + `, "stats": [{}]}`:   `$.stats[0].value: given ""; want MB from 1 to 1048576`,
		`{"power": 1, "stateMachine": {"visualization": "x"}}`: "$.stateMachine.visualization: it does not begin with https://; " + shape,
		"https://example.com":                                                                       "line 1: there is nothing behind a #; " + shape,
		"https://example.com/#a;b":                                                                  "line 1: there are 2 parts behind the #; " + shape,
		"https://example.com/#a;b;c":                                                                "line 1: series 1: sizes: it is not base64",
		"https://example.com/#gAA=;AAA=;AACAPw==":                                                   "line 1: series 1: times: there are 2 bytes; want a multiple of 4",
		"https://example.com/#;;":                                                                   "line 1: series 1: there are 0 sizes; want 1 to 20000",
		"https://example.com/#gAA=;;AACAPw==":                                                       "line 1: series 1: there are 1 sizes, 0 times and 1 costs; want as many of each",
		"https://example.com/#gAA=;AADAfw==;AAAAAA==":                                               "line 1: series 1: [0].duration: given NaN; want milliseconds, 0 or more",
		strings.Replace(two, `"x86_64"`, `"mips"`, 1):                                               `$.targets[0].architecture: given "mips"; want "x86_64" or "arm64"`,
		strings.Replace(two, `"x86_64"`, `"arm64"`, 1):                                              `$.targets[1].architecture: given "arm64" again; want the other one`,
		strings.Replace(two, `"change"`, `"stay"`, 1):                                               `$.recommendation.action: given "stay"; want "change" or "keep"`,
		strings.Replace(two, `"power": 512`, `"power": 0`, 1):                                       "$.targets[0].sizes[0].power: given 0; want MB from 1 to 1048576",
		strings.Replace(two, `"costLow": 0.00`, `"costLow": 1.00`, 1):                               "$.curve[0]: given a band from 1.0000030422 to 3.3982e-06 USD and from 340.68 to 383.4 ms; want two values of 0 or more, the lower first",
		strings.Replace(two, `"sizes": [`, `"hosts": {"slower": 3, "sandboxes": 2}, "sizes": [`, 1): "$.targets[0].hosts: given 3 of 2 sandboxes, 0 % apart; want at most 1000 sandboxes, no more slower ones, and 0 % or more",
		describe("SUCCEEDED", `{"targets": 7}`, "{}"):                                               "$.output.targets: given a JSON number; want a list",
	} {
		_, err := Read("file", []byte(text))
		require.EqualError(t, err, "file: "+want, text)
	}
}
