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
	// functions are those of the stage and of the stages in it; so are carriers, other
	// resources that can carry code for Lambda.
	functions, carriers []awscdk.CfnResource
	// nested are the resources that deploy the app's own nested stacks.
	nested   map[awscdk.CfnResource]bool
	dual     []*function // of this stage alone
	siblings map[awscdk.CfnResource]*sibling
	layers   []awslambda.CfnLayerVersion
	urls     []awslambda.CfnUrl
	routes   []awsapigatewayv2.CfnRoute
	read     []apiRoute // of routes, nil until they are needed
	assets   []awss3assets.Asset
	staged   map[string]staged // by asset hash, nil until they are needed
	// written are the layers of a stack's stage by how the stack's template writes their
	// ARNs: as a Ref, an import or a parameter of a nested stack.
	written map[awscdk.Stack]map[string]guard.Package
}

func newTree(stage awscdk.Stage) *tree {
	t := &tree{
		stage: stage, siblings: map[awscdk.CfnResource]*sibling{}, nested: map[awscdk.CfnResource]bool{},
		written: map[awscdk.Stack]map[string]guard.Package{},
	}
	for _, node := range *stage.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if resource, is := functionResource(node); is {
			t.functions = append(t.functions, resource)
			continue
		}
		if resource, is := carrier(node); is {
			t.carriers = append(t.carriers, resource)
		}
		switch construct := node.(type) {
		case *function:
			for _, s := range construct.functions() {
				t.siblings[s.resource] = s
			}
			if construct.watched.stage == stage {
				t.dual = append(t.dual, construct)
			}
		case awslambda.CfnLayerVersion:
			t.layers = append(t.layers, construct)
		case awsapigatewayv2.CfnRoute:
			t.routes = append(t.routes, construct)
		case awslambda.CfnUrl:
			t.urls = append(t.urls, construct)
		case awss3assets.Asset:
			t.assets = append(t.assets, construct)
		case awscdk.NestedStack:
			t.nested[construct.NestedStackResource()] = true
		}
	}
	return t
}

// functionResource returns the CloudFormation resource of a function, if the construct is
// one. For its custom resources CDK makes some without a class of their own.
func functionResource(node constructs.IConstruct) (awscdk.CfnResource, bool) {
	if function, is := node.(awslambda.CfnFunction); is {
		return function, true
	}
	resource, is := node.(awscdk.CfnResource)
	if _, hasClass := node.(awscdk.IInspectable); !is || hasClass {
		return nil, false
	}
	return resource, *resource.CfnResourceType() == "AWS::Lambda::Function"
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
	resolve(resource, resource.CfnProperties(), &properties)
	name := *annotated(resource).Node().Path()
	if s := t.siblings[resource]; s != nil {
		return guard.Function{
			Name: name, Target: properties.Target(), Handler: properties.HandlerName(),
			Packages: append([]guard.Package{s.files}, properties.LayerPackages(finder{t, resource})...),
		}
	}
	return properties.Function(name, finder{t, resource})
}

// resolve decodes values as the template will have them. A class writes s3Key, a template
// S3Key; encoding/json takes both.
func resolve(resource awscdk.CfnResource, values any, into any) {
	text, err := json.Marshal(resource.Stack().Resolve(values))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		panic(fmt.Errorf("%s: its properties cannot be read: %w", *resource.Node().Path(), err))
	}
}

// more returns where lists that are too long for an annotation continue.
func (t *tree) more() string {
	outdir := *awscdk.App_Of(t.stage).Outdir()
	if here, err := filepath.Abs("."); err == nil {
		if inside, err := filepath.Rel(here, outdir); err == nil && filepath.IsLocal(inside) {
			outdir = inside
		}
	}
	return "dualarch check " + outdir
}

// finder implements guard.Finder for one function.
type finder struct {
	*tree
	resource awscdk.CfnResource
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
		f.written[stack] = map[string]guard.Package{}
		for _, layer := range f.layers {
			if awscdk.Stage_Of(layer) == awscdk.Stage_Of(stack) {
				f.written[stack][written(stack.Resolve(layer.Ref()))] = f.layer(layer)
			}
		}
	}
	found, known := f.written[stack][written(reference)]
	return found, known
}

// written returns a value as text, so that it can be compared.
func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it came as JSON
	}
	return string(text)
}

func (f finder) layer(layer awslambda.CfnLayerVersion) guard.Package {
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

// Asset returns files by the constructs that stage them and, for images, by where CDK
// staged them.
func (f finder) Asset(hash string) (path, opaque string) {
	if f.staged == nil {
		f.staged = map[string]staged{} // of the tree: finders share it
		for _, asset := range f.assets {
			f.staged[*asset.AssetHash()] = where(asset)
		}
	}
	if found, is := f.staged[hash]; is {
		return found.path, found.opaque
	}
	if path = guard.StagedAsset(hash, *awscdk.App_Of(f.stage).Outdir()); path == "" {
		return "", guard.InBucket
	}
	return path, ""
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
