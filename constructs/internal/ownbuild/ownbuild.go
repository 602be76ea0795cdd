// Package ownbuild builds this module's own Lambda functions, whatever module the app is in.
package ownbuild

import (
	"path/filepath"
	"sync"

	"github.com/dualarch/dualarch/internal/gobuild"
)

// Module is this module's path.
const Module = "github.com/dualarch/dualarch"

// moduleDir returns the module's folder. It runs the go command, once.
var moduleDir = sync.OnceValues(func() (string, error) { return gobuild.ModuleDir(Module) })

// Register registers the build of a folder of functions/, so that it is built together with the Go code of other
// constructs.
func Register(folder, goarch string) (*gobuild.Binary, error) {
	dir, err := moduleDir()
	if err != nil {
		return nil, err
	}
	return gobuild.Register(gobuild.Spec{Dir: filepath.Join(dir, "functions", folder), GOARCH: goarch}), nil
}
