package guard

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/dockerfile"
)

// Properties are those of an AWS::Lambda::Function that say what it is deployed from.
// Any of them can be an intrinsic function, so they are read as they come.
type Properties struct {
	Architectures any
	PackageType   any
	Runtime       any
	Layers        any
	Handler       any
	Code          struct {
		S3Key, ZipFile any
		ImageURI       any `json:"ImageUri"`
	}
}

// Finder finds what the properties of a function refer to.
type Finder interface {
	// Asset is where the files of the asset with that hash are, or why they are nowhere.
	Asset(hash string) (path, opaque string)
	// Image says how the function's image is built, nil where nobody knows.
	Image() *dockerfile.Options
	// Layer is the layer version of this app that an intrinsic function refers to.
	Layer(reference any) (Package, bool)
}

// Target returns what the function is deployed to. The architecture is "" if a parameter
// or a condition decides it.
func (p Properties) Target() binarch.Target {
	target := binarch.Target{Architecture: binarch.X8664} // Lambda's default
	target.Runtime, _ = p.Runtime.(string)
	switch given := p.Architectures.(type) {
	case nil:
		return target
	case []any:
		if len(given) == 0 {
			return target
		}
		name, _ := given[0].(string)
		target.Architecture, _ = binarch.ParseArchitecture(name)
	default:
		target.Architecture = ""
	}
	return target
}

// Function returns the function with these properties.
func (p Properties) Function(name string, find Finder) Function {
	return Function{Name: name, Target: p.Target(), Handler: p.HandlerName(), Packages: append([]Package{p.code(find)}, p.LayerPackages(find)...)}
}

// HandlerName is the handler, "" if only the deployment knows it.
func (p Properties) HandlerName() string {
	handler, _ := p.Handler.(string)
	return handler
}

// code returns the function's own package.
func (p Properties) code(find Finder) Package {
	own := Package{Name: Code}
	switch {
	case p.Code.ZipFile != nil:
		return own // lines of source: they run anywhere
	case p.Code.ImageURI != nil:
		own.Hash = p.AssetHash()
		if own.Path, own.Opaque = find.Asset(own.Hash); own.Path == "" {
			if own.Opaque == InBucket {
				own.Opaque = ImageInRepository
			}
		} else if IsFolder(own.Path) { // else it is an image archive
			if own.Image = find.Image(); own.Image == nil {
				own.Path, own.Opaque = "", ImageUndescribed
			}
		}
	default:
		own.Hash = p.AssetHash()
		own.Path, own.Opaque = find.Asset(own.Hash)
	}
	return own
}

// Why nothing is known about a package that synthesis does not have.
const (
	InBucket          = "it lies in a bucket, which is not read"
	NotBundled        = "CDK has not bundled it, since this run is for other stacks"
	ImageUndescribed  = "CDK does not say which Dockerfile it is built from: asset metadata is switched off"
	ImageInRepository = "its image lies in a repository, which is not read"
)

// AssetHash returns the hash of the asset that holds the function's code, if one does:
// CDK makes objects' keys and images' tags of hashes.
func (p Properties) AssetHash() string {
	if uri, _ := Flat(p.Code.ImageURI); uri != "" {
		return AssetHash(uri[strings.LastIndex(uri, ":")+1:])
	}
	key, _ := Flat(p.Code.S3Key)
	return AssetHash(key)
}

// IsFolder reports whether the path is a folder: a build context, and no image archive.
func IsFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// ImageOptions reads how an image is built from the metadata that CDK gives its function.
// It returns nil if there is none, because which Dockerfile it is would be a guess.
func ImageOptions(metadata map[string]any) *dockerfile.Options {
	if metadata["aws:asset:path"] == nil {
		return nil
	}
	file, _ := metadata["aws:asset:dockerfile-path"].(string)
	target, _ := metadata["aws:asset:docker-build-target"].(string)
	given, _ := metadata["aws:asset:docker-build-args"].(map[string]any)
	args := map[string]string{}
	for key, value := range given {
		args[key] = fmt.Sprint(value)
	}
	contexts, _ := metadata["aws:asset:docker-build-contexts"].(map[string]any)
	return &dockerfile.Options{File: file, Target: target, Args: args, Contexts: slices.Sorted(maps.Keys(contexts))}
}

// LayerPackages returns the function's layers.
func (p Properties) LayerPackages(find Finder) []Package {
	layers, isList := p.Layers.([]any)
	if !isList && p.Layers != nil {
		return []Package{{Name: "layers", Layer: true, Opaque: "which they are is only known when it is deployed"}}
	}
	var packages []Package
	for _, layer := range layers {
		packages = append(packages, layerOf(layer, find))
	}
	return packages
}

func layerOf(reference any, find Finder) Package {
	if found, ok := find.Layer(reference); ok {
		return found
	}
	arn, known := Flat(reference)
	if !known {
		return Package{Name: "layer", Layer: true, Opaque: "its ARN is only known when it is deployed"}
	}
	return Package{Name: arn, Layer: true, ARN: arn}
}

// Flat joins a string that CloudFormation puts together, with references written as in
// Fn::Sub: "arn:${AWS::Partition}:lambda:…". ok is false if there is more in it than
// strings and references.
func Flat(value any) (text string, ok bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case map[string]any:
		if ref, is := v["Ref"].(string); is {
			return "${" + ref + "}", true
		}
		if sub, is := v["Fn::Sub"].(string); is {
			return sub, true
		}
		join, _ := v["Fn::Join"].([]any)
		if len(join) != 2 {
			return "", false
		}
		separator, _ := join[0].(string)
		parts, isList := join[1].([]any)
		if !isList {
			return "", false
		}
		var texts []string
		for _, part := range parts {
			one, ok := Flat(part)
			if !ok {
				return "", false
			}
			texts = append(texts, one)
		}
		return strings.Join(texts, separator), true
	}
	return "", false
}
