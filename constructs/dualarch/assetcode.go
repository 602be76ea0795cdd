package dualarch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/links"
	"github.com/dualarch/dualarch/internal/treebuild"
)

// AssetCode returns code that is one folder, zip or jar for both architectures:
// Python, Node.js, Java, .NET or Ruby without native parts, or with the native
// parts of both. The path is absolute or relative to the working directory (the
// folder of cdk.json). Both siblings get the same asset. The target of a symbolic
// link that leaves the folder is included, as in CDK's own assets, with a warning;
// there is one for a link to nothing, too.
func AssetCode(path *string, runtime awslambda.Runtime, handler *string) Code {
	return &assetCode{
		managed: managed{"AssetCode", runtime, handler},
		paths:   map[architecture]string{x86: prop.Value(path), arm64: prop.Value(path)},
		names:   map[architecture]string{x86: "path", arm64: "path"},
	}
}

// AssetCodePerArchitecture returns code that is one folder, zip or jar per
// architecture, built elsewhere: by a CI job on machines of both architectures,
// say. The paths are as in AssetCode. The same path twice is refused: that is
// AssetCode.
func AssetCodePerArchitecture(x86Path *string, arm64Path *string, runtime awslambda.Runtime, handler *string) Code {
	return &assetCode{
		managed: managed{"AssetCodePerArchitecture", runtime, handler},
		paths:   map[architecture]string{x86: prop.Value(x86Path), arm64: prop.Value(arm64Path)},
		names:   map[architecture]string{x86: "x86Path", arm64: "arm64Path"},
	}
}

type assetCode struct {
	managed
	paths map[architecture]string
	names map[architecture]string // of the parameters, for messages
}

func (c *assetCode) check() problems {
	var found problems
	property := "Code: " + c.kind
	for _, arch := range architectures {
		name, path := c.names[arch], c.paths[arch]
		if arch == arm64 && name == c.names[x86] {
			continue // said once
		}
		if text := wrongAsset(path); text != "" {
			found.Add(property, "%s: %q %s; give a folder, a zip or a jar, absolute or relative to the working directory", name, path, text)
		}
	}
	if c.names[x86] != c.names[arm64] && c.paths[x86] != "" && filepath.Clean(c.paths[x86]) == filepath.Clean(c.paths[arm64]) {
		found.Add(property, "arm64Path: %q was given for both architectures; give one path each, or AssetCode where one runs on both", c.paths[arm64])
	}
	c.checkStart(&found)
	return found
}

// wrongAsset returns why a path cannot be deployed, or "".
func wrongAsset(path string) string {
	info, err := os.Stat(path)
	switch {
	case path == "" || err != nil:
		return "is not there"
	case info.IsDir():
		if entries, err := os.ReadDir(path); err != nil || len(entries) == 0 {
			return "is an empty folder"
		}
		return ""
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".zip", ".jar":
		return ""
	}
	return "is a file of another kind"
}

// warnings are also of links that do not lead to a file of the asset.
func (c *assetCode) warnings() []warning {
	all := c.managed.warnings()
	for _, arch := range architectures {
		if arch == arm64 && c.names[arm64] == c.names[x86] {
			continue // said once
		}
		lost, err := links.FindLost(c.paths[arch])
		if err != nil || len(lost) == 0 {
			continue // building the code says what cannot be read
		}
		const most = 10
		text := fmt.Sprintf("%s %q has links that do not lead to a file in it:", c.names[arch], c.paths[arch])
		for _, link := range lost[:min(len(lost), most)] {
			text += "\n  - " + link.String()
		}
		if more := len(lost) - most; more > 0 {
			text += fmt.Sprintf("\n  and %d more", more)
		}
		all = append(all, warning{linksID, text + "\nCDK copies what lies out of the folder, as it is on this machine, and deploys the others, which lead nowhere on Lambda"})
	}
	return all
}

func (c *assetCode) build(arch architecture) (asset, error) {
	sum, err := treebuild.Hash(c.paths[arch], nil)
	if err != nil {
		return nil, err
	}
	return folderAsset(c.paths[arch], sum), nil
}
