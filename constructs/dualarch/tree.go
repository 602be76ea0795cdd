package dualarch

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/guard"
)

// tree is what the guard needs of a stage's constructs. Whatever takes a call to Node.js
// per construct is looked up only if a function needs it.
type tree struct {
	stage awscdk.Stage
	// resources are those of the stage and of the stages in it, as are the constructs below.
	resources map[awscdk.CfnResource]bool
	stacks    []awscdk.NestedStack
	nested    map[awscdk.CfnResource]bool // they deploy stacks; nil until they are needed
	siblings  map[awscdk.CfnResource]*sibling
	layers    []*layer
	urls      []awslambda.CfnUrl
	latest    *[]awslambda.CfnUrl // of urls, those without an alias; nil until they are needed
	routes    []awsapigatewayv2.CfnRoute
	read      []apiRoute // of routes, nil until they are needed
	assets    []awss3assets.Asset
	staged    map[string]staged // by hash, those of assets that were looked at
	// written are the layers of a stack's stage by how the stack's template writes their
	// ARNs: as a Ref, an import or a parameter of a nested stack.
	written map[awscdk.Stack]map[string]*layer
	rest    string // where lists that are too long for an annotation continue
	// resolved are properties of functions, as JSON.
	resolved map[awscdk.CfnResource][]byte
}

func newTree(stage awscdk.Stage) *tree {
	t := &tree{
		stage: stage, resources: map[awscdk.CfnResource]bool{}, siblings: map[awscdk.CfnResource]*sibling{},
		staged: map[string]staged{}, written: map[awscdk.Stack]map[string]*layer{}, resolved: map[awscdk.CfnResource][]byte{},
	}
	for _, node := range *stage.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if resource, is := node.(awscdk.CfnResource); is {
			t.resources[resource] = true
		}
		switch construct := node.(type) {
		case *function:
			for _, s := range construct.functions() {
				t.siblings[s.resource] = s
			}
		case awslambda.CfnLayerVersion:
			t.layers = append(t.layers, &layer{resource: construct})
		case awsapigatewayv2.CfnRoute:
			t.routes = append(t.routes, construct)
		case awslambda.CfnUrl:
			t.urls = append(t.urls, construct)
		case awss3assets.Asset:
			t.assets = append(t.assets, construct)
		case awscdk.NestedStack:
			t.stacks = append(t.stacks, construct)
		}
	}
	return t
}

// isNested reports whether a resource deploys a nested stack of the app.
func (t *tree) isNested(resource awscdk.CfnResource) bool {
	if t.nested == nil {
		t.nested = map[awscdk.CfnResource]bool{}
		for _, stack := range t.stacks {
			t.nested[stack.NestedStackResource()] = true
		}
	}
	return t.nested[resource]
}

// latestURLs returns the Function URLs that lead to $LATEST.
func (t *tree) latestURLs() []awslambda.CfnUrl {
	if t.latest == nil {
		t.latest = &[]awslambda.CfnUrl{}
		for _, url := range t.urls {
			if url.Qualifier() == nil {
				*t.latest = append(*t.latest, url)
			}
		}
	}
	return *t.latest
}

// annotated returns the construct by which a user knows a function.
func annotated(resource awscdk.CfnResource) constructs.IConstruct {
	if function, is := resource.Node().Scope().(awslambda.Function); is {
		return function
	}
	return resource
}

// function returns what the guard needs to know of a function.
func (t *tree) function(resource awscdk.CfnResource) guard.Function {
	var properties guard.Properties
	t.properties(resource, &properties)
	name := *annotated(resource).Node().Path()
	if s := t.siblings[resource]; s != nil {
		return guard.Function{
			Name: name, Target: properties.Target(), Handler: properties.HandlerName(),
			Packages: append([]guard.Package{s.files}, properties.LayerPackages(finder{t, resource})...),
		}
	}
	return properties.Function(name, finder{t, resource})
}

// properties decodes a function's properties as the template will have them. Node.js is asked for them once: they are
// long.
func (t *tree) properties(resource awscdk.CfnResource, into any) {
	if t.resolved[resource] == nil {
		t.resolved[resource] = resolved(resource, resource.CfnProperties())
	}
	decode(resource, t.resolved[resource], into)
}

// resolve decodes values as the template will have them.
func resolve(resource awscdk.CfnResource, values any, into any) {
	decode(resource, resolved(resource, values), into)
}

func resolved(resource awscdk.CfnResource, values any) []byte {
	text, err := json.Marshal(resource.Stack().Resolve(values))
	if err != nil {
		panic(err) // it came as JSON
	}
	return text
}

