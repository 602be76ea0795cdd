package chart

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func plain(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func labels(a Axis) string {
	var all []string
	for _, t := range a.Ticks {
		all = append(all, t.Label)
	}
	return strings.Join(all, " ")
}

func TestTicks(t *testing.T) {
	for want, axis := range map[string]Axis{
		"128 256 512 1024 2048":           Memory([]float64{128, 256, 1769, 3008}, plain),
		"128 256 512 1024 2048 4096 8192": Memory([]float64{10240, 128}, plain),
		"1769":                            Memory([]float64{1769}, plain),
		"600 700":                         Memory([]float64{600, 700}, plain),
		"0 50 100 150 200":                Amounts([]float64{100, 200}, plain),
		"20 50 100 200 500 1000":          Amounts([]float64{20, 1000}, plain),
		"0.001 0.1 10 1000 100000 1e+07":  Amounts([]float64{0.001, 1e8, 0}, plain),
		"0 0.2 0.4 0.6 0.8 1":             Amounts(nil, plain),
		"-10 0 10 20 30":                  Signed([]float64{-12, 30, 0}, plain),
		"0 10 20 30 40 50":                Signed([]float64{50, 30}, plain),
	} {
		require.Equal(t, want, labels(axis))
	}
}

func TestPlaces(t *testing.T) {
	a := Memory([]float64{128, 512}, plain)
	require.InDelta(t, 0.5, a.place(256), 1e-12)
	require.Equal(t, 0.0, a.place(1))
	require.Equal(t, 1.0, a.place(1e6))
	require.Equal(t, 0.5, Axis{}.place(3))
	require.InDelta(t, 0.25, Axis{Low: -10, High: 30}.place(0), 1e-12)
}

// elements parses a picture, which is how it is known to be well formed, and returns how often each class is there.
func elements(t *testing.T, svg string) map[string]int {
	t.Helper()
	found := map[string]int{}
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if token == nil {
			break
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			for _, a := range start.Attr {
				require.NotContains(t, a.Value, "NaN")
				require.NotContains(t, a.Value, "Inf")
				if a.Name.Local == "class" {
					found[a.Value]++
				}
			}
		}
	}
	return found
}

func TestChart(t *testing.T) {
	c := Chart{
		ID: "a", Title: `</title><script>alert("x")</script>`, Description: "<&", X: Memory([]float64{128, 256, 512}, plain), Y: Amounts([]float64{10, 20}, plain),
		Series: []Series{
			{Class: "x86", Points: []Point{{128, 20, 18, 22}, {512, 10, 0, 0}}, Curve: []Point{{128, 20, 19, 21}, {256, 15, 14, 17}, {512, 10, 9, 12}}},
			{Class: "peer", Points: []Point{{128, 15, 0, 0}, {256, 15, 0, 0}}, Joined: true},
		},
		Marks: []Mark{{128, 20, "today", "today <b>"}, {512, 10, "advised", "advised"}},
	}
	svg := string(c.SVG())
	found := elements(t, svg)
	require.Equal(t, map[string]int{"grid": 1, "axis": 1, "end": len(c.Y.Ticks), "mid": 3, "band x86": 1, "curve x86": 1, "spread x86": 1, "points x86": 1,
		"points peer": 1, "joined peer": 1, "mark today": 1, "mark advised": 1, "label ": 1, "label end": 1}, found)
	require.NotContains(t, svg, "<script")
	require.Contains(t, svg, "today &lt;b&gt;")
	// Twice the memory is as far to the right everywhere; half of the axis is half of the height.
	require.Contains(t, svg, `<path class="points peer" d="M85.7 79.7h0M223 79.7h0"`)
	c.Small = true
	require.Equal(t, map[string]int{"axis": 1, "curve x86": 1, "joined peer": 1, "mark today": 1, "mark advised": 1},
		elements(t, string(c.SVG())))
}

// Nothing that a document may hold breaks a picture.
func TestChartOfExtremes(t *testing.T) {
	for _, values := range [][]float64{{0}, {0, 0}, {1e15, 1e-300}, {math.SmallestNonzeroFloat64, 1e15}, {5, 5}, {1e15, 1e15}} {
		c := Chart{ID: "a", X: Memory([]float64{1, 1 << 20}, plain), Y: Amounts(values, plain), Marks: []Mark{{1, values[0], "today", "today"}}}
		for i, v := range values {
			p := Point{float64(1 + i), v, 0, v}
			c.Series = append(c.Series, Series{Class: "x86", Points: []Point{p, p}, Curve: []Point{p, p}})
		}
		elements(t, string(c.SVG()))
		require.LessOrEqual(t, len(c.Y.Ticks), maxTicks+1)
		elements(t, string(Bar{Axis: Signed(values, plain), Percent: values[0], Low: -1e15, High: values[0]}.SVG()))
	}
}

func TestBars(t *testing.T) {
	axis := Signed([]float64{-10, 40}, plain)
	for class, b := range map[string]Bar{
		"better": {Axis: axis, Percent: 26, Low: 15, High: 35}, "worse": {Axis: axis, Percent: -5, Low: -8, High: -2}, "unclear": {Axis: axis, Percent: 1, Low: -2, High: 4},
	} {
		require.Equal(t, map[string]int{"bar": 1, "axis": 1, "interval " + class: 1, "value " + class: 1}, elements(t, string(b.SVG())))
	}
	require.Equal(t, map[string]int{"bar": 1, "axis": 1, "fill better": 1, "value better": 1}, elements(t, string(Bar{Axis: axis, Percent: 5, Low: 5, High: 5, Filled: true, NoIntervals: true}.SVG())))
}
