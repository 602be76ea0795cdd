package powertuning

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/ownbuild"
	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/internal/tunerbinary"
	"github.com/dualarch/dualarch/tuning"
)

// stepCode is the code that all step functions share.
func stepCode(props *PowerTuningProps, found *problems) awslambda.Code {
	if property, path := props.given(); path != "" {
		return givenBinary(property, path, props, found)
	}
	binary, err := register(props)
	if err == nil {
		var built gobuild.Output
		if built, err = binary.Output(); err == nil {
			return asset(built.Dir, built.SHA256)
		}
	}
	found.Add("TunerBinary", "it is not given, and the tuner cannot be built: %v%s\n(or give a file that \"dualarch tuner-binary\" writes, here or in the environment variable %s)",
		err, ownbuild.Remedy(), tunerbinary.Env)
	return nil
}

// given returns the path of a binary that need not be built, and what names it.
func (props *PowerTuningProps) given() (property, path string) {
	if props.TunerBinary != nil {
		return "TunerBinary", *props.TunerBinary
	}
	return tunerbinary.Env, os.Getenv(tunerbinary.Env)
}

// Register registers the tuner's build, so that it is built together with the Go code of other
// constructs. NewPowerTuning does so too, and reports what fails.
func (props *PowerTuningProps) Register() {
	if props == nil {
		props = &PowerTuningProps{}
	}
	if _, path := props.given(); path == "" {
		_, _ = register(props)
	}
}

func register(props *PowerTuningProps) (*gobuild.Binary, error) {
	return ownbuild.Register("powertuning", goarch(props))
}

// goarch is what Go calls the tuner's architecture.
func goarch(props *PowerTuningProps) string {
	if *tunerArchitecture(props).Name() == string(tuning.X86) {
		return "amd64"
	}
	return "arm64"
}

// givenBinary returns the code of a folder with bootstrap, or of a .zip file.
func givenBinary(property, path string, props *PowerTuningProps, found *problems) awslambda.Code {
	sum, usable := checkBinary(property, path, props, found)
	if !usable {
		return nil
	}
	return asset(path, sum)
}

// checkBinary returns the hash of the binary that a path leads to.
func checkBinary(property, path string, props *PowerTuningProps, found *problems) (sum string, usable bool) {
	file, err := tunerbinary.Read(path)
	if err != nil {
		found.Add(property, "%q cannot be used (%v); give a folder that holds the tuner's binary as bootstrap, or a .zip file of that folder", path, err)
		return "", false
	}
	if problem := file.Problem(goarch(props)); problem != "" {
		found.Add(property, "%q cannot be used: %s", path, problem)
		return "", false
	}
	return file.SHA256, true
}

// asset returns the code with a hash of the binary's content: CDK would go by inode, time and size.
func asset(path, sum string) awslambda.Code {
	return awslambda.Code_FromAsset(jsii.String(path), &awss3assets.AssetOptions{AssetHash: jsii.String(sum)})
}
