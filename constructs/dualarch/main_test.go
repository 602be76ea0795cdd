package dualarch_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// TestMain ends the Node.js process that jsii starts once for all tests; they use
// it one after the other (no t.Parallel: jsii is not safe for concurrent use).
func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// hello is the code of functions for which any code will do.
var hello = dualarch.GoCode(jsii.String("testdata/hello"), nil)

// noTuning and noApi leave out what a test does not need.
var (
	noTuning = &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)}
	noApi    = &dualarch.ApiOptions{Disabled: jsii.Bool(true)}
)

// newStack returns a stack "Demo" in an app of its own.
func newStack(t *testing.T) awscdk.Stack {
	t.Helper()
	return awscdk.NewStack(newApp(t), jsii.String("Demo"), nil)
}

func newApp(t *testing.T) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{
		// Templates name assets by their hash; nobody needs the copies.
		Outdir:  jsii.String(t.TempDir()),
		Context: &map[string]any{"aws:cdk:disable-asset-staging": true},
	})
}

// recovered runs f, which must panic, and returns the panic's text.
func recovered(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		t.Helper()
		given := recover()
		require.NotNil(t, given, "no panic")
		text = fmt.Sprint(given)
	}()
	f()
	return ""
}

// children returns the ids of what was created in a scope.
func children(scope constructs.Construct) []string {
	ids := []string{}
	for _, child := range *scope.Node().Children() {
		ids = append(ids, *child.Node().Id())
	}
	return ids
}

// requirePath compares constructs by path, because testify finds all Go values of
// one jsii class equal.
func requirePath(t *testing.T, want string, got constructs.IConstruct) {
	t.Helper()
	require.Equal(t, want, *got.Node().Path())
}
