package lambdaapi

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeleteVersionNeedsANumber(t *testing.T) {
	for _, version := range []string{"", "$LATEST", "live", "0", "-1"} {
		r := &remote{answer: status(204, "", "")}
		require.EqualError(t, r.client().DeleteVersion(t.Context(), function, version), `not allowed: "`+version+`" is not a version's number`)
		require.Empty(t, r.requests)
	}
	r := &remote{answer: status(204, "", "")}
	require.NoError(t, r.client().DeleteVersion(t.Context(), function, "12"))
	require.Contains(t, r.requests[0].URL.Path, function+":12")
	require.Equal(t, "12", r.requests[0].URL.Query().Get("Qualifier"))
}

func TestSelfManaged(t *testing.T) {
	for code, want := range map[string]bool{
		`{"RepositoryType":"S3","Location":"https://x"}`:                                                                 false,
		`{"RepositoryType":"S3","ResolvedS3Object":{"S3Bucket":"b","S3Key":"k","S3ObjectVersion":"JhMp_gq7EWQJId_jzv"}}`: true,
		`{"RepositoryType":"ECR","ImageUri":"i"}`:                                                                        false,
		`null`: false,
	} {
		r := &remote{answer: status(200, "", `{"Configuration":{},"Code":`+code+`}`)}
		got, err := r.client().SelfManaged(t.Context(), function)
		require.NoError(t, err)
		require.Equal(t, want, got, code)
		require.Contains(t, r.requests[0].URL.Path, function)
	}
}

// The quota is Lambda's; if it gives none, none is assumed.
func TestCodeStorageLeft(t *testing.T) {
	for answer, want := range map[string]int64{
		`{"AccountLimit":{"TotalCodeSize":322122547200},"AccountUsage":{"TotalCodeSize":22122547200}}`: 300_000_000_000,
		`{"AccountLimit":{"TotalCodeSize":100},"AccountUsage":{"TotalCodeSize":130}}`:                  -30,
		`{"AccountLimit":{"TotalCodeSize":100}}`:                                                       100,
		`{"AccountLimit":{"ConcurrentExecutions":10},"AccountUsage":{"TotalCodeSize":7}}`:              math.MaxInt64 - 7,
		`{}`: math.MaxInt64,
	} {
		a, err := (&remote{answer: status(200, "", answer)}).client().Account(t.Context(), function)
		require.NoError(t, err)
		require.Equal(t, want, a.CodeStorageLeft, answer)
	}
}
