package main

import (
	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/guard"
)

// platforms returns the platforms that CDK was told to build the images of an output
// folder for, by their assets' hashes. Only the manifests say it, no template does.
func platforms(dir string) (map[string]string, error) {
	manifests, err := cfn.AssetManifests[struct {
		DockerImages map[string]struct {
			Source       struct{ Platform string }
			Destinations map[string]struct{ ImageTag string }
		}
	}](dir)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, manifest := range manifests {
		for _, image := range manifest.DockerImages {
			for _, destination := range image.Destinations {
				found[guard.AssetHash(destination.ImageTag)] = image.Source.Platform
			}
		}
	}
	return found, nil
}
