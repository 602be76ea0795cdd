package adopt

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/dualarch/dualarch/internal/printable"
)

// Lines are the Go that adopts a function: one function of the app's, and what it imports.
type Lines struct {
	Imports []string `json:"imports"`
	Text    string   `json:"text"`
}

// writer writes the lines of one function.
type writer struct {
	*subject
	elsewhere bool
	b         strings.Builder
	// parameters are what the app has to give; notes are for the reader, outside of the lines.
	parameters []parameter
	taken      map[string]bool // names of parameters and variables
	notes      []string
	mappings   []mapping
	alias      string // the id of the alias that is adopted
	// runtime is the one that the code brings, if it is another one than today's.
	runtime string
	// kept are properties of the function that no option has, and overridden ids that are kept without an option.
	kept, overridden []string
}

// parameter is a construct, or a folder, that the app has.
type parameter struct{ name, kind, what string }

func newWriter(s *subject, options Options) *writer {
	return &writer{subject: s, elsewhere: options.Elsewhere, taken: map[string]bool{}, alias: s.adoptedAlias()}
}

// parameter adds a parameter and returns its name, which is made unique. What is asked for already is not asked for again.
func (w *writer) parameter(name, kind, what string) string {
	what = printable.Line(what)
	for _, p := range w.parameters {
		if p.kind == kind && p.what == what {
			return p.name
		}
	}
	name = w.variable(name)
	w.parameters = append(w.parameters, parameter{name, kind, what})
	return name
}

// variable returns a name that nothing else has in the lines.
func (w *writer) variable(name string) string {
	name = goName(name)
	unique := name
	for n := 2; w.taken[unique]; n++ {
		unique = fmt.Sprint(name, n)
	}
	w.taken[unique] = true
	return unique
}

// goName makes a name of Go's: "Dead-Letters" becomes deadLetters.
func goName(name string) string {
	var b strings.Builder
	upper := false
	for _, r := range name {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			if b.Len() == 0 {
				if unicode.IsDigit(r) {
					b.WriteString("the")
				} else {
					r = unicode.ToLower(r)
				}
			} else if upper {
				r = unicode.ToUpper(r)
			}
			b.WriteRune(r)
			upper = false
		default:
			upper = true
		}
	}
	text := b.String()
	if text == "" || text == "fn" || text == "scope" || token.IsKeyword(text) || packages[text] != "" || predeclared[text] {
		return text + "Of"
	}
	return text
}

// predeclared are the words of Go's that the lines use.
var predeclared = map[string]bool{"any": true, "map": true, "nil": true, "string": true, "true": true, "false": true, "float64": true}

// packages are what lines import, by name.
var packages = map[string]string{
	"awscdk":     "github.com/aws/aws-cdk-go/awscdk/v2",
	"constructs": "github.com/aws/constructs-go/constructs/v10",
	"dualarch":   "github.com/dualarch/dualarch/constructs/dualarch",
	"jsii":       "github.com/aws/jsii-runtime-go",
}

