package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/guard"
)

// samTypes are SAM's resources with what SAM makes of them. They are read as that.
var samTypes = map[string]string{
	"AWS::Serverless::Function":     functionType,
	"AWS::Serverless::LayerVersion": layerType,
	"AWS::Serverless::Application":  stackType,
}

// localFiles are what a resource names beside its template, as "sam build" and "aws
// cloudformation package" take it.
type localFiles struct {
	// path is absolute or relative to the working directory, "" if opaque says why nothing
	// can be known.
	path, opaque string
	// image says how the folder becomes an image, nil if it does not.
	image *dockerfile.Options
	// unbuilt is true if SAM builds something else of it.
	unbuilt bool
}

// packageable are the properties in which a template may name a local path, by type, with
// those that SAM has for them.
var packageable = map[string]string{
	functionType: "Code", layerType: "Content", stackType: "TemplateURL",
	"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri", "AWS::Serverless::Application": "Location",
}

// raw is a resource as the template has it.
type raw struct {
	Type       string
	Properties map[string]any
	Metadata   map[string]any
}

// localised moves what a resource names beside the template out of its properties, and
// turns a resource of SAM's into the one that SAM makes of it.
func (t *template) localised(r raw) (as raw, files *localFiles, notes []string) {
	isSAM := samTypes[r.Type] != ""
	as = raw{Type: r.Type, Properties: maps.Clone(r.Properties), Metadata: r.Metadata}
	if as.Properties == nil {
		as.Properties = map[string]any{}
	}
	if isSAM {
		as.Type = samTypes[r.Type]
		as.Properties = t.withGlobals(r.Type, as.Properties)
	}
	notes = t.resolveParameters(as.Properties)
	property := packageable[r.Type]
	value := as.Properties[property]
	if path, isPath := value.(string); !isSAM && (!isPath || strings.Contains(path, "://")) {
		return as, nil, notes // a bucket and a key, an address, an image, lines of source
	}
	delete(as.Properties, property)
	switch {
	case as.Type == functionType && as.Properties["InlineCode"] != nil:
		as.Properties["Code"] = map[string]any{"ZipFile": as.Properties["InlineCode"]}
		return as, nil, notes
	case as.Type == functionType && isImage(as):
		files = t.localImage(as)
		as.Properties["Code"] = map[string]any{"ImageUri": "local"}
	default:
		files = t.local(property, value)
	}
	_, byMethod := r.Metadata["BuildMethod"].(string)
	files.unbuilt = byMethod || isSAM && isSource(files.path)
	return as, files, notes
}

// isSource reports whether a folder holds a project that "sam build" compiles.
func isSource(folder string) bool {
	if folder == "" {
		return false
	}
	for _, pattern := range []string{"go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "*.csproj", "*.fsproj", "*.vbproj"} {
		if found, err := filepath.Glob(filepath.Join(guard.EscapeGlob(folder), pattern)); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

func isImage(r raw) bool {
	return r.Properties["PackageType"] == "Image" || r.Properties["ImageUri"] != nil
}

// withGlobals adds what a template says of all its functions. Layers of both count, and a
// function's own value of everything else.
func (t *template) withGlobals(kind string, own map[string]any) map[string]any {
	globals, _ := t.globals[strings.TrimPrefix(kind, "AWS::Serverless::")].(map[string]any)
	all := maps.Clone(globals)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, own)
	theirs, _ := globals["Layers"].([]any)
	if mine, is := own["Layers"].([]any); is {
		all["Layers"] = append(slices.Clone(theirs), mine...)
	}
	return all
}

// resolveParameters puts the defaults of parameters in their places, and says which
// architecture is one.
func (t *template) resolveParameters(properties map[string]any) (notes []string) {
	for _, name := range []string{"Runtime", "Handler", "PackageType", "CodeUri", "ContentUri", "Code", "Content", "InlineCode"} {
		if value, by := t.parameterDefault(properties[name]); by != "" {
			properties[name] = value
		}
	}
	if value, by := t.architecturesDefault(properties["Architectures"]); by != "" {
		properties["Architectures"] = value
		notes = append(notes, fmt.Sprintf("architecture: it is the parameter %s, of which only the default is checked", by))
	}
	return notes
}

// architecturesDefault is parameterDefault of a list, or of its first element.
func (t *template) architecturesDefault(value any) (given any, by string) {
	if list, is := value.([]any); is && len(list) > 0 {
		first, by := t.parameterDefault(list[0])
		return []any{first}, by
	}
	given, by = t.parameterDefault(value)
	if text, is := given.(string); is {
		given = []any{text}
	}
	return given, by
}

// parameterDefault is the default of the parameter that a value refers to, and the
// parameter's name; "" for everything else. That of a parameter that reads from the
// Parameter Store is a name there.
func (t *template) parameterDefault(value any) (given any, by string) {
	reference, _ := value.(map[string]any)
	name, _ := reference["Ref"].(string)
	parameter, _ := t.parameters[name].(map[string]any)
	kind, _ := parameter["Type"].(string)
	if parameter["Default"] == nil || strings.HasPrefix(kind, "AWS::SSM::") {
		return value, ""
	}
	return parameter["Default"], name
}

// local finds what a property names.
func (t *template) local(property string, value any) *localFiles {
	switch v := value.(type) {
	case nil:
		return &localFiles{opaque: "it has no " + property}
	case string:
		if strings.Contains(v, "://") {
			return &localFiles{opaque: guard.InBucket}
		}
		path := t.beside(v)
		if _, err := os.Stat(path); err != nil {
			return &localFiles{opaque: fmt.Sprintf("%s, which %s names, is not there; build it first", v, property)}
		}
		return &localFiles{path: path}
	case map[string]any:
		if v["Bucket"] != nil || v["S3Bucket"] != nil || v["ApplicationId"] != nil {
			return &localFiles{opaque: guard.InBucket}
		}
	}
	return &localFiles{opaque: property + " is only known when it is deployed"}
}

func (t *template) beside(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(t.path), name)
}

// localImage finds the folder and the Dockerfile of an image that SAM builds.
func (t *template) localImage(r raw) *localFiles {
	context, given := r.Metadata["DockerContext"].(string)
	file, named := r.Metadata["Dockerfile"].(string)
	if !given && !named {
		return &localFiles{opaque: guard.ImageInRepository}
	}
	if context == "" {
		context = "."
	}
	if file == "" {
		file = "Dockerfile"
	}
	if _, err := os.Stat(filepath.Join(t.beside(context), filepath.FromSlash(file))); err != nil {
		return &localFiles{opaque: fmt.Sprintf("%s, which Metadata names, is not in %s", file, context)}
	}
	target, _ := r.Metadata["DockerBuildTarget"].(string)
	arguments, _ := r.Metadata["DockerBuildArgs"].(map[string]any)
	args := map[string]string{}
	for key, value := range arguments {
		args[key] = fmt.Sprint(value)
	}
	return &localFiles{path: t.beside(context), image: &dockerfile.Options{File: file, Target: target, Args: args}}
}
