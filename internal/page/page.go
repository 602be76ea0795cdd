package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/verdicts"
)

//go:embed *.tmpl style.css
var files embed.FS

var templates = template.Must(template.New("page.html.tmpl").Funcs(template.FuncMap{
	"line": guard.Printable,
	"text": guard.PrintableText,
}).ParseFS(files, "*.tmpl"))

// Options are what a page says of itself, and what stands in front of the verdicts.
type Options struct {
	// Surveys of accounts; a row links to the section of a function's verdict.
	Surveys []*survey.Report
	// Written is when the page is written.
	Written time.Time
	// Version is the command's that writes it.
	Version string
}

// page is what page.html.tmpl shows.
type page struct {
	Policy string
	Style  template.CSS
	// Kind of report, and what it is about.
	Kind, Title      string
	Written, Version string
	Surveys          []surveyed
	// Ranking, Total and Blocked are there if there are several functions.
	Ranking  []ranked
	Total    string
	Blocked  []blocked
	Sections []section
}

// Write writes a page about functions, or about surveys alone.
func Write(w io.Writer, functions []verdicts.Function, o Options) error {
	style, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	// Nothing is loaded, and of styles only this one counts.
	hash := sha256.Sum256(style)
	p := page{
		Policy:  "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'",
		Style:   template.CSS(style), //nolint:gosec // it is a file of this package
		Written: day(o.Written), Version: o.Version,
	}
	for i, f := range functions {
		p.Sections = append(p.Sections, newSection(fmt.Sprintf("f%d", i+1), f))
	}
	ids := sectionsByARN(functions, p.Sections)
	for i, r := range o.Surveys {
		p.Surveys = append(p.Surveys, newSurveyed(fmt.Sprintf("s%d", i+1), r, ids))
	}
	p.Kind = "Tuning report"
	switch {
	case len(functions) == 0 && len(o.Surveys) > 0:
		p.Kind, p.Title = "Survey", surveyTitle(o.Surveys)
	case len(functions) == 1:
		p.Title = guard.Printable(functions[0].Name)
	default:
		p.Title = guard.Plural(len(functions), "function")
		p.Ranking, p.Total = rank(functions, p.Sections)
		p.Blocked = block(functions, p.Sections)
	}
	var b bytes.Buffer // a page is written whole or not at all
	if err := templates.Execute(&b, p); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
