package models

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// CloudFormation is what cfn-lint knows of templates.
type CloudFormation struct {
	// Source is "cfn-lint 1.58.0".
	Source string
	// Types are the resource types of all regions and of SAM that were asked for.
	Types []string
	// Properties are those of AWS::Lambda::Function, with the properties of what it
	// consists of: "LoggingConfig", "LoggingConfig.LogGroup".
	Properties []string
	// Ranges are its numbers, by property. Conditional are those of cfn-lint's own rules
	// for functions of one kind, such as those without a capacity provider.
	Ranges, Conditional map[string]Range
	// Enums are the values of its properties that have a list of them.
	Enums map[string][]string
	// Runtimes are Lambda's with their dates.
	Runtimes map[string]Lifecycle
}

// Lifecycle are the dates of a runtime, "" where there is none.
type Lifecycle struct {
	Deprecated  string `json:"deprecated"`
	CreateBlock string `json:"create-block"`
	UpdateBlock string `json:"update-block"`
}

const (
	schemaFolder = "cfnlint/data/schemas/"
	functionType = "AWS::Lambda::Function"
)

// ReadCFNLint reads a cfn-lint package. prefixes choose the resource types.
func ReadCFNLint(pkg fs.FS, version string, prefixes ...string) (CloudFormation, error) {
	c := CloudFormation{Source: "cfn-lint " + version, Ranges: map[string]Range{}, Conditional: map[string]Range{}, Enums: map[string][]string{}}
	if err := c.read(pkg, prefixes); err != nil {
		return c, unknownLayout(c.Source, err)
	}
	return c, nil
}

func (c *CloudFormation) read(pkg fs.FS, prefixes []string) error {
	if err := readJSON(pkg, "cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json", &c.Runtimes); err != nil {
		return err
	}
	regions, err := fs.Glob(pkg, schemaFolder+"providers/*.json")
	if err != nil {
		return err
	}
	types, schemas := map[string]bool{}, map[string]bool{}
	for _, region := range regions {
		// A schema is a file named by a hash: regions share it while they are alike.
		var files map[string]string
		if err := readJSON(pkg, region, &files); err != nil {
			return err
		}
		for name, file := range files {
			if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
				types[name] = true
			}
			if name == functionType {
				schemas[file] = true
			}
		}
	}
	c.Types = slices.Sorted(maps.Keys(types))
	properties := map[string]bool{}
	for _, file := range slices.Sorted(maps.Keys(schemas)) {
		var s schema
		if err := readJSON(pkg, path.Join(schemaFolder, "resources", file+".json"), &s); err != nil {
			return err
		}
		s.walk("", s, nil, func(at string, property schema) {
			if !s.readOnly(at) {
				properties[at] = true
				for _, value := range property.Enum {
					if text, ok := value.(string); ok && !slices.Contains(c.Enums[at], text) {
						c.Enums[at] = append(c.Enums[at], text)
					}
				}
				if property.Minimum != nil || property.Maximum != nil {
					c.Ranges[at] = Range{property.Minimum, property.Maximum}
				}
			}
		})
	}
	rules, err := fs.Glob(pkg, schemaFolder+"extensions/aws_lambda_function/*.json")
	if err != nil {
		return err
	}
	for _, rule := range rules {
		var s schema
		if err := readJSON(pkg, rule, &s); err != nil {
			return err
		}
		for _, branch := range []*schema{s.Then, s.Else} {
			if branch != nil {
				branch.walk("", *branch, nil, func(at string, property schema) {
					if property.Minimum != nil || property.Maximum != nil {
						c.Conditional[at] = Range{property.Minimum, property.Maximum}
					}
				})
			}
		}
	}
	c.Properties = slices.Sorted(maps.Keys(properties))
	if len(c.Properties) == 0 || len(c.Ranges) == 0 || len(c.Runtimes) == 0 {
		return errors.New("no " + functionType + " with properties and bounds, or no runtimes were found")
	}
	return nil
}

// schema is the part of JSON schema that CloudFormation's registry uses for properties.
type schema struct {
	Ref                string `json:"$ref"`
	Definitions        map[string]schema
	Properties         map[string]schema
	Items              *schema
	Minimum, Maximum   *float64
	Enum               []any
	ReadOnlyProperties []string
	Then, Else         *schema
}

// UnmarshalJSON also reads true and false, which are schemas too: anything, and nothing.
func (s *schema) UnmarshalJSON(text []byte) error {
	if text[0] != '{' {
		return nil
	}
	type plain schema // without this method
	return json.Unmarshal(text, (*plain)(s))
}

// readOnly reports whether a property is one that a template cannot give.
func (s schema) readOnly(at string) bool {
	pointer := "/properties/" + strings.ReplaceAll(at, ".", "/")
	return slices.ContainsFunc(s.ReadOnlyProperties, func(r string) bool {
		return pointer == r || strings.HasPrefix(pointer, r+"/")
	})
}

// walk visits the properties of a part of s. inside are the references followed so
// far: definitions can contain themselves.
func (s schema) walk(at string, part schema, inside []string, visit func(at string, property schema)) {
	if part.Ref != "" {
		if slices.Contains(inside, part.Ref) {
			return
		}
		inside = append(slices.Clip(inside), part.Ref)
		part = s.Definitions[strings.TrimPrefix(part.Ref, "#/definitions/")]
	}
	if part.Items != nil {
		s.walk(at, *part.Items, inside, visit)
	}
	for name, property := range part.Properties {
		below := strings.TrimPrefix(at+"."+name, ".")
		visit(below, property)
		s.walk(below, property, inside, visit)
	}
}
