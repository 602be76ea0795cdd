package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dualarch/dualarch/internal/guard"
)

// platforms returns the platforms that CDK was told to build the images of an output
// folder for, by their assets' hashes. Only the manifests say it, no template does.
func platforms(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(guard.EscapeGlob(dir), "*.assets.json"))
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var manifest struct {
			DockerImages map[string]struct {
				Source       struct{ Platform string }
				Destinations map[string]struct{ ImageTag string }
			}
		}
		if err := json.Unmarshal(text, &manifest); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, image := range manifest.DockerImages {
			for _, destination := range image.Destinations {
				found[guard.AssetHash(destination.ImageTag)] = image.Source.Platform
			}
		}
	}
	return found, nil
}
