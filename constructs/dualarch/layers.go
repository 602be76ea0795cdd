package dualarch

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/dualarch/dualarch/constructs/internal/prop"
)

// checkLayers refuses layers that were made for another architecture than their
// sibling's, and any layer if the code is an image. Nothing is known of a layer
// given by its ARN.
func checkLayers(p *problems, props *DualArchFunctionProps) {
	shared, image := shared(props), props.Code != nil && props.Code.start().fromImage()
	for _, given := range []struct {
		property      string
		layers        *[]awslambda.ILayerVersion
		architectures []architecture
		remedy        string
	}{
		{"Function.Layers", shared.Layers, architectures, "give it as X86.Layers or Arm64.Layers with one for the other sibling"},
		{"X86.Layers", own(props, x86).Layers, []architecture{x86}, "give the layer's x86_64 edition"},
		{"Arm64.Layers", own(props, arm64).Layers, []architecture{arm64}, "give the layer's arm64 edition"},
	} {
		if image && len(prop.Value(given.layers)) > 0 {
			p.Add(given.property, "layers were given for a container image; put what is in them into the image, under /opt")
			continue
		}
		for _, layer := range prop.Value(given.layers) {
			if layer == nil {
				p.Add(given.property, "nil was given; give an awslambda.ILayerVersion, or leave it out")
				continue
			}
			for _, arch := range given.architectures {
				if made := madeFor(layer); len(made) > 0 && !made[arch] {
					p.Add(given.property, "%q is not compatible with %s: its CompatibleArchitectures are %s; %s, or add %s to them where it runs there",
						*layer.Node().Path(), arch, strings.Join(made.names(), ", "), given.remedy, arch)
				}
			}
		}
	}
	if !image {
		return
	}
	if shared.AdotInstrumentation != nil {
		p.Add("Function.AdotInstrumentation", "it was given for a container image; put the AWS Distro for OpenTelemetry into the image")
	}
	if shared.ParamsAndSecrets != nil {
		p.Add("Function.ParamsAndSecrets", "it was given for a container image; put the extension into the image, under /opt/extensions")
	}
}

type architectureSet map[architecture]bool

func (s architectureSet) names() []string {
	var all []string
	for _, arch := range architectures {
		if s[arch] {
			all = append(all, string(arch))
		}
	}
	return all
}

// madeFor returns the compatible architectures of a layer of this app, or nothing
// if they were left out or the layer is imported.
func madeFor(layer awslambda.ILayerVersion) architectureSet {
	resource, ok := layer.Node().DefaultChild().(awslambda.CfnLayerVersion)
	if !ok {
		return nil
	}
	made := architectureSet{}
	for _, name := range prop.Values(resource.CompatibleArchitectures()) {
		made[architecture(name)] = true
	}
	return made
}
