// Package ownbuild builds this module's own Lambda functions, whatever module the app is in.
//
// They are built from this module's sources, with the versions of other modules that the app requires. "go mod tidy"
// writes all that they need into the app's go.mod, because of functions.go, so "go mod download" in the app's module is
// enough to build them without a network.
package ownbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dualarch/dualarch/internal/gobuild"
)

// Module is this module's path.
const Module = "github.com/dualarch/dualarch"

// Modules are all that the functions are made of.
var Modules = []string{
	"github.com/aws/aws-lambda-go",
	"github.com/aws/aws-sdk-go-v2",
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream",
	"github.com/aws/aws-sdk-go-v2/internal/configsources",
	"github.com/aws/aws-sdk-go-v2/internal/endpoints/v2",
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs",
	"github.com/aws/aws-sdk-go-v2/service/codedeploy",
	"github.com/aws/aws-sdk-go-v2/service/lambda",
	"github.com/aws/aws-sdk-go-v2/service/sfn",
	"github.com/aws/smithy-go",
	"golang.org/x/sync",
	"gonum.org/v1/gonum",
}

// source is where the functions are built.
type source struct {
	dir, modFile string
	missing      []string
}

var ours = sync.OnceValues(func() (source, error) {
	app, err := appRoot()
	if err != nil {
		dir, err := gobuild.ModuleDir(Module)
		return source{dir: dir}, err
	}
	if gobuild.ModulePath(app) == Module {
		return source{dir: app}, nil
	}
	s := source{}
	if s.dir, err = gobuild.ModuleDir(Module); err == nil {
		s.modFile, s.missing, err = gobuild.ModFile(s.dir, app, Modules)
	}
	return s, err
})

// appRoot returns the folder of the go.mod of the app that runs.
func appRoot() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return gobuild.ModuleRoot(here)
}

// Register registers the build of a folder of functions/, so that it is built together with the Go code of other
// constructs.
func Register(folder, goarch string) (*gobuild.Binary, error) {
	s, err := ours()
	if err != nil {
		return nil, err
	}
	return gobuild.Register(gobuild.Spec{Dir: filepath.Join(s.dir, "functions", folder), GOARCH: goarch, ModFile: s.modFile}), nil
}

// Remedy says what to do if a build has failed because modules are missing, "" otherwise.
func Remedy() string {
	s, err := ours()
	if err != nil || len(s.missing) == 0 {
		return ""
	}
	return fmt.Sprintf("\n(the app's go.mod does not require %s, which our functions are made of: run \"go mod tidy\", then \"go mod download\" is all that they need)",
		strings.Join(s.missing, ", "))
}
