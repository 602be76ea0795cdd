package treebuild

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a command looks for around its folder is not in the copy. Each manner of pointing there is told with the
// folder to give.
func TestBuildsThatReachOutOfTheCopy(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	const hint = "\n(the command runs in a copy of functions/parse, and this leads out of it: "
	const give = `. Give the folder that holds all of it, ".", as dir, and let the command and Output start from there, with functions/parse in it)`
	for name, test := range map[string]struct {
		files   map[string]string // beside functions/parse
		command string
		want    string
	}{
		"cargo workspace": {map[string]string{
			"Cargo.toml": "[workspace]\nmembers = [\"shared\"]\n", "shared/Cargo.toml": "",
			"functions/parse/Cargo.toml": "[package]\nedition.workspace = true\n[dependencies]\nshared = { path = \"../../shared\" }\n",
		}, "false", "Cargo.toml to its workspace ../../Cargo.toml, Cargo.toml to ../../shared"},
		"cargo from a folder of the crate": {map[string]string{"Cargo.toml": "[package]\n", "functions/parse/main.rs": ""}, "cargo", "cargo to ../../Cargo.toml"},
		"pip requirement": {map[string]string{"shared/setup.py": "", "functions/parse/requirements.txt": "boto3\n-e ../../shared\n"}, "false",
			"requirements.txt to ../../shared"},
		"pip file": {map[string]string{"base.txt": "", "functions/parse/requirements.txt": "-r ../../base.txt\nshared @ file:../../shared\n", "shared/setup.py": ""}, "false",
			"requirements.txt to ../../base.txt, requirements.txt to ../../shared"},
		"uv path": {map[string]string{"shared/pyproject.toml": "", "functions/parse/pyproject.toml": "[tool.uv.sources]\nshared = { path = \"../../shared\" }\n"}, "false",
			"pyproject.toml to ../../shared"},
		"uv workspace": {map[string]string{"pyproject.toml": "[tool.uv.workspace]\nmembers = [\"functions/*\"]\n", "functions/parse/pyproject.toml": "[tool.uv.sources]\nshared = { workspace = true }\n"}, "false",
			"pyproject.toml to its workspace ../../pyproject.toml"},
		"poetry path": {map[string]string{"shared/pyproject.toml": "", "functions/parse/pyproject.toml": "[tool.poetry.dependencies]\nshared = {path = \"../../shared\", develop = true}\n"}, "false",
			"pyproject.toml to ../../shared"},
		"npm file": {map[string]string{"shared/package.json": "{}", "functions/parse/package.json": `{"dependencies": {"shared": "file:../../shared"}}`}, "false",
			"package.json to ../../shared"},
		"npm workspaces": {map[string]string{"package.json": `{"workspaces": ["functions/*"]}`, "functions/parse/package.json": `{"dependencies": {"shared": "*"}}`}, "false",
			"package.json to its workspace ../../package.json"},
		"yarn workspaces": {map[string]string{"package.json": `{"workspaces": {"packages": ["./functions/**"]}}`, "functions/parse/package.json": `{}`}, "false",
			"package.json to its workspace ../../package.json"},
		"pnpm workspace": {map[string]string{"pnpm-workspace.yaml": "packages: ['functions/*']\n", "functions/parse/package.json": `{"dependencies": {"shared": "workspace:*"}}`}, "false",
			"package.json to its workspace ../../pnpm-workspace.yaml"},
		"npm from a folder of the project": {map[string]string{"package.json": `{}`, "functions/parse/index.js": ""}, "npm", "npm to ../../package.json"},
		"source": {map[string]string{"shared/util.ts": "", "functions/parse/index.ts": "import { a } from '../../shared/util.ts';\n"}, "false",
			"index.ts to ../../shared/util.ts"},
		"Gradle settings": {map[string]string{"settings.gradle.kts": "", "functions/parse/build.gradle.kts": "dependencies { implementation(project(\":shared\")) }\n"}, "false",
			"build.gradle.kts to its settings ../../settings.gradle.kts"},
		"Gradle build": {map[string]string{"shared/build.gradle": "", "functions/parse/settings.gradle": "includeBuild '../../shared'\n"}, "false",
			"settings.gradle to ../../shared"},
		"Maven parent by its path": {map[string]string{"pom.xml": "", "functions/parse/pom.xml": "<project><parent><relativePath>../../pom.xml</relativePath></parent></project>"}, "false",
			"pom.xml to ../../pom.xml"},
		".NET project": {map[string]string{"shared/Shared.csproj": "", "functions/parse/Parse.csproj": `<ProjectReference Include="..\..\shared\Shared.csproj" />`}, "false",
			"Parse.csproj to ../../shared/Shared.csproj"},
		".NET settings": {map[string]string{"Directory.Packages.props": "", "functions/parse/Parse.csproj": ""}, "false",
			"Parse.csproj to its settings ../../Directory.Packages.props"},
		"Ruby gem":     {map[string]string{"shared/shared.gemspec": "", "functions/parse/Gemfile": "gem 'shared', path: '../../shared'\n"}, "false", "Gemfile to ../../shared"},
		"Go module":    {map[string]string{"go.mod": "module m\n", "functions/parse/main.go": "package main\n"}, "go", "go to ../../go.mod"},
		"Go workspace": {map[string]string{"go.work": "use ./functions/parse\n", "functions/parse/go.mod": "module m\n"}, "false", "go.mod to its workspace ../../go.work"},
		"many": {map[string]string{"a": "", "b": "", "c": "", "d": "", "functions/parse/Makefile": "all: ../../a ../../b ../../c ../../d\n"}, "false",
			"Makefile to ../../a, Makefile to ../../b, Makefile to ../../c, and 1 more"},
		"deep": {map[string]string{"shared/a.py": "", "functions/parse/src/lib/b.txt": "../../../../shared/a.py\n"}, "false", "src/lib/b.txt to ../../../../shared/a.py"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(tree(t, test.files))
			command := filepath.Join(t.TempDir(), test.command)
			if test.command == "false" {
				command = "false"
			}
			_, err := Build(Spec{Dir: "functions/parse", Architecture: Arm64, Command: []string{command}})
			require.ErrorContains(t, err, "functions/parse for arm64: "+command+", run here, in a copy of the folder: ")
			require.ErrorContains(t, err, hint+test.want+give)
		})
	}
}

