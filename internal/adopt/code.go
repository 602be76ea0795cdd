package adopt

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
)

// codeExpression is an expression of type dualarch.Code for the function's package.
func (w *writer) codeExpression() string {
	if w.isImage() {
		return w.imageExpression()
	}
	runtime, _ := w.Properties["Runtime"].(string)
	if !strings.HasPrefix(runtime, "provided") && runtime != "go1.x" {
		source := w.parameter("source", "*string", "the folder, zip or jar that is deployed today: one that runs on both architectures, or see AssetCodePerArchitecture and AssetCodeBuilt"+w.inline())
		return fmt.Sprintf("dualarch.AssetCode(%s, %s, %s)", source, runtimeExpression(runtime), goString(w.Properties["Handler"]))
	}
	found := readGo(w.asset())
	if found.read && !found.is {
		x86 := w.parameter("x86Source", "*string", "the folder or zip that is built for x86_64, from which the function runs today")
		arm64 := w.parameter("arm64Source", "*string", "the same, built for arm64")
		return fmt.Sprintf("dualarch.AssetCodePerArchitecture(%s, %s, %s, %s)", x86, arm64, runtimeExpression(runtime), goString(w.Properties["Handler"]))
	}
	if runtime != goRuntime {
		w.runtime = goRuntime
	}
	if found.folder == "" {
		if !found.read {
			w.note("the package was not read, so that GoCode is a guess by the runtime; for another language give AssetCodePerArchitecture or AssetCodeBuilt")
		}
		return "dualarch.GoCode(" + w.parameter("source", "*string", "the folder of its main package") + ", nil)"
	}
	w.note("its binary says that it is the package %s; GoCode takes its folder from that of cdk.json, tags and linker flags go into GoCodeOptions", found.pkg)
	return "dualarch.GoCode(jsii.String(" + strconv.Quote(found.folder) + "), nil)"
}

// goRuntime is what GoCode's binaries run on.
const goRuntime = "provided.al2023"

// inline says what to do with lines of source in the template.
func (w *writer) inline() string {
	if w.code()["ZipFile"] == nil {
		return ""
	}
	return "; the template has its source in it: write that to a file named index in a folder"
}

// asset returns the path of the function's package beside the template, "" if it is nowhere.
func (w *writer) asset() string {
	dir := filepath.Dir(w.in.Path)
	if name, is := w.Metadata["aws:asset:path"].(string); is {
		if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return name
	}
	key, _ := guard.Flat(w.code()["S3Key"])
	hash := guard.AssetHash(key)
	if hash == "" {
		return ""
	}
	return guard.StagedAsset(hash, dir)
}

// imageExpression is the Code of a container image: of a Dockerfile that CDK builds, or of a repository.
func (w *writer) imageExpression() string {
	if w.Metadata["aws:asset:path"] == nil {
		return w.ecrExpression()
	}
	dir := w.parameter("dir", "*string", "the folder of the Dockerfile")
	var options []string
	if file, is := w.Metadata["aws:asset:dockerfile-path"].(string); is && file != "Dockerfile" {
		options = append(options, "File: "+goString(file))
	}
	if target, is := w.Metadata["aws:asset:docker-build-target"].(string); is {
		options = append(options, "Target: "+goString(target))
	}
	if args, is := w.Metadata["aws:asset:docker-build-args"].(map[string]any); is && len(args) > 0 {
		var all []string
		for _, key := range slices.Sorted(maps.Keys(args)) {
			all = append(all, strconv.Quote(key)+": "+goString(args[key]))
		}
		options = append(options, "BuildArgs: &map[string]*string{"+strings.Join(all, ", ")+"}")
	}
	options = append(options, w.imageConfig()...)
	if len(options) == 0 {
		return "dualarch.ImageCode(" + dir + ", nil)"
	}
	return "dualarch.ImageCode(" + dir + ", &dualarch.ImageCodeOptions{" + strings.Join(options, ", ") + "})"
}

