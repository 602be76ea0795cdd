package models

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// serviceFile is botocore's description of a service.
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
func ReadBotocore(pkg fs.FS, version, service string) (Model, error) {
	m := Model{
		Source: "botocore " + version,
		Enums:  map[string][]string{}, Operations: map[string]Operation{},
	}
	folder := "botocore/data/" + service
	// A service has a folder for each version of its API, named by date.
	dates, err := fs.ReadDir(pkg, folder)
	if err != nil {
		return m, unknownLayout(m.Source, err)
	}
	if len(dates) == 0 {
		return m, unknownLayout(m.Source, fmt.Errorf("%s is empty", folder))
	}
	newest := dates[len(dates)-1].Name() // ReadDir sorts
	var file serviceFile
	if err := readJSON(pkg, path.Join(folder, newest, "service-2.json.gz"), &file); err != nil {
		return m, unknownLayout(m.Source, err)
	}
	if len(file.Operations) == 0 || len(file.Shapes) == 0 {
		return m, unknownLayout(m.Source, fmt.Errorf("%s has no operations or no shapes", folder))
	}
	for name, s := range file.Shapes {
		switch {
		case len(s.Enum) > 0:
			m.Enums[name] = s.Enum
		case s.Exception:
			m.Errors = append(m.Errors, file.code(name))
		}
	}
	slices.Sort(m.Errors)
	for name := range file.Operations {
		m.Operations[name] = file.operation(name)
	}
	return m, nil
}

// code returns what an error is called on the wire: the shape's name, unless the
// model gives another.
func (f serviceFile) code(shape string) string {
	if e := f.Shapes[shape].Error; e != nil && e.Code != "" {
		return e.Code
	}
	return shape
}

func (f serviceFile) operation(name string) Operation {
	described := f.Operations[name]
	var o Operation
	for _, e := range described.Errors {
		o.Errors = append(o.Errors, f.code(e.Shape))
	}
	slices.Sort(o.Errors)
	if described.Output != nil {
		o.Output = slices.Sorted(maps.Keys(f.Shapes[described.Output.Shape].Members))
		f.walk(described.Output.Shape, "", nil, func(at string, s shape) {
			if at != "" && s.Type != "structure" && s.Type != "list" && s.Type != "map" {
				o.Leaves = append(o.Leaves, at)
			}
		})
		slices.Sort(o.Leaves)
	}
	if described.Input == nil {
		return o
	}
	request := f.Shapes[described.Input.Shape]
	o.Input = slices.Sorted(maps.Keys(request.Members))
	o.Ranges, o.Lengths, o.Quantities = map[string]Range{}, map[string]Range{}, map[string][]string{}
	f.walk(described.Input.Shape, "", nil, func(at string, s shape) {
		if s.Min == nil && s.Max == nil {
			return
		}
		switch s.Type {
		case "integer", "long", "float", "double":
			o.Ranges[at] = Range{s.Min, s.Max}
		case "string":
			o.Lengths[at] = Range{s.Min, s.Max}
		}
	})
	for name, member := range request.Members {
		if found := quantitiesOf(member.Documentation); len(found) > 0 {
			o.Quantities[name] = found
		}
	}
	return o
}

// walk visits what a structure is made of. inside are the shapes around it: shapes
// can contain themselves.
func (f serviceFile) walk(name, at string, inside []string, visit func(at string, s shape)) {
	if slices.Contains(inside, name) {
		return
	}
	inside = append(slices.Clip(inside), name)
	s := f.Shapes[name]
	visit(at, s)
	for member, r := range s.Members {
		f.walk(r.Shape, strings.TrimPrefix(at+"."+member, "."), inside, visit)
	}
	if s.Member != nil {
		f.walk(s.Member.Shape, at+"[]", inside, visit)
	}
	if s.Value != nil {
		f.walk(s.Value.Shape, at+"{}", inside, visit)
	}
}

// Services returns the services of a botocore package whose name has a prefix.
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
