package guard

import (
	"archive/zip"
	"debug/elf"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/binarchtest"
)

// archive is a zip of empty files.
func archive(t *testing.T, names ...string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "function.zip"))
	require.NoError(t, err)
	w := zip.NewWriter(file)
	for _, name := range names {
		header := &zip.FileHeader{Name: name}
		header.SetMode(0o755)
		_, err := w.CreateHeader(header)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, file.Close())
	return file.Name()
}

// started are the findings about what Lambda starts, with their severity.
func started(t *testing.T, f Function) []string {
	t.Helper()
	lines := []string{}
	for _, found := range new(Judge).Check(t.Context(), f, f.Target.Architecture).Findings {
		if found.Rule == binarch.MissingEntryPoint {
			lines = append(lines, string(found.Severity)+" "+found.String())
		}
	}
	return lines
}

// What Lambda starts is there, or the finding names the nearest.
func TestEntryPoints(t *testing.T) {
	program := binarchtest.Program(t, elf.EM_X86_64)
	const inAny = "Lambda starts it, and it is neither in the code nor in a layer"
	for _, test := range []struct {
		name, runtime, handler string
		code                   string
		layers                 []Package
		want                   string
	}{
		{"bootstrap", "provided.al2023", "", archive(t, "bootstrap", "lib/a"), nil, ""},
		{"a link", "provided.al2023", "", linked(t), nil, ""},
		{"in a folder", "provided.al2023", "main", archive(t, "parse/bootstrap", "b/c/bootstrap"), nil,
			"error bootstrap: deployed to x86_64 provided.al2023: " + inAny + "; the nearest is parse/bootstrap; deploy the folder parse, or move the file to the root"},
		{"a folder of that name", "provided.al2", "", binarchtest.Folder(t, map[string]string{"bootstrap/bootstrap": program}), nil,
			"error bootstrap: deployed to x86_64 provided.al2: " + inAny + "; the nearest is bootstrap/bootstrap; deploy the folder bootstrap, or move the file to the root"},
		{"a zip in the folder", "provided.al2023", "", binarchtest.Folder(t, map[string]string{"bootstrap.zip": "text"}), nil,
			"error bootstrap: deployed to x86_64 provided.al2023: " + inAny + "; the nearest is bootstrap.zip; deploy that zip itself, or what is in it"},
		{"from Windows", "provided.al2023", "", archive(t, `bin\bootstrap`), nil,
			"error bootstrap: deployed to x86_64 provided.al2023: " + inAny + `; the nearest is bin\bootstrap; pack it with / between the names of folders, and the file at the root`},
		{"another name", "provided.al2023", "", binarchtest.Folder(t, map[string]string{"main": program}), nil,
			"error bootstrap: deployed to x86_64 provided.al2023: " + inAny + "; the nearest is main; call it bootstrap"},
		{"a suffix", "provided.al2023", "", archive(t, "Bootstrap.sh"), nil,
			"error bootstrap: deployed to x86_64 provided.al2023: " + inAny + "; the nearest is Bootstrap.sh; call it bootstrap"},
		{"nothing near", "provided", "", archive(t, "a.txt"), nil,
			"error bootstrap: deployed to x86_64 provided: " + inAny + "; put it at the root of what is deployed"},
		{"in a layer", "provided.al2023", "", archive(t, "a.txt"), []Package{{Name: "L", Layer: true, Path: archive(t, "bootstrap")}}, ""},
		{"in no layer", "provided.al2023", "", archive(t, "a.txt"), []Package{{Name: "L", Layer: true, Path: archive(t, "bin/bootstrap")}},
			"error bootstrap: deployed to x86_64 provided.al2023: " + inAny + "; put it at the root of what is deployed"},
		{"a layer by its ARN", "provided.al2023", "", archive(t, "a.txt"), []Package{{Name: "L", Layer: true, ARN: "arn:aws:lambda:eu-west-1:123456789012:layer:l:1"}},
			"warning bootstrap: deployed to x86_64 provided.al2023: Lambda starts it, and it is not in the code; not everything could be looked at; put it at the root of what is deployed"},
		{"a vendor's layer that has it", "provided.al2023", "", archive(t, "index.php"), []Package{{Name: "L", Layer: true, ARN: "arn:aws:lambda:eu-west-1:534081306603:layer:php-84:1"}}, ""},
		{"a script for a wrapper", "nodejs24.x", "run.sh", archive(t, "run.sh"), []Package{{Name: "L", Layer: true, ARN: "arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:26"}}, ""},
		{"a vendor's handler", "python3.13", "datadog_lambda.handler.handler", archive(t, "app.py"), []Package{{Name: "L", Layer: true, ARN: "arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Python313:1"}}, ""},
		{"a vendor's handler without a layer", "python3.13", "datadog_lambda.handler.handler", archive(t, "app.py"), nil,
			"error datadog_lambda/handler.py: deployed to x86_64 python3.13: the handler datadog_lambda.handler.handler imports it, and it is neither in the code nor in a layer; put it there, or change the handler"},
		{"a layer's file, of a layer by its ARN", "nodejs24.x", "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler", archive(t, "index.js"), []Package{{Name: "L", Layer: true, Opaque: InBucket}}, ""},
		{"Node.js", "nodejs24.x", "index.handler", archive(t, "index.mjs"), nil, ""},
		{"Node.js in a folder", "nodejs24.x", "src/app.lambda.handler", archive(t, "src/app.cjs"), nil, ""},
		{"Node.js by a module", "nodejs24.x", "entry.handler", archive(t, "node_modules/entry/package.json"), nil, ""},
		{"Node.js in a layer", "nodejs24.x", "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler", archive(t, "index.js"),
			[]Package{{Name: "L", Layer: true, Path: archive(t, "nodejs/node_modules/datadog-lambda-js/handler.js")}}, ""},
		{"Node.js elsewhere", "nodejs24.x", "index.handler", archive(t, "dist/index.js"), nil,
			"error index.js: deployed to x86_64 nodejs24.x: the handler index.handler loads it (or .mjs, .cjs), and it is neither in the code nor in a layer; the nearest is dist/index.js; deploy the folder dist, or move the file to the root"},
		{"TypeScript", "nodejs24.x", "index.handler", archive(t, "index.ts"), nil,
			"error index.js: deployed to x86_64 nodejs24.x: the handler index.handler loads it (or .mjs, .cjs), and it is neither in the code nor in a layer; the nearest is index.ts; compile it to JavaScript"},
		{"Node.js in a folder that is not there", "nodejs24.x", "src/index.handler", archive(t, "index.js"), nil,
			"error src/index.js: deployed to x86_64 nodejs24.x: the handler src/index.handler loads it (or .mjs, .cjs), and it is neither in the code nor in a layer; the nearest is index.js; put it there, or change the handler"},
		{"Python", "python3.13", "app.handler", archive(t, "app.py"), nil, ""},
		{"a Python package", "python3.13", "src/shop.app.handler", archive(t, "src/shop/app/__init__.py"), nil, ""},
		{"a Python extension", "python3.13", "app.handler", binarchtest.Folder(t, map[string]string{"app.cpython-313-x86_64-linux-gnu.so": program}), nil, ""},
		{"Python in a layer", "python3.13", "shop.app.handler", archive(t, "a.txt"), []Package{{Name: "L", Layer: true, Path: archive(t, "python/lib/python3.13/site-packages/shop/app.py")}}, ""},
		{"Python elsewhere", "python3.13", "app.handler", archive(t, "src/app.py"), nil,
			"error app.py: deployed to x86_64 python3.13: the handler app.handler imports it, and it is neither in the code nor in a layer; the nearest is src/app.py; deploy the folder src, or move the file to the root"},
		{"Ruby", "ruby3.4", "src/app.Shop::Handler.process", archive(t, "src/app.rb"), nil, ""},
		{"Ruby elsewhere", "ruby3.4", "app.handler", archive(t, "main.rb"), nil,
			"error app.rb: deployed to x86_64 ruby3.4: the handler app.handler requires it, and it is neither in the code nor in a layer; put it at the root of what is deployed"},
		{"Java", "java25", "shop.Orders::handle", archive(t, "shop/Orders.class"), nil, ""},
		{"Java in a jar", "java25", "shop.Orders", jarred(t, "lib/app.jar"), nil, ""},
		{"Java in a layer's jar", "java25", "shop.Orders", archive(t, "a.txt"), []Package{{Name: "L", Layer: true, Path: jarred(t, "java/lib/app.jar")}}, ""},
		{"Java in a jar at the root", "java25", "shop.Orders", jarred(t, "app.jar"), nil,
			"error shop/Orders.class: deployed to x86_64 java25: the handler shop.Orders loads it from the root or from a jar in lib, and it is neither in the code nor in a layer; put it there, or change the handler"},
		{".NET", "dotnet10", "Shop::Shop.Orders::Handle", archive(t, "Shop.dll"), nil, ""},
		{".NET elsewhere", "dotnet10", "Shop", archive(t, "publish/Shop.dll"), nil,
			"error Shop.dll: deployed to x86_64 dotnet10: the handler Shop loads it, and it is neither in the code nor in a layer; the nearest is publish/Shop.dll; deploy the folder publish, or move the file to the root"},
		{"a customer-managed runtime", "custom", "app.handler", archive(t, "a.txt"), nil, ""},
		{"no handler", "python3.13", "", archive(t, "a.txt"), nil, ""},
		{"a handler of a parameter", "python3.13", "${Handler}", archive(t, "a.txt"), nil, ""},
		{"no handler at all", "nodejs24.x", "index", archive(t, "a.txt"), nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Function{
				Name: "Shop/F", Target: binarch.Target{Architecture: binarch.X8664, Runtime: test.runtime}, Handler: test.handler,
				Packages: append([]Package{{Name: Code, Path: test.code}}, test.layers...),
			}
			want := []string{}
			if test.want != "" {
				want = []string{test.want}
			}
			require.Equal(t, want, started(t, f))
		})
	}
}

