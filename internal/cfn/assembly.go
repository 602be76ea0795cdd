package cfn

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
)

// Assembly is templates that can refer to each other: those of an app, of one stage in it, or one template with the
// nested stacks that lie beside it.
type Assembly []*Template

// Open reads the templates of a cdk.out, an assembly for the app and for each stage in it, or one template.
func Open(path string) ([]Assembly, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		t, err := open(path)
		if err != nil {
			return nil, err
		}
		if t == nil {
			return nil, fmt.Errorf("%s: it is no CloudFormation template; give one, or a cdk.out", path)
		}
		a := Assembly{t}
		if err := a.openNested(maxNested); err != nil {
			return nil, err
		}
		return []Assembly{a}, nil
	}
	stages, err := Stages(path)
	if err != nil {
		return nil, err
	}
	var all []Assembly
	for _, files := range stages {
		a, err := openStage(files)
		if err != nil {
			return nil, err
		}
		if len(a) > 0 {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: there is no template in it; give a cdk.out, which cdk synth writes, or a template", path)
	}
	return all, nil
}

func open(path string) (*Template, error) {
	d, err := Read(path)
	if d == nil || err != nil {
		return nil, err
	}
	t := newTemplate(path, d)
	t.Stack = stackOf(path)
	return t, nil
}

// openStage reads the templates of one folder.
func openStage(files []string) (Assembly, error) {
	if len(files) == 0 {
		return nil, nil
	}
	stacks, err := readManifest(filepath.Join(filepath.Dir(files[0]), "manifest.json"))
	if err != nil {
		return nil, err
	}
	var a Assembly
	for _, file := range files {
		t, err := open(file)
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		if stack, known := stacks[filepath.Base(file)]; known {
			t.Stack, t.Environment = stack.name, stack.environment
		}
		a = append(a, t)
	}
	assets, err := assetFiles(filepath.Dir(files[0]))
	if err != nil {
		return nil, err
	}
	a.nest(assets)
	for _, t := range a {
		t.addPaths(stacks[filepath.Base(t.Root().Path)].paths)
	}
	return a, nil
}

// nest finds the parents of nested stacks. assets are files by the hashes of their content.
func (a Assembly) nest(assets map[string]string) {
	byFile := map[string]*Template{}
	for _, t := range a {
		byFile[filepath.Base(t.Path)] = t
	}
	for _, t := range a {
		for _, id := range t.IDs(StackType) {
			name := nestedFile(t.Resources[id])
			if name == "" {
				// Without the CDK CLI, only the address says which one it is.
				url, _ := guard.Flat(t.Resources[id].Properties["TemplateURL"])
				name = assets[strings.TrimSuffix(path.Base(url), ".json")]
			}
			if nested := byFile[filepath.Base(name)]; nested != nil {
				nested.nestIn(t, id)
			}
		}
	}
	for _, t := range a {
		root := t.Root()
		t.Stack, t.Environment = root.Stack, root.Environment
	}
}

// nestIn makes t the nested stack of a resource, unless that would close a circle.
func (t *Template) nestIn(parent *Template, id string) {
	if t.Parent != nil || t == parent.Root() {
		return
	}
	t.Parent, t.Within = parent, id
}

// nestedFile returns the file of a nested stack's template: what CDK or "aws cloudformation package" takes it from, ""
// if it lies in a bucket.
func nestedFile(r Resource) string {
	name, _ := r.Metadata["aws:asset:path"].(string)
	if url, is := r.Properties["TemplateURL"].(string); is && name == "" && !strings.Contains(url, "://") {
		name = url
	}
	return filepath.FromSlash(name)
}

// maxNested bounds how deep stacks are nested.
const maxNested = 16

// openNested adds the templates that the nested stacks of the last template name beside it.
func (a *Assembly) openNested(left int) error {
	t := (*a)[len(*a)-1]
	for _, id := range t.IDs(StackType) {
		name := nestedFile(t.Resources[id])
		if name == "" {
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(t.Path), name)
		}
		if left == 0 {
			return fmt.Errorf("%s: resource %s: stacks are nested more than %d deep", t.Path, id, maxNested)
		}
		nested, err := open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a template without its app
		}
		if err != nil {
			return err
		}
		if nested == nil {
			continue
		}
		nested.Parent, nested.Within = t, id
		nested.Stack, nested.Environment = t.Stack, t.Environment
		*a = append(*a, nested)
		if err := a.openNested(left - 1); err != nil {
			return err
		}
	}
	return nil
}

// Nested returns the template of a nested stack, nil if it is unknown.
func (a Assembly) Nested(in *Template, id string) *Template {
	for _, t := range a {
		if t.Parent == in && t.Within == id {
			return t
		}
	}
	return nil
}
