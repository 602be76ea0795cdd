package emulator

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Env returns the environment for a program that takes the emulator for AWS: the caller's
// own, without anything of a real account in it.
func (e *Emulator) Env() []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, "CDK_") && !slices.Contains([]string{"PATH", "NO_PROXY", "no_proxy"}, name) {
			env = append(env, entry)
		}
	}
	return append(env,
		// jsii and the CDK CLI run the first `node` in PATH.
		"PATH="+filepath.Join(e.root, "node_modules", ".bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"AWS_ENDPOINT_URL="+e.URL,
		"AWS_ENDPOINT_URL_S3="+e.URL,
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION="+Region,
		"AWS_DEFAULT_REGION="+Region,
		"AWS_EC2_METADATA_DISABLED=true",
		// A profile in the home folder must not add roles, endpoints or proxies.
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"CDK_DEFAULT_ACCOUNT="+Account,
		"CDK_DEFAULT_REGION="+Region,
		"CDK_HOME="+filepath.Join(e.Dir, "cdk-home"),
		"CDK_DISABLE_VERSION_CHECK=true",
		"CDK_DISABLE_CLI_TELEMETRY=true",
		"NO_PROXY=127.0.0.1,localhost",
		"no_proxy=127.0.0.1,localhost",
	)
}

// Config makes AWS SDK clients call the emulator.
func (e *Emulator) Config() aws.Config {
	return aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(e.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}
