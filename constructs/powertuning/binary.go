package powertuning

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/ownbuild"
	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/tuning"
)

// stepCode is the code that all step functions share.
func stepCode(props *PowerTuningProps, found *problems) awslambda.Code {
	if props.TunerBinary != nil {
		return givenBinary(*props.TunerBinary, found)
	}
	binary, err := register(props)
	if err != nil {
		found.Add("TunerBinary", "it is not given, and the tuner cannot be built: %v", err)
		return nil
	}
	built, err := binary.Output()
	if err != nil {
		found.Add("TunerBinary", "it is not given, and the tuner cannot be built: %v", err)
		return nil
	}
	return asset(built.Dir, built.SHA256)
}

// Register registers the tuner's build, so that it is built together with the Go code of other
// constructs. NewPowerTuning does so too, and reports what fails.
func (props *PowerTuningProps) Register() {
	if props == nil {
		props = &PowerTuningProps{}
	}
	if props.TunerBinary == nil {
		_, _ = register(props)
	}
}

func register(props *PowerTuningProps) (*gobuild.Binary, error) {
	goarch := "arm64"
	if *tunerArchitecture(props).Name() == string(tuning.X86) {
		goarch = "amd64"
	}
	return ownbuild.Register("powertuning", goarch)
}

// givenBinary returns the code of a folder with bootstrap, or of a .zip file.
func givenBinary(path string, found *problems) awslambda.Code {
	sum, usable := checkBinary(path, found)
	if !usable {
		return nil
	}
	return asset(path, sum)
}

// checkBinary returns the hash of the binary that a path leads to.
func checkBinary(path string, found *problems) (sum string, usable bool) {
	file := path
	if !strings.HasSuffix(path, ".zip") {
		file = filepath.Join(path, "bootstrap")
	}
	sum, err := hashOf(file)
	if err != nil {
		found.Add("TunerBinary", "%q cannot be used (%v); give a folder that holds the tuner's binary as bootstrap, or a .zip file of that folder", path, err)
	}
	return sum, err == nil
}

// asset returns the code with a hash of the binary's content: CDK would go by inode, time and size.
func asset(path, sum string) awslambda.Code {
	return awslambda.Code_FromAsset(jsii.String(path), &awss3assets.AssetOptions{AssetHash: jsii.String(sum)})
}

func hashOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