// decode decodes resolved values. A class writes s3Key, a template S3Key; encoding/json takes both.
func decode(resource awscdk.CfnResource, text []byte, into any) {
	if err := json.Unmarshal(text, into); err != nil {
		panic(fmt.Errorf("%s: its properties cannot be read: %w", *resource.Node().Path(), err))
	}
}

// more returns where lists that are too long for an annotation continue.
func (t *tree) more() string {
	if t.rest != "" {
		return t.rest
	}
	outdir := *awscdk.App_Of(t.stage).Outdir()
	if here, err := filepath.Abs("."); err == nil {
		if inside, err := filepath.Rel(here, outdir); err == nil && filepath.IsLocal(inside) {
			outdir = inside
		}
	}
	t.rest = "dualarch check " + outdir
	return t.rest
}

// finder implements guard.Finder for one function.
type finder struct {
	*tree
	resource awscdk.CfnResource
}

// layer is a layer version of the app.
type layer struct {
	resource awslambda.CfnLayerVersion
	// stage and ref are nil until they are needed, and so are its files.
	stage awscdk.Stage
	ref   *string
	files *guard.Package
}

// Layer returns the layer version of this app whose ARN the function's stack writes as
// the reference.
func (f finder) Layer(reference any) (guard.Package, bool) {
	if f.addedByCDK(reference) {
		return guard.Package{Name: "layer", Layer: true}, true
	}
	if _, plain := reference.(string); plain {
		return guard.Package{}, false
	}
	stack := f.resource.Stack()
	if f.written[stack] == nil {
		f.written[stack] = f.layersOf(stack)
	}
	found, known := f.written[stack][written(reference)]
	if !known {
		return guard.Package{}, false
	}
	if found.files == nil {
		files := f.filesOf(found.resource)
		found.files = &files
	}
	return *found.files, true
}

// layersOf returns the layers of a stack's stage by how the stack writes their ARNs.
func (f finder) layersOf(stack awscdk.Stack) map[string]*layer {
	stage := awscdk.Stage_Of(stack)
	var same []*layer
	var refs []*string
	for _, l := range f.layers {
		if l.stage == nil {
			l.stage, l.ref = awscdk.Stage_Of(l.resource), l.resource.Ref()
		}
		if l.stage == stage {
			same, refs = append(same, l), append(refs, l.ref)
		}
	}
	var arns []any
	resolve(f.resource, refs, &arns)
	layers := map[string]*layer{}
	for i, arn := range arns {
		layers[written(arn)] = same[i]
	}
	return layers
}

// written returns a value as text, so that it can be compared.
func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it came as JSON
	}
	return string(text)
}

func (f finder) filesOf(layer awslambda.CfnLayerVersion) guard.Package {
	var properties struct{ Content struct{ S3Key any } }
	resolve(layer, layer.CfnProperties(), &properties)
	key, _ := guard.Flat(properties.Content.S3Key)
	found := guard.Package{
		Name: strings.TrimSuffix(*layer.Node().Path(), "/Resource"), Layer: true,
		Hash: guard.AssetHash(key),
	}
	found.Path, found.Opaque = f.Asset(found.Hash)
	return found
}

// staged is where an asset's files are, or why there are none.
type staged struct{ path, opaque string }

// Asset returns files by where CDK staged them, or, if it did not, by the constructs that
// would have been staged.
func (f finder) Asset(hash string) (path, opaque string) {
	if path = guard.StagedAsset(hash, *awscdk.App_Of(f.stage).Outdir()); path != "" {
		return path, ""
	}
	for len(f.assets) > 0 { // as far as is necessary: each takes calls to Node.js
		if found, is := f.staged[hash]; is {
			return found.path, found.opaque
		}
		next := f.assets[0]
		f.staged[*next.AssetHash()], f.assets = where(next), f.assets[1:]
	}
	if found, is := f.staged[hash]; is {
		return found.path, found.opaque
	}
	return "", guard.InBucket
}

// where returns an asset's path: relative to its stage's folder if CDK staged it, else
// absolute. For commands about other stacks CDK does not bundle either; the path is then
// the source's.
func where(asset awss3assets.Asset) staged {
	path := *asset.AssetPath()
	switch {
	case !filepath.IsAbs(path):
		return staged{path: filepath.Join(*awscdk.Stage_Of(asset).Outdir(), path)}
	case !*awscdk.Stack_Of(asset).BundlingRequired():
		return staged{opaque: guard.NotBundled}
	}
	return staged{path: path}
}

// Image reads the metadata that CDK writes for sam local, unless told not to.
func (f finder) Image() *dockerfile.Options {
	metadata := prop.Value(f.resource.CfnOptions().Metadata())
	return guard.ImageOptions(metadata)
}
