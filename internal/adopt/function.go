package adopt

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/cfn"
)

// Function is a Lambda function of a template, and how it is adopted.
type Function struct {
	// Name is the path of the construct, or the stack and the logical id.
	Name  string `json:"name"`
	Stack string `json:"stack"`
	ID    string `json:"logicalId"`
	Today Today  `json:"today"`
	// NotAdopted is why the function stays as it is, "" if it can be adopted.
	NotAdopted string `json:"notAdopted,omitempty"`
	// Go are the lines, nil if it cannot.
	Go *Lines `json:"go,omitempty"`
	// Changes are what the first deployment changes, Stays what has to stay in the app for good, and Notes what else
	// to look at.
	Changes []string `json:"changes,omitempty"`
	Stays   []string `json:"stays,omitempty"`
	Notes   []string `json:"notes,omitempty"`
	// Callers are who the template shows to reach the function without an alias; Others is where the rest shows.
	Callers []Caller `json:"callers,omitempty"`
	Others  *Metric  `json:"others,omitempty"`
}

// Today is what runs, as far as the template knows it.
type Today struct {
	FunctionName string `json:"functionName,omitempty"`
	PackageType  string `json:"packageType"`
	Runtime      string `json:"runtime,omitempty"`
	Architecture string `json:"architecture,omitempty"` // "" if only the deployment knows it
	MemorySize   int    `json:"memorySize,omitempty"`
	Timeout      int    `json:"timeout,omitempty"`
}

// Options choose functions and how they are adopted.
type Options struct {
	// Names are paths, their last parts, logical ids or function names; none means all functions.
	Names []string
	// Elsewhere is true if the construct gets another scope or id in the same stack.
	Elsewhere bool
	// Now decides which runtimes are deprecated.
	Now time.Time
}

// Functions returns the functions of an app, in the order of stacks and paths.
func Functions(app []cfn.Assembly, options Options) ([]Function, error) {
	var found []Function
	var all []string
	matched := map[string]bool{}
	for _, a := range app {
		for _, t := range a {
			for _, id := range t.IDs(cfn.FunctionType, samFunction) {
				s := newSubject(a, t, id)
				all = append(all, s.name)
				if !s.asked(options.Names, matched) {
					continue
				}
				found = append(found, s.describe(options))
			}
		}
	}
	var wrong []error
	for _, name := range options.Names {
		if !matched[name] {
			wrong = append(wrong, fmt.Errorf("--function %q: there is no such function; the functions are %s", name, strings.Join(all, ", ")))
		}
	}
	if len(all) == 0 {
		wrong = append(wrong, errors.New("there is no Lambda function in it"))
	}
	slices.SortStableFunc(found, func(a, b Function) int { return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Name, b.Name)) })
	return found, errors.Join(wrong...)
}

// subject is a function while it is looked at.
type subject struct {
	assembly cfn.Assembly
	in       *cfn.Template
	id, name string
	cfn.Resource
	aliases []string // ids of its aliases
}

func newSubject(a cfn.Assembly, t *cfn.Template, id string) *subject {
	s := &subject{assembly: a, in: t, id: id, name: t.Name(id), Resource: t.Resources[id]}
	s.aliases = s.owned("AWS::Lambda::Alias", "FunctionName")
	return s
}

// asked reports whether a name is the function's.
func (s *subject) asked(names []string, matched map[string]bool) bool {
	is := len(names) == 0
	given, _ := s.Properties["FunctionName"].(string)
	for _, name := range names {
		if name == s.name || name == s.id || name == given || strings.HasSuffix(s.name, "/"+name) {
			matched[name], is = true, true
		}
	}
	return is
}

// owned returns the resources of a type in the same template with a property that refers to the function, or to one of
// its aliases, if they are known.
func (s *subject) owned(kind, property string) []string {
	var ids []string
	for _, id := range s.in.IDs(kind) {
		if s.leadsHere(s.in.Resources[id].Properties[property]) {
			ids = append(ids, id)
		}
	}
	return ids
}

// leadsHere reports whether a value names the function or an alias of it.
func (s *subject) leadsHere(value any) bool {
	if slices.ContainsFunc(s.assembly.Targets(s.in, value), func(t cfn.Target) bool {
		return t.In == s.in && (t.ID == s.id || slices.Contains(s.aliases, t.ID))
	}) {
		return true
	}
	name, isText := value.(string)
	return isText && s.isNamed(name)
}

// isNamed reports whether a text is the function's name or an ARN that ends with it.
func (s *subject) isNamed(text string) bool {
	name, given := s.Properties["FunctionName"].(string)
	return given && name != "" && (text == name || strings.HasSuffix(text, ":function:"+name))
}

// describe returns all about the function.
func (s *subject) describe(options Options) Function {
	f := Function{Name: s.name, Stack: s.in.Stack, ID: s.id, Today: s.today()}
	if f.NotAdopted = s.refused(options.Now); f.NotAdopted != "" {
		return f
	}
	w := newWriter(s, options)
	w.write()
	f.Go, f.Notes = w.lines()
	f.Changes, f.Stays = w.changed(), w.stays()
	f.Callers, f.Others = s.callers(), s.others()
	return f
}

func (s *subject) today() Today {
	t := Today{PackageType: "Zip", Architecture: "x86_64", MemorySize: 128, Timeout: 3} // Lambda's defaults
	t.FunctionName, _ = s.Properties["FunctionName"].(string)
	if s.isImage() {
		t.PackageType = "Image"
	}
	t.Runtime, _ = s.Properties["Runtime"].(string)
	switch given := s.Properties["Architectures"].(type) {
	case nil:
	case []any:
		if len(given) > 0 {
			t.Architecture, _ = given[0].(string)
		}
	default:
		t.Architecture = ""
	}
	whole(s.Properties["MemorySize"], &t.MemorySize)
	whole(s.Properties["Timeout"], &t.Timeout)
	return t
}

// whole reads a number that a template may write as text; 0 if only the deployment knows it.
func whole(value any, into *int) {
	if value == nil {
		return
	}
	n, _ := number(value)
	*into = int(n)
}

func (s *subject) isImage() bool {
	return s.Properties["PackageType"] == "Image" || s.code()["ImageUri"] != nil
}

func (s *subject) code() map[string]any {
	code, _ := s.Properties["Code"].(map[string]any)
	return code
}
