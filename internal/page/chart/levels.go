package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Levels shows the sandboxes of an architecture that ran on two kinds of host: a point for each, at its kind's level.
type Levels struct {
	// Class is the style sheet's name for the architecture.
	Class          string
	Faster, Slower int
	// Apart is how far the levels are apart, in per cent of the faster one's time.
	Apart float64
}

// farApart is what two kinds of host are apart at most, in per cent, that the picture tells apart.
const farApart = 60

// SVG draws the levels, the slower one above. It is hidden from screen readers, since its numbers stand in the row.
func (l Levels) SVG() template.HTML {
	const width, height, margin = 160.0, 44.0, 6.0
	fast := height - margin
	slow := fast - max(0.25, min(1, l.Apart/farApart))*(height-2*margin)
	text := fmt.Sprintf(`<svg class="levels" viewBox="0 0 %s %s" aria-hidden="true"><path class="grid" d="M0 %sH%[1]sM0 %[4]sH%[1]s"/>`, num(width), num(height), num(fast), num(slow))
	var points strings.Builder
	n := l.Faster + l.Slower
	for i := range n {
		y := fast
		if i >= l.Faster {
			y = slow
		}
		fmt.Fprintf(&points, "M%s %sh0", num(margin+(float64(i)+0.5)*(width-2*margin)/float64(n)), num(y))
	}
	if n > 0 {
		text += fmt.Sprintf(`<path class="points %s" d="%s"/>`, l.Class, points.String())
	}
	return template.HTML(text + "</svg>") //nolint:gosec // there are only numbers in it, and the page's own class
}