// The command itself can lead out of the copy.
func TestArgumentsThatReachOutOfTheCopy(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	t.Chdir(tree(t, map[string]string{"shared/setup.py": "", "fn/app.py": "", "Makefile": ""}))
	for _, command := range [][]string{{"sh", "-c", "cd ../shared && true"}, {"sh", "-c", "exit 1", "--find-links=../shared"}} {
		_, err := Build(Spec{Dir: "fn", Architecture: Arm64, Command: command})
		require.ErrorContains(t, err, `(the command runs in a copy of fn, and this leads out of it: an argument to ../shared. Give the folder that holds all of it, ".", as dir, `+
			"and let the command and Output start from there, with fn in it)")
	}
}

func TestTheFolderToGive(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	root := tree(t, map[string]string{
		"apps/parent/pom.xml": "", "apps/parent/fn/pom.xml": "<parent><artifactId>a</artifactId></parent>", "apps/shared/a": "", "apps/own/Makefile": "include ../shared/a\n",
	})
	for name, test := range map[string]struct{ from, dir, want string }{
		"below":           {"", "apps/own", `"apps"`},
		"here":            {"apps", "own", `"."`},
		"above":           {"apps/own", ".", `".."`},
		"absolute":        {"", filepath.Join(root, "apps", "own"), `"` + filepath.Join(root, "apps") + `"`},
		"Maven's default": {"apps", "parent/fn", `"parent"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(filepath.Join(root, test.from))
			_, err := Build(Spec{Dir: test.dir, Architecture: X8664, Command: []string{"false"}})
			require.ErrorContains(t, err, "Give the folder that holds all of it, "+test.want+", as dir")
		})
	}
}

// What stays in the folder, is not there, or is for readers, is no reason.
func TestBuildsThatFailByThemselves(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	t.Chdir(tree(t, map[string]string{
		".git/HEAD": "", "shared/a": "", "README.md": "", "package.json": `{"workspaces": ["functions/parse"]}`, "functions/pom.xml": "",
		"fn/README.md": "[all](../README.md)\n", "fn/src/a.js": "require('../lib/b'); require('../../nowhere')\n", "fn/lib/b.js": "",
		"fn/node_modules/x/y.js": "require('../../../shared/a')\n", "fn/package.json": "{}", "fn/binary": "\x00 '../shared/a'",
		"fn/Cargo.toml": "[workspace]\n[package]\nversion.workspace = true\n", "fn/pom.xml": "<parent><relativePath/></parent>", "fn/build.gradle": "", "fn/settings.gradle": "",
		"fn/ellipsis.py": "print('wait...')\nx = a[...]\n",
	}))
	_, err := Build(Spec{Dir: "fn", Architecture: X8664, Command: []string{"false"}, Exclude: []string{"node_modules"}})
	require.EqualError(t, err, "fn for x86_64: false, run here, in a copy of the folder: exit status 1")
}
