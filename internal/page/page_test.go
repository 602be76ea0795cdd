package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

func content(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func orders(t testing.TB, i int) string {
	return content(t, fmt.Sprintf("../../test/page/testdata/orders-%d.json", i))
}

func golden(t testing.TB, name string) string {
	return content(t, "../../test/page/testdata/"+name+".json")
}

// document puts an execution into an output.
func document(output, execution string) string {
	return strings.Replace(output, "{", `{"execution": `+execution+",", 1)
}

// write returns the page about what documents hold.
func write(t testing.TB, documents ...string) string {
	t.Helper()
	var all []verdicts.Verdict
	for i, d := range documents {
		found, err := verdicts.Read(fmt.Sprintf("file-%d.json", i+1), []byte(d))
		require.NoError(t, err)
		all = append(all, found...)
	}
	var b bytes.Buffer
	require.NoError(t, Write(&b, verdicts.ByFunction(all), Options{Written: time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC), Version: "v1.2.3"}))
	return b.String()
}

var (
	tag      = regexp.MustCompile(`<[^>]*>`)
	pictures = regexp.MustCompile(`(?s)<svg.*?</svg>`)
	breaks   = regexp.MustCompile(`<(td|th|tr|dt|dd|li|p|h\d|pre|/pre)\b[^>]*>`)
)

// lines returns a page's text without pictures: a line for each row, item and paragraph, cells divided by " | ".
func lines(page string) string {
	page = pictures.ReplaceAllString(page[strings.Index(page, "<body>"):], "")
	page = strings.ReplaceAll(page, "\n", " ")
	page = breaks.ReplaceAllStringFunc(page, func(match string) string {
		if regexp.MustCompile(`^<(td|th|dd)\b`).MatchString(match) {
			return " | "
		}
		return "\n"
	})
	var kept []string
	for line := range strings.Lines(html.UnescapeString(tag.ReplaceAllString(page, ""))) {
		if line = strings.Trim(strings.Join(strings.Fields(line), " "), " |"); line != "" {
			kept = append(kept, line)
		}
	}
	return "\n" + strings.Join(kept, "\n") + "\n"
}

// What a reader of one verdict needs is there, as text.
func TestOneFunction(t *testing.T) {
	page := write(t, document(golden(t, "prime"), `{"executionArn": "arn:aws:states:eu-west-1:123456789012:execution:Tuner:one", "startDate": "2026-11-26T07:00:00Z", "stopDate": "2026-11-26T07:02:30Z",
		"input": {"target": "Prime", "payload": {"token": "s3cret"}, "invocationsPerMonth": "3000000", "discount": 10}}`))
	text := lines(page)
	for _, want := range []string{
		"Tuning report: Prime",
		"Written 2026-11-27 08:00 UTC by dualarch v1.2.3. Costs are in USD for a million invocations unless they say otherwise; intervals and bands are of 95 %.",
		"arm64 at 1024 MB: 26 % cheaper (15–35 %) and 55 % faster than today's x86_64 at 512 MB; all of it from arm64, because today's is the best size of x86_64; both answered alike in 22 of 22; saves about 2.38 USD a month at 3 million invocations",
		"Today | x86_64 at 512 MB", "Advised | arm64 at 1024 MB", "Saving a month | 2.38 USD",
		"Confirmed | yes, on 4 fresh sandboxes of each configuration",
		"Certainty | 72 % that no memory size is more than 1 % better",
		"Moving from today | x86_64 at 512 MB | arm64 at 1024 MB | 26 % cheaper (15 to 35 %) | 55 % faster (48 to 60 %)",
		"Beside the other architecture's best | x86_64 at 512 MB | arm64 at 1024 MB | 26 % cheaper (15 to 35 %) | 55 % faster (48 to 60 %)",
		"Primary: awslambda.Architecture_ARM_64(), Arm64: &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},",
		"512 | x86_64 | 360.6 | 340.7 to 383.4 | 349.4 · 360.6 · 371.8 | 3.208 | 3.042 to 3.398 | 3 | today",
		"1024 | x86_64 | 180.9 | 153.1 to 202.9 | | 3.223 | 2.76 to 3.591 | 0 | estimated",
		"1024 | arm64 | 154.5 | 149.2 to 162.9 | 154.3 · 154.5 · 154.8 | 2.267 | 2.195 to 2.378 | 3 | advised",
		"1024 | arm64 | 1 | 33 % | 233.6 | 90.41 | 1 | 70",
		"Alike | 22 of 22 answers",
		"Date | 2026-11-26 07:02 UTC",
		"Execution | arn:aws:states:eu-west-1:123456789012:execution:Tuner:one",
		"Function, arm64 | arn:aws:lambda:eu-west-1:123456789012:function:prime-arm",
		"Prices | x86_64: 0.00001500003 USD a GB-second, arm64: 0.00001200006 USD a GB-second, 0.0000002 USD a request in eu-west-1, by the price table of 2026-09-19, with 10 % discount",
		"Invocations a month | 3,000,000",
		`{ "discount": 10, "invocationsPerMonth": "3000000", "payload": "(left out: 19 bytes)", "target": "Prime" }`,
		"Read from | file-1.json",
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("there is no line %q", want)
		}
	}
	require.NotContains(t, page, "s3cret")
	for class, n := range map[string]int{"band x86": 2, "curve arm": 2, "points x86": 3, "spread arm": 2, "mark today": 2, "mark advised": 2} {
		require.Equal(t, n, strings.Count(page, `class="`+class+`"`), class)
	}
}

