package cfn

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
)

// deployed is what the manifest says of a stack. paths are those of its constructs, by their logical ids.
type deployed struct {
	name, environment string
	paths             map[string]string
}

// metadata is what CDK notes of constructs, by their paths.
type metadata map[string][]struct {
	Type string
	Data any
}

// readManifest returns the stacks by the files of their templates. CDK writes the manifest last, so that a folder may
// have none.
func readManifest(path string) (map[string]deployed, error) {
	var manifest struct {
		Artifacts map[string]struct {
			Type, Environment, AdditionalMetadataFile string
			Properties                                json.RawMessage
			Metadata                                  metadata
		}
	}
	err := readJSON(path, &manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	stacks := map[string]deployed{}
	for id, artifact := range manifest.Artifacts {
		if artifact.Type != "aws:cloudformation:stack" {
			continue
		}
		var stack struct{ TemplateFile, StackName string }
		if err := json.Unmarshal(artifact.Properties, &stack); err != nil {
			return nil, fmt.Errorf("%s: artifact %s: %w", path, id, err)
		}
		if stack.StackName == "" {
			stack.StackName = id // of a stack without a name of its own
		}
		notes := artifact.Metadata
		if file := artifact.AdditionalMetadataFile; file != "" {
			// Newer versions of CDK write it beside the manifest.
			if err := readJSON(filepath.Join(filepath.Dir(path), filepath.Base(file)), &notes); err != nil {
				return nil, err
			}
		}
		stacks[stack.TemplateFile] = deployed{stack.StackName, artifact.Environment, notes.paths()}
	}
	return stacks, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// paths returns the paths of constructs by their logical ids. An id that several have, in nested stacks, is left out.
func (m metadata) paths() map[string]string {
	paths, several := map[string]string{}, map[string]bool{}
	for path, entries := range m {
		for _, entry := range entries {
			id, is := entry.Data.(string)
			if !is || entry.Type != "aws:cdk:logicalId" {
				continue
			}
			if _, known := paths[id]; known {
				several[id] = true
			}
			paths[id] = strings.TrimPrefix(path, "/")
		}
	}
	for id := range several {
		delete(paths, id)
	}
	return paths
}

// addPaths gives resources the paths of their constructs if the template does not have them: it does only if the CDK
// CLI wrote it, and is not told otherwise.
func (t *Template) addPaths(paths map[string]string) {
	const key = "aws:cdk:path"
	for id, r := range t.Resources {
		if path := paths[id]; path != "" && r.Metadata[key] == nil {
			if r.Metadata == nil {
				r.Metadata = map[string]any{}
			}
			r.Metadata[key] = path
			t.Resources[id] = r
		}
	}
}

// assetFiles returns the files of a folder that are uploaded, by the hashes in their addresses.
func assetFiles(dir string) (map[string]string, error) {
	manifests, err := AssetManifests[struct {
		Files map[string]struct{ Source struct{ Path string } }
	}](dir)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, manifest := range manifests {
		for hash, file := range manifest.Files {
			found[hash] = file.Source.Path
		}
	}
	return found, nil
}

// AssetManifests reads the manifests of a folder's assets.
func AssetManifests[T any](dir string) ([]T, error) {
	names, err := filepath.Glob(filepath.Join(guard.EscapeGlob(dir), "*.assets.json"))
	if err != nil {
		return nil, err
	}
	all := make([]T, len(names))
	for i, name := range names {
		if err := readJSON(name, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}
