package models

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Botocore is a service as botocore describes it: with bounds and documentation,
// which the Go SDK's package leaves out.
type Botocore struct {
	Model
	file serviceFile
}

type serviceFile struct {
	Operations map[string]struct {
		Input, Output *reference
		Errors        []reference
	}
	Shapes map[string]shape
}

type shape struct {
	Type      string
	Enum      []string
	Members   map[string]reference
	Member    *reference // of a list
	Value     *reference // of a map
	Min, Max  *float64
	Error     *struct{ Code string }
	Exception bool
}

type reference struct {
	Shape         string
	Documentation string
}

// ReadBotocore reads a service of a botocore package: "lambda", "stepfunctions".
func ReadBotocore(pkg fs.FS, version, service string) (*Botocore, error) {
	b := &Botocore{Model: Model{
		Source: "botocore " + version,
		Enums:  map[string][]string{}, Operations: map[string]Operation{}, Structures: map[string][]string{},
	}}
	folder := "botocore/data/" + service
	// A service has a folder for each version of its API, named by date.
	dates, err := fs.ReadDir(pkg, folder)
	if err != nil {
		return nil, unknownLayout(b.Source, err)
	}
	if len(dates) == 0 {
		return nil, unknownLayout(b.Source, fmt.Errorf("%s is empty", folder))
	}
	newest := dates[len(dates)-1].Name() // ReadDir sorts
	if err := readJSON(pkg, path.Join(folder, newest, "service-2.json.gz"), &b.file); err != nil {
		return nil, unknownLayout(b.Source, err)
	}
	if len(b.file.Operations) == 0 || len(b.file.Shapes) == 0 {
		return nil, unknownLayout(b.Source, fmt.Errorf("%s has no operations or no shapes", folder))
	}
	b.read()
	return b, nil
}

func (b *Botocore) read() {
	for name, s := range b.file.Shapes {
		switch {
		case len(s.Enum) > 0:
			b.Enums[name] = s.Enum
		case s.Exception:
			b.Errors = append(b.Errors, b.code(name))
		case s.Type == "structure":
			b.Structures[name] = slices.Sorted(maps.Keys(s.Members))
		}
	}
	slices.Sort(b.Errors)
	for name, o := range b.file.Operations {
		var errors []string
		for _, e := range o.Errors {
			errors = append(errors, b.code(e.Shape))
		}
		slices.Sort(errors)
		b.Operations[name] = Operation{Input: b.members(o.Input), Output: b.members(o.Output), Errors: errors}
	}
}

func (b *Botocore) members(r *reference) []string {
	if r == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(b.file.Shapes[r.Shape].Members))
}

// code is what an error is called on the wire: the shape's name, unless the model
// gives another.
func (b *Botocore) code(shape string) string {
	if e := b.file.Shapes[shape].Error; e != nil && e.Code != "" {
		return e.Code
	}
	return shape
}

// Ranges are the numbers in an operation's request that have bounds, by where they
// stand in it: "EphemeralStorage.Size".
func (b *Botocore) Ranges(operation string) map[string]Range {
	return b.bounds(operation, "integer", "long", "float", "double")
}

// Lengths are the same of strings: how many characters they may have.
func (b *Botocore) Lengths(operation string) map[string]Range {
	return b.bounds(operation, "string")
}

func (b *Botocore) bounds(operation string, types ...string) map[string]Range {
	found := map[string]Range{}
	if input := b.file.Operations[operation].Input; input != nil {
		b.walk(input.Shape, "", nil, func(at string, s shape) {
			if slices.Contains(types, s.Type) && (s.Min != nil || s.Max != nil) {
				found[at] = Range{s.Min, s.Max}
			}
		})
	}
	return found
}

// walk visits what a structure is made of. inside are the shapes around it: shapes
// can contain themselves.
func (b *Botocore) walk(name, at string, inside []string, visit func(at string, s shape)) {
	if slices.Contains(inside, name) {
		return
	}
	inside = append(inside[:len(inside):len(inside)], name)
	s := b.file.Shapes[name]
	visit(at, s)
	for member, r := range s.Members {
		b.walk(r.Shape, strings.TrimPrefix(at+"."+member, "."), inside, visit)
	}
	for _, part := range []struct {
		of     *reference
		suffix string
	}{{s.Member, "[]"}, {s.Value, "{}"}} {
		if part.of != nil {
			b.walk(part.of.Shape, at+part.suffix, inside, visit)
		}
	}
}

var quantity = regexp.MustCompile(`\b(\d[\d,]*) (second|minute|KB|MB|GB)s?\b`)

// Quantities are the numbers with a unit that the documentation of an operation's
// request names for one of its members: "1800 second". Some limits stand in no
// other place.
func (b *Botocore) Quantities(operation, member string) ([]string, error) {
	input := b.file.Operations[operation].Input
	if input == nil {
		return nil, unknownLayout(b.Source, fmt.Errorf("operation %s has no input", operation))
	}
	m, ok := b.file.Shapes[input.Shape].Members[member]
	if !ok {
		return nil, unknownLayout(b.Source, fmt.Errorf("operation %s takes no %s", operation, member))
	}
	var found []string
	for _, match := range quantity.FindAllStringSubmatch(m.Documentation, -1) {
		found = append(found, strings.ReplaceAll(match[1], ",", "")+" "+match[2])
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// Services are the services of a botocore package whose name has a prefix.
func Services(pkg fs.FS, version, prefix string) ([]string, error) {
	folders, err := fs.Glob(pkg, "botocore/data/"+prefix+"*")
	if err != nil {
		return nil, err // a prefix with a broken pattern in it
	}
	if len(folders) == 0 {
		return nil, unknownLayout("botocore "+version, fmt.Errorf("no service's name begins with %q", prefix))
	}
	services := make([]string, len(folders))
	for i, f := range folders {
		services[i] = path.Base(f)
	}
	slices.Sort(services)
	return services, nil
}

// readJSON reads a JSON file, which is unpacked first if its name ends with .gz.
func readJSON(pkg fs.FS, name string, into any) error {
	file, err := pkg.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	decoder := json.NewDecoder(file)
	if path.Ext(name) == ".gz" {
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		decoder = json.NewDecoder(unpacked)
	}
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func unknownLayout(source string, err error) error {
	return fmt.Errorf("%s is laid out in a way that test/current/models does not know: %w", source, err)
}
