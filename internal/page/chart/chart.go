package chart

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Chart shows series on two axes.
type Chart struct {
	// ID is unique on the page and has letters, digits and hyphens.
	ID string
	// Title says what is shown, and Description what it shows, for those who cannot see it.
	Title, Description string
	X, Y               Axis
	Series             []Series
	Marks              []Mark
	// Small is a picture among many: without labels, bands and spreads, and without points if there is a line.
	Small bool
}

// Series is what has one colour.
type Series struct {
	// Class is the style sheet's name for it.
	Class string
	// Points were measured.
	Points []Point
	// Curve is what is believed everywhere, with its band.
	Curve []Point
	// Joined draws a line through the points.
	Joined bool
}

// Point is a value with what it lies between; Low and High are both 0 if that is not known.
type Point struct{ X, Y, Low, High float64 }

// Mark names a point.
type Mark struct {
	X, Y  float64
	Class string
	Label string
}

// frame is a picture's size and margins in SVG's units. Text in it is as large as the page's if the picture is as
// wide as a phone.
type frame struct{ width, height, left, right, top, bottom float64 }

var (
	large = frame{width: 400, height: 280, left: 58, right: 12, top: 14, bottom: 36}
	small = frame{width: 200, height: 110, left: 6, right: 6, top: 8, bottom: 8}
)

// SVG draws the chart.
func (c Chart) SVG() template.HTML {
	d := drawing{Chart: c, frame: large}
	if c.Small {
		d.frame = small
	}
	d.printf(`<svg viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %[3]s-d"><title id="%[3]s-t">%s</title><desc id="%[3]s-d">%s</desc>`,
		num(d.width), num(d.height), c.ID, html.EscapeString(c.Title), html.EscapeString(c.Description))
	d.axes()
	for _, s := range c.Series {
		if !c.Small {
			d.band(s)
		}
	}
	for _, s := range c.Series {
		d.series(s)
	}
	for i, m := range c.Marks {
		d.mark(m, i)
	}
	d.WriteString("</svg>")
	return template.HTML(d.String()) //nolint:gosec // every text is escaped above
}

type drawing struct {
	strings.Builder
	Chart
	frame
}

func (d *drawing) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(d, format, args...) // a strings.Builder does not fail
}

func (d *drawing) x(v float64) float64 { return d.left + d.X.place(v)*(d.width-d.left-d.right) }
func (d *drawing) y(v float64) float64 {
	return d.height - d.bottom - d.Y.place(v)*(d.height-d.top-d.bottom)
}

// at returns a point as a path's command has it.
func (d *drawing) at(x, y float64) string {
	if d.Small { // nobody sees a fraction there
		return num(math.Round(d.x(x))) + " " + num(math.Round(d.y(y)))
	}
	return num(d.x(x)) + " " + num(d.y(y))
}

// num writes a length without what nobody sees.
func num(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

func (d *drawing) axes() {
	right, bottom := d.width-d.right, d.height-d.bottom
	if d.Small {
		d.printf(`<path class="axis" d="M%s %sH%s"/>`, num(d.left), num(bottom), num(right))
		return
	}
	var grid, texts strings.Builder
	for _, t := range d.Y.Ticks {
		y := d.y(t.Value)
		fmt.Fprintf(&grid, "M%s %sH%s", num(d.left), num(y), num(right))
		fmt.Fprintf(&texts, `<text class="end" x="%s" y="%s">%s</text>`, num(d.left-6), num(y+4), html.EscapeString(t.Label))
	}
	d.printf(`<path class="grid" d="%s"/><path class="axis" d="M%s %sH%s`, grid.String(), num(d.left), num(bottom), num(right))
	for _, t := range d.X.Ticks {
		x := d.x(t.Value)
		d.printf("M%s %sv5", num(x), num(bottom))
		fmt.Fprintf(&texts, `<text class="mid" x="%s" y="%s">%s</text>`, num(x), num(bottom+18), html.EscapeString(t.Label))
	}
	d.printf(`"/>%s`, texts.String())
}

func (d *drawing) band(s Series) {
	if len(s.Curve) < 2 {
		return
	}
	d.printf(`<path class="band %s" d="`, s.Class)
	for i, p := range s.Curve {
		d.printf("%c%s", command(i), d.at(p.X, p.High))
	}
	for _, p := range slices.Backward(s.Curve) {
		d.printf("L%s", d.at(p.X, p.Low))
	}
	d.WriteString(`Z"/>`)
}

func command(i int) rune {
	if i == 0 {
		return 'M'
	}
	return 'L'
}

func (d *drawing) line(class, of string, points []Point) {
	if len(points) < 2 {
		return
	}
	d.printf(`<path class="%s %s" d="`, class, of)
	for i, p := range points {
		d.printf("%c%s", command(i), d.at(p.X, p.Y))
	}
	d.WriteString(`"/>`)
}

// series draws the curve, then the points. A point is a line of no length, round or square by its class: that takes a
// tenth of the bytes of a shape.
func (d *drawing) series(s Series) {
	d.line("curve", s.Class, s.Curve)
	if s.Joined {
		d.line("joined", s.Class, s.Points)
	}
	if d.Small && (len(s.Curve) > 1 || s.Joined && len(s.Points) > 1) {
		return // the line is enough
	}
	var spread, points strings.Builder
	for _, p := range s.Points {
		if (p.Low != 0 || p.High != 0) && !d.Small {
			fmt.Fprintf(&spread, "M%sV%s", d.at(p.X, p.Low), num(d.y(p.High)))
		}
		fmt.Fprintf(&points, "M%sh0", d.at(p.X, p.Y))
	}
	if spread.Len() > 0 {
		d.printf(`<path class="spread %s" d="%s"/>`, s.Class, spread.String())
	}
	if points.Len() > 0 {
		d.printf(`<path class="points %s" d="%s"/>`, s.Class, points.String())
	}
}

// mark draws a ring, or a diamond for every second one, and its label where there is room.
func (d *drawing) mark(m Mark, i int) {
	x, y := d.x(m.X), d.y(m.Y)
	r := 8.0
	if d.Small {
		r = 5
	}
	if i%2 == 0 {
		d.printf(`<circle class="mark %s" cx="%s" cy="%s" r="%s"/>`, m.Class, num(x), num(y), num(r))
	} else {
		d.printf(`<path class="mark %s" d="M%s %sl%[4]s %[4]sl-%[4]s %[4]sl-%[4]s -%[4]sZ"/>`, m.Class, num(x), num(y-r-1), num(r+1))
	}
	if d.Small {
		return
	}
	anchor, shift := "mid", 0.0
	switch {
	case x > d.width-d.right-30:
		anchor, shift = "end", 8
	case x < d.left+30:
		anchor, shift = "", -8
	}
	below := i%2 == 1 // the second one below its point, so that neither covers the other
	at := y - r - 5
	if at < d.top+8 || below && y+r+16 < d.height-d.bottom {
		at = y + r + 14
	}
	d.printf(`<text class="label %s" x="%s" y="%s">%s</text>`, anchor, num(x+shift), num(at), html.EscapeString(m.Label))
}
