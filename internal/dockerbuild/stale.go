package dockerbuild

import (
	"context"
	"fmt"
)

// Stale says what to do about the local image that CDK would push for an asset without building it,
// "" where there is none or it is of the architecture. CDK tags what it builds by the asset's hash,
// which has the platform in it, and builds no tag again that is there. So what the classic builder
// made, of the wrong architecture, stays when another builder has taken its place.
func Stale(ctx context.Context, assetHash, goarch string) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tag, want := "cdkasset-"+assetHash, "linux/"+goarch
	is, err := ask(ctx, program(), "image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", tag)
	if err != nil || is == "" || is == want {
		return ""
	}
	return fmt.Sprintf("the image that cdk deploy would push for %s is there already and is for %s: Docker's classic builder, or a platform in the Dockerfile's last FROM, made it so, and it would not be built again; remove it: %s image rm %s",
		want, is, program(), tag)
}
