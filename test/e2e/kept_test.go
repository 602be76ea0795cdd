package e2e

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// requireKept makes sure that a verdict was kept with the permissions that Publish has, and announced: what failed would
// be among the warnings.
func requireKept(ctx context.Context, t *testing.T, app *tunedApp, verdict tuning.Output) {
	t.Helper()
	require.NotNil(t, verdict.Published)
	require.Equal(t, "Siblings", verdict.Published.Target)
	for _, warning := range verdict.Warnings {
		require.NotContains(t, warning, "kept")
		require.NotContains(t, warning, "dualarch.verdict")
		require.NotContains(t, warning, "latest.json")
	}
	bucket := app.results
	key := strings.TrimPrefix(verdict.Published.Object, "s3://"+bucket+"/")
	require.Regexp(t, `^dualarch/Siblings/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-\S+\.json$`, key)
	for _, key := range []string{key, "dualarch/Siblings/latest.json"} {
		object, err := s3Client(app.secured.client(t, app.Config())).GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
		require.NoError(t, err, key)
		body, err := io.ReadAll(object.Body)
		require.NoError(t, err)
		require.NoError(t, object.Body.Close())
		read, err := verdicts.Read(key, body)
		require.NoError(t, err)
		require.Len(t, read, 1)
		require.Equal(t, &verdict, read[0].Output)
	}
}

func s3Client(config aws.Config) *s3.Client {
	return s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
}