func (w *writer) ecrExpression() string {
	repository := w.parameter("repository", "awsecr.IRepository", "the repository of its image: "+w.named(w.code()["ImageUri"]))
	own, other := "X86", "Arm64"
	if w.today().Architecture == "arm64" {
		own, other = other, own
	}
	uri, flat := guard.Flat(w.code()["ImageUri"])
	tag := tagOf(uri)
	var ownTag string
	if flat && tag != "" && !strings.Contains(tag, "${") {
		ownTag = goString(tag)
	} else {
		ownTag = w.parameter("tag", "*string", "the tag or digest of its image")
	}
	otherTag := w.parameter("otherTag", "*string", "the tag or digest of the image for the other architecture")
	options := append([]string{own + ": " + ownTag, other + ": " + otherTag}, w.imageConfig()...)
	slices.Sort(options[:2])
	return fmt.Sprintf("dualarch.EcrImage(%s, &dualarch.EcrImageOptions{%s})", repository, strings.Join(options, ", "))
}

// tagOf returns the tag or the digest at the end of an image's URI.
func tagOf(uri string) string {
	if _, digest, is := strings.Cut(uri, "@"); is {
		return digest
	}
	_, tag, _ := strings.Cut(path.Base(uri), ":")
	return tag
}

// imageConfig returns the options that replace the image's own settings.
func (w *writer) imageConfig() []string {
	config, _ := w.Properties["ImageConfig"].(map[string]any)
	var options []string
	for _, one := range []struct{ property, option string }{{"Command", "Cmd"}, {"EntryPoint", "Entrypoint"}} {
		words, is := config[one.property].([]any)
		if !is {
			continue
		}
		parts := make([]string, len(words))
		for i, word := range words {
			parts[i] = goString(word)
		}
		options = append(options, one.option+": &[]*string{"+strings.Join(parts, ", ")+"}")
	}
	if dir := config["WorkingDirectory"]; dir != nil {
		options = append(options, "WorkingDirectory: "+goString(dir))
	}
	return options
}

// runtimes are the constants that CDK has, but for those that are out of date: aws-cdk-lib 2.270.0.
var runtimes = map[string]string{
	"nodejs18.x": "NODEJS_18_X", "nodejs20.x": "NODEJS_20_X", "nodejs22.x": "NODEJS_22_X", "nodejs24.x": "NODEJS_24_X",
	"python3.8": "PYTHON_3_8", "python3.9": "PYTHON_3_9", "python3.10": "PYTHON_3_10", "python3.11": "PYTHON_3_11",
	"python3.12": "PYTHON_3_12", "python3.13": "PYTHON_3_13", "python3.14": "PYTHON_3_14",
	"java8.al2": "JAVA_8_CORRETTO", "java11": "JAVA_11", "java17": "JAVA_17", "java21": "JAVA_21", "java25": "JAVA_25",
	"dotnet6": "DOTNET_6", "dotnet8": "DOTNET_8", "dotnet9": "DOTNET_9", "dotnet10": "DOTNET_10",
	"ruby3.2": "RUBY_3_2", "ruby3.3": "RUBY_3_3", "ruby3.4": "RUBY_3_4", "ruby4.0": "RUBY_4_0",
	"provided.al2": "PROVIDED_AL2", "provided.al2023": "PROVIDED_AL2023",
}

// families are the prefixes of runtimes in CDK.
var families = []struct{ prefix, family string }{
	{"nodejs", "NODEJS"}, {"python", "PYTHON"}, {"java", "JAVA"}, {"dotnet", "DOTNET_CORE"}, {"ruby", "RUBY"}, {"", "OTHER"},
}

// runtimeExpression is an expression of type awslambda.Runtime.
func runtimeExpression(name string) string {
	if known := runtimes[name]; known != "" {
		return "awslambda.Runtime_" + known + "()"
	}
	i := slices.IndexFunc(families, func(f struct{ prefix, family string }) bool { return strings.HasPrefix(name, f.prefix) })
	return fmt.Sprintf("awslambda.NewRuntime(jsii.String(%s), awslambda.RuntimeFamily_%s, nil)", strconv.Quote(name), families[i].family)
}