// What the tuner says of memory and architecture is a row each.
func TestPartsOfTheSaving(t *testing.T) {
	var o tuning.Output
	require.NoError(t, json.Unmarshal([]byte(golden(t, "prime")), &o))
	from, between := tuning.Means{Architecture: tuning.X86, Power: 512}, tuning.Means{Architecture: tuning.X86, Power: 128}
	o.Comparison.ByMemory = &tuning.Part{From: from, To: between, CheaperPercent: 52, FasterPercent: -210, Cheaper: &tuning.Interval{Percent: 52, Low: 45, High: 58}}
	o.Comparison.ByArchitecture = &tuning.Part{From: between, To: tuning.Means{Architecture: tuning.Arm, Power: 128}, CheaperPercent: 1, Cheaper: &tuning.Interval{Percent: 1, Low: -2, High: 4}, Estimated: true}
	o.Comparison.Today.Cheaper = &tuning.Interval{Percent: 61, Low: 55, High: 66}
	o.Comparison.Today.CheaperPercent, o.Comparison.Today.Faster = 61, nil
	o.Comparison.OtherArchitecture, o.Recommendation.OtherArchitecture = &tuning.Versus{Architecture: tuning.X86, Power: 512, CheaperPercent: -7, FasterPercent: 57}, nil
	given, err := json.Marshal(o)
	require.NoError(t, err)
	text := lines(write(t, string(given)))
	for _, want := range []string{
		"Moving from today | x86_64 at 512 MB | arm64 at 1024 MB | 61 % cheaper (55 to 66 %) | 55 % faster",
		"of that by memory | x86_64 at 512 MB | x86_64 at 128 MB | 52 % cheaper (45 to 58 %) | 210 % slower",
		"of that by architecture (estimated) | x86_64 at 128 MB | arm64 at 128 MB | 1 % cheaper, not certain (−2 to 4 %) | 0 % faster",
		"Beside the other architecture's best (estimated) | x86_64 at 512 MB | arm64 at 1024 MB | 7 % more expensive | 57 % faster",
		"Estimated: no fresh samples compare these two; it is what exploring made of them.",
	} {
		require.Contains(t, text, "\n"+want+"\n")
	}
}

