package chart

import (
	"fmt"
	"html/template"
)

// Bar is a value and what it lies between, on an axis that the rows of a table share.
type Bar struct {
	Axis                Axis
	Percent, Low, High  float64
	Filled, NoIntervals bool
}

// SVG draws the bar. It is hidden from screen readers, since its numbers stand in the cell beside it.
func (b Bar) SVG() template.HTML {
	const width, height, margin = 160.0, 18.0, 4.0
	x := func(v float64) string { return num(margin + b.Axis.place(v)*(width-2*margin)) }
	class := "worse"
	switch {
	case b.Low > 0:
		class = "better"
	case b.High >= 0:
		class = "unclear"
	}
	text := fmt.Sprintf(`<svg class="bar" viewBox="0 0 %s %s" aria-hidden="true"><path class="axis" d="M%s 0V%s"/>`, num(width), num(height), x(0), num(height))
	if b.Filled {
		text += fmt.Sprintf(`<path class="fill %s" d="M%s %sH%s"/>`, class, x(0), num(height/2), x(b.Percent))
	}
	if !b.NoIntervals {
		text += fmt.Sprintf(`<path class="interval %s" d="M%s %sH%sM%[2]s 5v8M%[4]s 5v8"/>`, class, x(b.Low), num(height/2), x(b.High))
	}
	text += fmt.Sprintf(`<path class="value %s" d="M%s %sh0"/></svg>`, class, x(b.Percent), num(height/2))
	return template.HTML(text) //nolint:gosec // there are only numbers in it
}
