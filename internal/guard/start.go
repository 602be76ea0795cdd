package guard

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/layerarn"
)

// entryPoint is the file that Lambda starts, or that a managed runtime loads.
type entryPoint struct {
	// path of the file in the code.
	path string
	// loads says what does what with it: "Lambda starts it".
	loads string
	// in reports whether the code has it, and inLayer whether a layer does.
	in, inLayer func(*binarch.Inventory) bool
	// ofLayer is true for what a layer brings, as the handler says.
	ofLayer bool
	// near reports whether a file is probably it, in the wrong place.
	near func(name string) bool
}

// CheckStart finds what Lambda starts and neither the function's code nor its layers have:
// an error if all of them were read. Code that nobody could read is not asked.
func (s *Scans) CheckStart(ctx context.Context, f Function, target binarch.Target) []binarch.Finding {
	if len(f.Packages) == 0 || f.Packages[0].Layer || target.Layer {
		return nil
	}
	start, known := entryPointOf(target.Runtime, f.Handler)
	code := s.inventory(ctx, f.Packages[0])
	// A handler that is a file's name is one for a wrapper in a layer: run.sh for the Lambda Web Adapter.
	if !known || code == nil || code.IsFile || start.in(code) || f.Handler != "" && code.Has(f.Handler) {
		return nil
	}
	whole := code.IsWhole()
	for _, layer := range f.Packages[1:] {
		inventory := s.inventory(ctx, layer)
		theirs, _ := layerarn.Lookup(layer.ARN)
		switch {
		case theirs.Bootstrap && start.path == bootstrap:
			return nil
		case inventory == nil || !inventory.IsWhole():
			whole = false
		case start.inLayer(inventory):
			return nil
		}
	}
	if start.ofLayer && !whole {
		return nil
	}
	return []binarch.Finding{start.missing(code, target, whole)}
}

// inventory is what was read of a package's files, nil if there are none or something else
// is built of them.
func (s *Scans) inventory(ctx context.Context, p Package) *binarch.Inventory {
	if p.Path == "" && p.Inventory == nil || p.Image != nil {
		return nil
	}
	files, err := s.Scan(ctx, p, binarch.Options{})
	if err != nil {
		return nil
	}
	inventory, _ := files.(*binarch.Inventory)
	return inventory
}