// Hosts at two levels are a row and a picture with a point for each sandbox; without them there is nothing.
func TestHostsAtTwoLevels(t *testing.T) {
	var o tuning.Output
	require.NoError(t, json.Unmarshal([]byte(golden(t, "prime")), &o))
	for i := range o.Targets {
		if o.Targets[i].Architecture == tuning.Arm {
			o.Targets[i].Hosts = &tuning.Hosts{ApartPercent: 22.3, Slower: 3, Sandboxes: 12}
		}
	}
	given, err := json.Marshal(o)
	require.NoError(t, err)
	page := write(t, string(given))
	require.Contains(t, lines(page), "\nHosts at two levels\nArchitecture | Sandboxes | of these slower | by | Each sandbox\narm64 | 12 | 3 | 22 %\n")
	picture := regexp.MustCompile(`<svg class="levels".*?</svg>`).FindString(page)
	require.Contains(t, picture, `<path class="points arm"`)
	require.Equal(t, 12, strings.Count(picture, "h0"))
	fast, slow := regexp.MustCompile(`M\S+ 38h0`), regexp.MustCompile(`M\S+ 26\.1h0`)
	require.Len(t, fast.FindAllString(picture, -1), 9)
	require.Len(t, slow.FindAllString(picture, -1), 3)
	require.NotContains(t, write(t, golden(t, "prime")), "two levels")
}

func TestOneTargetAndNothingToChange(t *testing.T) {
	text := lines(write(t, golden(t, "foreign")))
	require.Contains(t, text, "\nIn the function's FunctionProps:\nMemorySize: jsii.Number(1024),\n")
	require.Contains(t, text, "\nDate | not known: the file has only the output\n")
	require.NotContains(t, text, "Answers")
	page := write(t, strings.Replace(golden(t, "foreign"), "\"change\",\n    \"architecture\": \"x86_64\",\n    \"power\": 1024", `"keep", "architecture": "x86_64", "power": 512`, 1))
	require.NotContains(t, page, "Lines of Go")
	require.Contains(t, page, ">today, advised<")
}

// Several verdicts of one function show how it moved.
func TestOverTime(t *testing.T) {
	at := func(i int, day string) string {
		return document(orders(t, i), `{"startDate": "2026-11-`+day+`T07:00:00Z"}`)
	}
	page := write(t, at(3, "20"), at(2, "13"), at(1, "06"),
		`{"executionArn": "e", "status": "TIMED_OUT", "startDate": "2026-11-21T00:00:00Z", "input": "{\"lambdaARN\": \"`+armARN+`\"}"}`)
	text := lines(page)
	require.Equal(t, 1, strings.Count(page, "<article"))
	require.Contains(t, text, `
2026-11-06 07:00 UTC | arm64 at 1769 MB | 34 % cheaper (24 to 43 %) | yes
2026-11-13 07:00 UTC | arm64 at 1769 MB | 41 % cheaper (31 to 49 %) | yes
2026-11-20 07:00 UTC | arm64 at 1024 MB | 39 % cheaper (31 to 47 %) | yes | yes
2026-11-21 00:00 UTC | none: the execution's status is TIMED_OUT
`)
	require.Contains(t, text, "\nAdvised | arm64 at 1024 MB\n")
	require.Regexp(t, `\n1 of 3 runs from 2026-11-06 07:00 UTC to 2026-11-20 07:00 UTC advise arm64 at 1024 MB; beside today's x86_64 at 512 MB, 3 of them together say 38 % cheaper \(\d+–\d+ %\), with what changed from run to run\.`, text)
	for _, want := range []string{`class="points over"`, `class="spread over"`, ">11-06 07:00<", ">11-13 07:00<", ">11-20 07:00<"} {
		require.Contains(t, page, want)
	}
	require.Contains(t, lines(write(t, orders(t, 1), orders(t, 2))), "\nfile-2.json | arm64 at 1769 MB | 41 % cheaper (31 to 49 %) | yes\n")
}

const (
	armARN  = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"
	peerURL = "https://lambda-power-tuning.show/#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4"
	peerTwo = "https://lambda-power-tuning.show/#gAA=;AADIQg==;vTeGNQ==;gAA=;AABIQg==;vTcGNQ==;old%20x86;old%20arm"
)

