package emulator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEnvHoldsNothingOfARealAccount(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_SESSION_TOKEN", "real")
	t.Setenv("AWS_ENDPOINT_URL", "https://lambda.us-east-1.amazonaws.com")
	t.Setenv("CDK_DEFAULT_ACCOUNT", "111111111111")
	t.Setenv("PATH", "/usr/bin")
	t.Setenv("KEPT", "yes")
	e := &Emulator{URL: "http://127.0.0.1:4566", Dir: "/p/.build/emulator-x", root: "/p"}

	env := map[string]string{}
	for _, entry := range e.Env() {
		name, value, _ := strings.Cut(entry, "=")
		require.NotContains(t, env, name, "set twice")
		env[name] = value
	}
	require.NotContains(t, env, "AWS_PROFILE")
	require.NotContains(t, env, "AWS_SESSION_TOKEN")
	require.Equal(t, "http://127.0.0.1:4566", env["AWS_ENDPOINT_URL"])
	require.Equal(t, "http://127.0.0.1:4566", env["AWS_ENDPOINT_URL_S3"])
	require.Equal(t, "000000000000", env["CDK_DEFAULT_ACCOUNT"])
	require.Equal(t, "/p/node_modules/.bin:/usr/bin", env["PATH"])
	require.Equal(t, "yes", env["KEPT"])
}
