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
	"github.com/dualarch/dualarch/internal/verdicts"
)

//go:embed *.tmpl style.css
var files embed.FS

var templates = template.Must(template.New("page.html.tmpl").Funcs(template.FuncMap{
	"line": guard.Printable,
	"text": guard.PrintableText,
}).ParseFS(files, "*.tmpl"))

// Options are what a page says of itself.
type Options struct {
	// Written is when the page is written.
	Written time.Time
	// Version is the command's that writes it.
	Version string
}

// page is what page.html.tmpl shows.
type page struct {
	Policy           string
	Style            template.CSS
	Title            string
	Written, Version string
	// Ranking, Total and Blocked are there if there are several functions.
	Ranking  []ranked
	Total    string
	Blocked  []blocked
	Sections []section
}

// Write writes a page about functions.
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
	if len(functions) == 1 {
		p.Title = guard.Printable(functions[0].Name)
	} else {
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