// missing is the finding, with what of the code is probably meant.
func (e entryPoint) missing(code *binarch.Inventory, target binarch.Target, whole bool) binarch.Finding {
	f := binarch.Finding{
		Rule: binarch.MissingEntryPoint, Severity: binarch.Error, Path: e.path, DeployedTo: target.String(),
		Reason: e.loads + ", and it is neither in the code nor in a layer",
		Remedy: "put it at the root of what is deployed",
	}
	if strings.Contains(e.path, "/") {
		f.Remedy = "put it there, or change the handler"
	}
	if !whole {
		f.Severity = binarch.Warning
		f.Reason = e.loads + ", and it is not in the code; not everything could be looked at"
	}
	nearest := ""
	for _, name := range code.Startable() {
		if e.near(name) {
			nearest = name
			break
		}
	}
	if programs := code.Programs(); nearest == "" && e.path == bootstrap && len(programs) == 1 {
		nearest = programs[0]
	}
	if nearest == "" {
		return f
	}
	f.Reason += "; the nearest is " + nearest
	switch folder := path.Dir(nearest); {
	case strings.Contains(nearest, `\`):
		f.Remedy = "pack it with / between the names of folders, and the file at the root"
	case strings.HasSuffix(strings.ToLower(nearest), ".zip"):
		f.Remedy = "deploy that zip itself, or what is in it"
	case path.Base(nearest) == path.Base(e.path) && folder != "." && !strings.Contains(e.path, "/"):
		f.Remedy = "deploy the folder " + folder + ", or move the file to the root"
	case e.path == bootstrap:
		f.Remedy = "call it bootstrap"
	case strings.HasSuffix(nearest, "ts"):
		f.Remedy = "compile it to JavaScript"
	}
	return f
}

const bootstrap = "bootstrap"

// vendorHandlers are handlers by which monitoring layers wrap a function's own. Sources: the files in
// github.com/DataDog/datadog-lambda-python and github.com/newrelic/newrelic-lambda-layers, read on 2026-11-27.
var vendorHandlers = []string{"datadog_lambda.handler.", "newrelic_lambda_wrapper.", "newrelic-lambda-wrapper."}

func isOfLayer(handler string) bool {
	return strings.HasPrefix(handler, "/opt/") || slices.ContainsFunc(vendorHandlers, func(prefix string) bool { return strings.HasPrefix(handler, prefix) })
}

// entryPointOf tells which file a runtime starts for a handler; known is false if that
// cannot be told.
func entryPointOf(runtime, handler string) (start entryPoint, known bool) {
	language := strings.TrimRight(runtime, "0123456789.x")
	switch {
	case runtime == "provided" || strings.HasPrefix(runtime, "provided."):
		has := func(inv *binarch.Inventory) bool { return inv.Has(bootstrap) }
		return entryPoint{path: bootstrap, loads: "Lambda starts it", in: has, inLayer: has, near: isBootstrap}, true
	case handler == "" || strings.ContainsAny(handler, "${}"):
		return start, false
	case language == "nodejs":
		start, known = nodeEntryPoint(handler)
	case language == "python":
		start, known = pythonEntryPoint(handler)
	case language == "ruby":
		return rubyEntryPoint(handler)
	case strings.HasPrefix(runtime, "java"):
		return javaEntryPoint(handler)
	case strings.HasPrefix(runtime, "dotnet"):
		return dotnetEntryPoint(handler)
	}
	start.ofLayer = isOfLayer(handler)
	return start, known
}

func isBootstrap(name string) bool {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	stem, _, _ := strings.Cut(base, ".")
	return strings.EqualFold(stem, bootstrap)
}

// anyOf reports whether a package has one of the files.
func anyOf(names ...string) func(*binarch.Inventory) bool {
	return func(inv *binarch.Inventory) bool { return slices.ContainsFunc(names, inv.Has) }
}

func never(*binarch.Inventory) bool { return false }

// sameName reports whether a file is called like the one that is looked for, whatever its
// folder and its suffix are.
func sameName(wanted string, suffixes ...string) func(string) bool {
	return func(name string) bool {
		base := path.Base(strings.ReplaceAll(name, `\`, "/"))
		suffix := path.Ext(base)
		return slices.Contains(suffixes, suffix) && strings.EqualFold(strings.TrimSuffix(base, suffix), path.Base(wanted))
	}
}

// nodeEntryPoint: the runtime takes the file's name up to its first dot, adds .js, .mjs and
// .cjs, and else asks Node.js for a module of that name. A path that is absolute is one in
// a layer, in /opt, or in /var/task.
func nodeEntryPoint(handler string) (start entryPoint, known bool) {
	folder, base := path.Split(handler)
	module, _, dotted := strings.Cut(base, ".")
	if !dotted || module == "" {
		return start, false
	}
	file := folder + module
	var inCode, inLayer []string
	add := func(to *[]string, file string) { *to = append(*to, file, file+".js", file+".mjs", file+".cjs") }
	modules := func(to *[]string, root string) {
		name := path.Join(root, "node_modules", module)
		*to = append(*to, name+".js", name+".mjs", name+".cjs", name+"/package.json", name+"/index.js")
	}
	if within, is := strings.CutPrefix(file, "/opt/"); is {
		add(&inLayer, within)
	} else if strings.HasPrefix(file, "/") && !strings.HasPrefix(file, "/var/task/") {
		return start, false
	}
	file = strings.TrimPrefix(file, "/var/task/")
	if !strings.HasPrefix(file, "/") {
		file = path.Clean(file)
		add(&inCode, file)
		modules(&inCode, "")
		modules(&inCode, folder)
		modules(&inLayer, "nodejs")
		for version := 8; version < 40; version++ {
			modules(&inLayer, fmt.Sprintf("nodejs/node%d", version))
		}
	}
	return entryPoint{
		path: file + ".js", loads: "the handler " + handler + " loads it (or .mjs, .cjs)",
		in: anyOf(inCode...), inLayer: anyOf(inLayer...), near: sameName(file, ".js", ".mjs", ".cjs", ".ts", ".mts"),
	}, true
}

// pythonEntryPoint: the runtime imports everything before the last dot, in which a slash is
// a dot.
func pythonEntryPoint(handler string) (start entryPoint, known bool) {
	dot := strings.LastIndexByte(handler, '.')
	if dot <= 0 || strings.HasPrefix(handler, "/") || strings.HasPrefix(handler, ".") {
		return start, false
	}
	module := strings.ReplaceAll(handler[:dot], ".", "/")
	at := func(roots ...string) func(*binarch.Inventory) bool {
		return func(inv *binarch.Inventory) bool {
			return slices.ContainsFunc(roots, func(root string) bool {
				name := root + module
				return anyOf(name+".py", name+"/__init__.py", name+".pyc", name+".so")(inv) || inv.HasNative(name+".", ".so")
			})
		}
	}
	layers := []string{"python/"}
	for version := 6; version < 30; version++ {
		layers = append(layers, fmt.Sprintf("python/lib/python3.%d/site-packages/", version))
	}
	return entryPoint{
		path: module + ".py", loads: "the handler " + handler + " imports it",
		in: at(""), inLayer: at(layers...), near: sameName(module, ".py", ".pyc"),
	}, true
}

// rubyEntryPoint: the runtime requires everything before the first dot.
func rubyEntryPoint(handler string) (start entryPoint, known bool) {
	file, _, dotted := strings.Cut(handler, ".")
	if !dotted || file == "" || strings.HasPrefix(file, "/") {
		return start, false
	}
	return entryPoint{
		path: file + ".rb", loads: "the handler " + handler + " requires it",
		in: anyOf(file+".rb", file+".so"), inLayer: anyOf("ruby/lib/" + file + ".rb"), near: sameName(file, ".rb"),
	}, true
}

// javaEntryPoint: the runtime loads a class of the code's root or of a jar in its folder
// lib; layers have theirs in java/lib.
func javaEntryPoint(handler string) (start entryPoint, known bool) {
	class, _, _ := strings.Cut(handler, "::")
	if class == "" || strings.ContainsAny(class, "/ ") {
		return start, false
	}
	file := strings.ReplaceAll(class, ".", "/") + ".class"
	has := func(inv *binarch.Inventory) bool { return inv.HasClass(file) }
	return entryPoint{
		path: file, loads: "the handler " + handler + " loads it from the root or from a jar in lib",
		in: has, inLayer: has, near: sameName(strings.TrimSuffix(file, ".class"), ".class"),
	}, true
}

// dotnetEntryPoint: the runtime loads the assembly before "::" from the root.
func dotnetEntryPoint(handler string) (start entryPoint, known bool) {
	assembly, _, _ := strings.Cut(handler, "::")
	if assembly == "" || strings.ContainsAny(assembly, "/ ") {
		return start, false
	}
	return entryPoint{
		path: assembly + ".dll", loads: "the handler " + handler + " loads it",
		in: anyOf(assembly + ".dll"), inLayer: never, near: sameName(assembly, ".dll"),
	}, true
}
