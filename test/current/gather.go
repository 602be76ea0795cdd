package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/sync/errgroup"

	"github.com/dualarch/dualarch/test/current/models"
)

// release is the newest version of a package, and the one that this module uses.
type release struct{ name, newest, used string }

func (r release) String() string { return fmt.Sprintf("%s %s (here: %s)", r.name, r.newest, r.used) }

// botocoreNames are the services that botocore calls otherwise than the Go SDK.
var botocoreNames = map[string]string{"cloudwatchlogs": "logs", "sfn": "stepfunctions"}

// resourcePrefixes choose the types of resources that are compared.
var resourcePrefixes = []string{"AWS::Lambda::", "AWS::Serverless::"}

// gather fetches the newest packages and reads all that is compared. The releases say
// which packages those were.
func gather(ctx context.Context, root string, fetch fetcher, calls []call) (evidence, []release, error) {
	theirs := evidence{services: map[string]service{}}
	used, err := usedVersions(root)
	if err != nil {
		return theirs, nil, err
	}
	var mu sync.Mutex // of what follows
	var releases []release
	arrived := func(name, newest string) { releases = append(releases, release{name, newest, used[name]}) }
	modules := map[string]bool{}
	for _, c := range calls {
		modules[c.module] = true
	}
	group, ctx := errgroup.WithContext(ctx)
	for name := range modules {
		group.Go(func() error {
			m, err := fetch.module(ctx, name)
			if err != nil {
				return err
			}
			model, err := models.ReadSDK(os.DirFS(m.Dir), name, m.Version)
			mu.Lock()
			defer mu.Unlock()
			arrived(name, m.Version)
			s := theirs.services[path.Base(name)]
			s.sdk = model
			theirs.services[path.Base(name)] = s
			return err
		})
	}
	group.Go(func() error {
		wheels, err := fetch.wheels(ctx, "botocore", "cfn-lint")
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for _, name := range []string{"botocore", "cfn-lint"} {
			arrived(name, wheels[name].Version)
		}
		err = theirs.readWheels(wheels, modules)
		return errors.Join(err, wheels["botocore"].Close(), wheels["cfn-lint"].Close())
	})
	err = group.Wait()
	slices.SortFunc(releases, func(a, b release) int { return cmp.Compare(a.name, b.name) })
	return theirs, releases, err
}

// readWheels reads the Python packages.
func (e *evidence) readWheels(wheels map[string]models.Wheel, modules map[string]bool) (err error) {
	botocore, cfnLint := wheels["botocore"], wheels["cfn-lint"]
	e.botocore = "botocore " + botocore.Version
	if e.related, err = models.Services(botocore, botocore.Version, lambda); err != nil {
		return err
	}
	if e.partitions, err = models.ReadPartitions(botocore, botocore.Version, lambda); err != nil {
		return err
	}
	if e.templates, err = models.ReadCFNLint(cfnLint, cfnLint.Version, resourcePrefixes...); err != nil {
		return err
	}
	for module := range modules {
		name := path.Base(module)
		its := name
		if other, ok := botocoreNames[name]; ok {
			its = other
		}
		s := e.services[name]
		if s.botocore, err = models.ReadBotocore(botocore, botocore.Version, its); err != nil {
			return fmt.Errorf("%s, for %s (botocoreNames in test/current names services that botocore calls otherwise): %w", its, module, err)
		}
		e.services[name] = s
	}
	return nil
}

var pinned = regexp.MustCompile(`(?m)^([A-Za-z0-9._-]+)==([^\s;]+)`)

// usedVersions returns the versions in go.mod and requirements.txt.
func usedVersions(root string) (map[string]string, error) {
	goMod := filepath.Join(root, "go.mod")
	content, err := os.ReadFile(goMod)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseLax(goMod, content, nil)
	if err != nil {
		return nil, err
	}
	used := map[string]string{}
	for _, r := range file.Require {
		used[r.Mod.Path] = r.Mod.Version
	}
	requirements, err := os.ReadFile(filepath.Join(root, "requirements.txt"))
	if err != nil {
		return nil, err
	}
	for _, match := range pinned.FindAllStringSubmatch(string(requirements), -1) {
		used[match[1]] = match[2]
	}
	return used, nil
}
