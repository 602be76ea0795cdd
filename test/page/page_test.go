package page

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/page"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// axe is the accessibility checker that package.json pins.
var axe = flag.String("axe", "../../node_modules/axe-core/axe.min.js", "axe-core's program")

func output(t *testing.T, i int) tuning.Output {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/orders-%d.json", i))
	require.NoError(t, err)
	var o tuning.Output
	require.NoError(t, json.Unmarshal(text, &o))
	return o
}

// html returns the page about verdicts.
func html(t *testing.T, all ...verdicts.Verdict) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, page.Write(&b, verdicts.ByFunction(all), page.Options{Written: time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC), Version: "v1.0.0"}))
	return b.String()
}

// one is three verdicts of one function, a week apart.
func one(t *testing.T) string {
	t.Helper()
	var all []verdicts.Verdict
	for i := range 3 {
		o := output(t, 3-i)
		o.Targets[1].Hosts = &tuning.Hosts{ApartPercent: 22, Slower: 3, Sandboxes: 12}
		all = append(all, verdicts.Verdict{Source: "verdict.json", Output: &o, Execution: &verdicts.Execution{
			ARN:     fmt.Sprintf("arn:aws:states:eu-west-1:123456789012:execution:Tuner:week-%d", i+1),
			Stopped: time.Date(2026, 11, 6+7*i, 7, 0, 0, 0, time.UTC), Input: json.RawMessage(`{"target":"Orders","invocationsPerMonth":30000000}`),
		}})
	}
	return html(t, all...)
}

// thirty is a verdict of each of thirty functions, some of which cannot move.
func thirty(t *testing.T) string {
	t.Helper()
	var all []verdicts.Verdict
	for i := range 30 {
		o := output(t, 1+i%3)
		for j := range o.Targets {
			o.Targets[j].FunctionARN = fmt.Sprintf("arn:aws:lambda:eu-west-1:123456789012:function:service-%02d-%s", i, o.Targets[j].Architecture)
		}
		*o.Recommendation.SavingsPerMonth = float64(900 - 29*i)
		if i%10 == 7 {
			o.Responses.Alike, o.Responses.FirstDifference = o.Responses.Compared-2, `/body/total: "10.0" on x86_64, "10" on arm64`
		}
		all = append(all, verdicts.Verdict{Source: "verdicts.json", Output: &o})
	}
	all = append(all, verdicts.Verdict{Source: "failed.json", Name: "billing", Failed: "the execution's status is FAILED: Plan: no permission"})
	return html(t, all...)
}

// surveyed is a survey of an account.
func surveyed(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/survey.json")
	require.NoError(t, err)
	r, err := survey.Decode(text)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, page.Write(&b, nil, page.Options{Written: time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC), Version: "v1.0.0", Surveys: []*survey.Report{r}}))
	return b.String()
}

// Each state looks as it did, says nothing, asks for nothing, and is accessible.
func TestStates(t *testing.T) {
	checker, err := os.ReadFile(*axe)
	require.NoError(t, err, "npm ci installs axe-core")
	b := start(t)
	pages := map[string]string{"one": one(t), "thirty": thirty(t), "survey": surveyed(t)}
	for name, state := range map[string]struct {
		page string
		view view
		file string
		at   string // an element's id, instead of the page's beginning
	}{
		"light":            {"one", view{width: 1000, height: 1280}, "../../docs/report.png", ""},
		"dark":             {"one", view{width: 1000, height: 1280, dark: true}, "", ""},
		"narrow":           {"one", view{width: 390, height: 1600, phone: true}, "", ""},
		"print":            {"one", view{width: 800, height: 1100, dark: true, media: "print"}, "", ""},
		"hosts":            {"one", view{width: 1000, height: 640}, "", "f1-k"},
		"thirty-functions": {"thirty", view{width: 1000, height: 1300}, "", ""},
		"survey":           {"survey", view{width: 1000, height: 1300}, "", ""},
		"survey-dark":      {"survey", view{width: 390, height: 1300, phone: true, dark: true}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			tab := b.open(pages[state.page], state.view)
			if state.at != "" {
				tab.eval(`document.getElementById("`+state.at+`").scrollIntoView(); 0`, nil)
			}
			file := state.file
			if file == "" {
				file = "testdata/" + name + ".png"
			}
			compare(t, file, tab.screenshot())
			var width int
			tab.eval("document.documentElement.scrollWidth", &width)
			require.LessOrEqual(t, width, state.view.width, "only tables scroll sideways")
			require.Empty(t, tab.messages())

			tab.eval(string(checker)+";0", nil)
			var violations []string
			tab.eval(`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ").slice(0, 500)))`, &violations)
			require.Empty(t, violations)
		})
	}
}