// Results of AWS Lambda Power Tuning stand in the same pictures, and alone.
func TestPeers(t *testing.T) {
	page := write(t, orders(t, 1), peerURL, peerTwo)
	require.Equal(t, 1, strings.Count(page, "<article"))
	for i := range 3 {
		require.Equal(t, 3, strings.Count(page, fmt.Sprintf(`class="points peer%d"`, i)), i) // two pictures and the key; small ones are for many functions
	}
	text := lines(page)
	require.Contains(t, text, "\nfile-2.json | 128 | 37,002 | 77.17\n")
	require.Contains(t, text, "\nfile-3.json, old x86 | 128 | 100 | 1\n")

	alone := `{"power": "128", "cost": 2e-7, "duration": 38.5, "stateMachine": {}}`
	page = write(t, alone, peerURL)
	text = lines(page)
	require.Contains(t, text, "\nAWS Lambda Power Tuning\n")
	require.Contains(t, text, "\nfile-1.json | 128 | 38.5 | 0.2 | yes\n")
	require.NotContains(t, text, "Every memory size")
}

// hostile is what a function may be called, answer and log.
const hostile = "</title></svg></style><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\u202e'\"&"

// Nothing that a document holds becomes markup, steers a terminal or turns text around.
func TestEscaping(t *testing.T) {
	var o tuning.Output
	require.NoError(t, json.Unmarshal([]byte(golden(t, "prime")), &o))
	o.Warnings = []string{hostile}
	o.Recommendation.Text, o.Recommendation.Stopped = hostile, hostile
	o.Responses = &tuning.ResponseComparison{Compared: 2, Alike: 1, FirstDifference: hostile, Unstable: []string{hostile}, NotCompared: ""}
	o.OutOfTime = &tuning.OutOfTime{Limit: hostile, Phase: hostile}
	o.Exploration.Text = hostile
	o.StateMachine.Visualization = hostile
	o.Targets[0].FunctionARN = "arn:aws:lambda:" + hostile + ":1:function:" + hostile
	o.Targets[1].FunctionARN = "arn:aws:lambda:" + hostile + ":1:function:other"
	o.Targets[0].Sizes[0].Failed = hostile
	output, err := json.Marshal(o)
	require.NoError(t, err)
	input, err := json.Marshal(map[string]any{"target": hostile, hostile: hostile})
	require.NoError(t, err)
	one := document(string(output), `{"executionArn": "x", "input": `+string(input)+`}`)
	failed, err := json.Marshal(map[string]any{"executionArn": hostile, "status": "FAILED", "error": hostile, "cause": hostile, "input": string(input)})
	require.NoError(t, err)
	for _, page := range []string{write(t, one), write(t, one, golden(t, "foreign"), string(failed)), write(t, string(failed)), write(t, strings.Replace(peerTwo, "old%20x86", "%3Cscript%3E%1b", 1))} {
		for _, bad := range []string{"<script", "<img", "onerror=alert(1)>", "\x1b", "\u202e", "</svg></style>"} {
			require.NotContains(t, page, bad)
		}
		require.Equal(t, 1, strings.Count(page, "<style"))
		require.Regexp(t, `\\u001b`, page)
	}
}

// The page loads nothing, and its policy lets it load nothing.
func TestSelfContained(t *testing.T) {
	page := write(t, orders(t, 1), golden(t, "foreign"))
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(page)
	require.Regexp(t, `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'$`, html.UnescapeString(policy[1]))
	for _, loads := range []string{"<script", "<link", "<img", "<iframe", " src=", " style=", "@import", "url(", "http://", " on" + "click"} {
		require.NotContains(t, page, loads)
	}
	require.Empty(t, regexp.MustCompile(`href="[^#]`).FindString(page), "links stay in the page")
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.False(t, ids[id[1]], id[1])
		ids[id[1]] = true
	}
	for _, to := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(to[1]) {
			require.True(t, ids[id], id)
		}
	}
}
