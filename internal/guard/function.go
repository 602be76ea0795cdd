package guard

import (
	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/dockerfile"
)

// Function is a Lambda function, as a template or a tree of constructs describes it.
type Function struct {
	// Name for people: the construct's path.
	Name string
	// Target is what it is deployed to. Its Architecture is "" if only the deployment
	// knows it.
	Target binarch.Target
	// Handler by which Lambda starts it. Default: "", not known.
	Handler string
	// Packages are its code and, behind it, its layers in their order.
	Packages []Package
}

// Package is one of the things that a function is deployed from.
type Package struct {
	// Name for people: "code", or the layer's construct path.
	Name string
	// Path of the files on disk: a folder, a zip, an image archive. "" where there
	// are none, see Opaque.
	Path string
	// Inventory of files that are not on disk, nil if Path has them.
	Inventory *binarch.Inventory
	// Hash of the asset: equal hashes, equal files in Path. Default: Path stands for it.
	Hash string
	// Layer is true for what Lambda unpacks into /opt.
	Layer bool
	// Image says how an image is built from a Dockerfile, whose build context Path is
	// then; nil for everything else.
	Image *dockerfile.Options
	// Unbuilt is true if something is built of the files before it is deployed, so that
	// what is in them may not be.
	Unbuilt bool
	// Source returns the source of a program that is compiled for both architectures: what
	// only one of them has is worth a remark. Default: nil, there is none.
	Source func() (Source, error)
	// ARN of a layer version that somebody else publishes.
	ARN string
	// Opaque says why nothing can be known about the package: "it lies in a bucket".
	Opaque string
}

// Source is judged beside the files that were made of it.
type Source interface {
	Check(target binarch.Target) []binarch.Finding
}

// Code is the name of a function's own package.
const Code = "code"

// on returns the same target on another architecture.
func on(target binarch.Target, a binarch.Architecture) binarch.Target {
	target.Architecture = a
	return target
}