// linked is a folder whose bootstrap is a link.
func linked(t *testing.T) string {
	t.Helper()
	dir := binarchtest.Folder(t, map[string]string{"bin/app": binarchtest.Program(t, elf.EM_X86_64)})
	require.NoError(t, os.Symlink("bin/app", filepath.Join(dir, "bootstrap")))
	return dir
}

// jarred is a folder with a jar that has the class shop.Orders.
func jarred(t *testing.T, name string) string {
	t.Helper()
	jar, err := os.ReadFile(archive(t, "shop/Orders.class"))
	require.NoError(t, err)
	return binarchtest.Folder(t, map[string]string{name: string(jar)})
}

// It can be accepted, by the path that Lambda starts.
func TestMissingEntryPointIsAccepted(t *testing.T) {
	f := Function{Target: binarch.Target{Architecture: binarch.Arm64, Runtime: "provided.al2023"}, Packages: []Package{{Name: Code, Path: archive(t, "a.txt")}}}
	v := new(Judge).Check(t.Context(), f, binarch.Arm64)
	require.Len(t, v.Of(binarch.Error), 1)
	v.Accept([]Acceptance{{"bootstrap", "a layer brings it in the other account"}}, make([]bool, 1))
	require.Empty(t, v.Of(binarch.Error))
}