func init() {
	for _, name := range []string{
		"awsdynamodb", "awsec2", "awsecr", "awsiam", "awskinesis", "awskms", "awslambda", "awslambdaeventsources", "awslogs", "awssecretsmanager", "awssns",
		"awssqs",
	} {
		packages[name] = packages["awscdk"] + "/" + name
	}
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// field writes a field of a struct. what is a comment, "" for none.
func (w *writer) field(name, expression, what string) {
	if what != "" {
		what = " // " + what
	}
	w.line("%s: %s,%s", name, expression, what)
}

// call writes a statement; what is a comment, "" for none.
func (w *writer) call(expression, what string) {
	if what != "" {
		what = " // " + what
	}
	w.line("%s%s", expression, what)
}

func (w *writer) note(format string, args ...any) {
	w.notes = append(w.notes, printable.Line(fmt.Sprintf(format, args...)))
}

// write writes the body: the construct, its event sources, and what is set without an option.
func (w *writer) write() {
	w.mappings = w.findMappings()
	_, id := w.place()
	w.line("fn := dualarch.NewDualArchFunction(scope, jsii.String(%q), &dualarch.DualArchFunctionProps{", id)
	w.field("Code", w.codeExpression(), "")
	w.options()
	primary := "awslambda.Architecture_X86_64()"
	if w.today().Architecture == "arm64" {
		primary = "awslambda.Architecture_ARM_64()"
	}
	w.field("Primary", primary, "what it runs on today")
	w.serving()
	w.field("Api", "&dualarch.ApiOptions{Disabled: jsii.Bool(true)}", "it has callers of its own")
	if w.Properties["DurableConfig"] != nil {
		w.field("PowerTuning", "&dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)}", "durable functions are not tuned")
	}
	w.line("})")
	for _, m := range w.mappings {
		w.eventSource(m)
	}
	for _, property := range w.kept {
		w.call(fmt.Sprintf("fn.Serving().Node().DefaultChild().(awslambda.CfnFunction).AddPropertyOverride(jsii.String(%q), %s)", property, goAny(w.Properties[property])),
			w.comment(w.Properties[property]))
	}
	w.overrides()
	w.aliasKept()
	w.line("return fn")
	w.advise()
}

// serving writes the options of the serving function.
func (w *writer) serving() {
	ids := w.adoptions()
	if ids.isEmpty() && len(w.aliases) == 0 {
		w.field("Serving", "&dualarch.ServingOptions{}", "")
		return
	}
	w.line("Serving: &dualarch.ServingOptions{")
	w.aliasOptions()
	if w.hasWeights() {
		w.field("Deployment", "&dualarch.DeploymentOptions{AllAtOnce: jsii.Bool(true)}", "CodeDeploy moves no alias of two versions")
	}
	if !ids.isEmpty() {
		w.line("Adopt: &dualarch.AdoptOptions{")
		for _, one := range ids.options() {
			w.field(one.name, fmt.Sprintf("jsii.String(%q)", one.id), "")
		}
		if len(ids.EventSources) > 0 {
			w.line("EventSources: map[string]string{")
			for _, source := range slices.Sorted(maps.Keys(ids.EventSources)) {
				w.line("%q: %q,", source, ids.EventSources[source])
			}
			w.line("},")
		}
		w.line("},")
	}
	w.line("},")
}

// lines returns what was written, as gofmt has it.
func (w *writer) lines() (*Lines, []string) {
	scope, id := w.place()
	var b strings.Builder
	name := "adopt" + title(goName(id))
	fmt.Fprintf(&b, "// %s makes %s (%s) the serving function of a DualArchFunction. The app gives it:\n", name, printable.Line(w.name), printable.Line(w.id))
	fmt.Fprintf(&b, "//   - scope: %s\n", printable.Line(scope))
	parameters := []string{"scope constructs.Construct"}
	for _, p := range w.parameters {
		fmt.Fprintf(&b, "//   - %s: %s\n", p.name, p.what)
		parameters = append(parameters, p.name+" "+p.kind)
	}
	fmt.Fprintf(&b, "func %s(%s) dualarch.DualArchFunction {\n%s}\n", name, strings.Join(parameters, ", "), w.b.String())
	text := "package p\n\n" + b.String()
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		panic(fmt.Sprintf("the lines for %s are no Go: %v\n%s", w.name, err, text)) // a fault of this package
	}
	formatted, err := format.Source([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("the lines for %s cannot be formatted: %v", w.name, err)) // it has been parsed
	}
	return &Lines{Imports: imported(file), Text: strings.TrimPrefix(string(formatted), "package p\n\n")}, w.notes
}

// imported returns the packages whose names a file uses.
func imported(file *ast.File) []string {
	used := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, is := node.(*ast.SelectorExpr); is {
			if name, is := selector.X.(*ast.Ident); is && packages[name.Name] != "" {
				used[packages[name.Name]] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(used))
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