// What the tests above would see is seen, and the page's policy keeps it from happening.
func TestPolicyIsEnforced(t *testing.T) {
	injected := `<script>document.title = "changed"</script><img src="https://example.com/a.png"><p style="color: red" id="red">x</p></body>`
	tab := start(t).open(strings.Replace(one(t), "</body>", injected, 1), view{width: 800, height: 600})
	var title, colour string
	tab.eval("document.title", &title)
	require.Equal(t, "Orders: tuning report", title)
	tab.eval("getComputedStyle(document.getElementById('red')).color", &colour)
	require.NotEqual(t, "rgb(255, 0, 0)", colour)
	blocked := strings.Join(tab.messages(), "\n")
	for _, directive := range []string{"script-src", "img-src", "style-src"} {
		require.Contains(t, blocked, directive)
	}
}

// The table has the verdict's numbers.
func TestNumbersInTheTable(t *testing.T) {
	tab := start(t).open(one(t), view{width: 1000, height: 1000})
	var rows [][]string
	tab.eval(`[...document.querySelectorAll(".sizes tbody tr")].map(r => [...r.cells].map(c => c.innerText))`, &rows)
	o := output(t, 1)
	require.Len(t, rows, len(o.Curve))
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
		require.NoError(t, err)
		return v
	}
	measured := 0
	for _, row := range rows {
		for _, c := range o.Curve {
			if fmt.Sprint(c.Power) != row[0] || string(c.Architecture) != row[1] {
				continue
			}
			duration, cost := c.Duration, c.Cost
			for _, target := range o.Targets {
				for _, s := range target.Sizes {
					if target.Architecture == c.Architecture && s.Power == c.Power && s.Samples > 0 {
						duration, cost = s.Duration, s.Cost
						measured++
					}
				}
			}
			require.InEpsilon(t, duration, number(row[2]), 0.0006)
			require.InEpsilon(t, cost*1e6, number(row[5]), 0.0006)
			low, high, _ := strings.Cut(row[6], " to ")
			require.InEpsilon(t, c.CostLow*1e6, number(low), 0.0006)
			require.InEpsilon(t, c.CostHigh*1e6, number(high), 0.0006)
		}
	}
	require.Equal(t, o.Exploration.Measured, measured)
}

// The picture has the points where the table has them: half the cost is half as high.
func TestPointsOfThePicture(t *testing.T) {
	tab := start(t).open(one(t), view{width: 1000, height: 1000})
	var places map[string][2]float64
	tab.eval(`(() => {
		const at = e => { const r = e.getBBox(); return [r.x + r.width / 2, r.y + r.height / 2] };
		const svg = document.querySelectorAll(".pictures svg")[1], ticks = {};
		svg.querySelectorAll("text.end, text.mid").forEach(e => ticks[e.textContent] = [+e.getAttribute("x"), +e.getAttribute("y") - 4]);
		ticks.today = at(svg.querySelector(".mark.today"));
		ticks.advised = at(svg.querySelector(".mark.advised"));
		return ticks;
	})()`, &places)
	o := output(t, 1)
	height, octave := places["0"][1]-places["2"][1], places["1024"][0]-places["512"][0]
	today := o.Recommendation.Today
	for mark, c := range map[string]tuning.Configuration{
		"today": {Architecture: today.Architecture, MemorySize: today.Power}, "advised": {Architecture: o.Architecture, MemorySize: o.Power},
	} {
		for _, target := range o.Targets {
			for _, s := range target.Sizes {
				if target.Architecture == c.Architecture && s.Power == c.MemorySize {
					require.InDelta(t, s.Cost*1e6/2, (places["0"][1]-places[mark][1])/height, 0.02, mark)
				}
			}
		}
		require.InDelta(t, math.Log2(float64(c.MemorySize)/512), (places[mark][0]-places["512"][0])/octave, 0.02, mark)
	}
}

// Who has no mouse gets everywhere: first past the header, then to each link and each table that scrolls.
func TestKeyboard(t *testing.T) {
	tab := start(t).open(thirty(t), view{width: 390, height: 800, phone: true})
	var reached []string
	for range 4 {
		for _, kind := range []string{"rawKeyDown", "keyUp"} {
			tab.call(tab.session, "Input.dispatchKeyEvent", map[string]any{"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}, nil)
		}
		var at string
		tab.eval(`document.activeElement.getAttribute("href") || document.activeElement.className`, &at)
		reached = append(reached, at)
	}
	require.Equal(t, []string{"#main", "wide", "#f1", "#f2"}, reached)
}
