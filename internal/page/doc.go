// Package page writes verdicts as one HTML file that needs nothing else: no script, no network, no font. Its
// Content-Security-Policy forbids all of them.
//
// Read page.go (Write, and what the file consists of), then section.go (one function: what is advised), savings.go,
// sizes.go, pictures.go, cold.go, hosts.go and run.go (its tables and pictures), overtime.go (several verdicts of one function),
// ranking.go and blocked.go (many functions), survey.go (an account's functions, most of which have no verdict), and
// format.go (numbers and texts). The templates are page.html.tmpl, survey.html.tmpl and section.html.tmpl. What a function under test can influence only gets into the file through html/template, and with
// what no printer shows written out.
package page
