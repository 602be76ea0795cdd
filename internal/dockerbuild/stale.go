package dockerbuild

import (
	"context"
	"fmt"
)

// Stale returns what to do about a local image of the wrong architecture that CDK would push for an
// asset without building it, or "" if there is none. CDK tags images with the asset's hash, which
// includes the platform, and does not rebuild a tag that exists. So a wrong image of the classic
// builder stays even if another builder has replaced it.
func Stale(ctx context.Context, assetHash, goarch string) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tag, want := "cdkasset-"+assetHash, "linux/"+goarch
	is, err := ask(ctx, program(), "image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", tag)
	if err != nil || is == "" || is == want {
		return ""
	}
	return fmt.Sprintf("the image that cdk deploy would push for %s exists already and is for %s: Docker's classic builder, or a platform in the Dockerfile's last FROM, made it so, and it would not be built again; remove it: %s image rm %s",
		want, is, program(), tag)
}
