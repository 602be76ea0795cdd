package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/emulator"
)

// query calls IAM or STS, whose SDKs this module has no other use for, in their own protocol as the
// account's root, and returns the answer.
func query(ctx context.Context, t *testing.T, e *emulator.Emulator, service, version, action string, parameters map[string]string) []byte {
	t.Helper()
	form := url.Values{"Action": {action}, "Version": {version}}
	for name, value := range parameters {
		form.Set(name, value)
	}
	body := form.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL+"/", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	root, err := e.Config().Credentials.Retrieve(ctx)
	require.NoError(t, err)
	hash := sha256.Sum256([]byte(body))
	require.NoError(t, v4.NewSigner().SignHTTP(ctx, root, request, hex.EncodeToString(hash[:]), service, emulator.Region, time.Now()))
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, "%s %v: %s", action, parameters, answer)
	return answer
}

func queryIAM(ctx context.Context, t *testing.T, e *emulator.Emulator, action string, parameters map[string]string) {
	t.Helper()
	query(ctx, t, e, "iam", "2010-05-08", action, parameters)
}

// policy returns an IAM policy document with one statement.
func policy(t *testing.T, statement map[string]any) string {
	t.Helper()
	statement["Effect"] = "Allow"
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{statement}})
	require.NoError(t, err)
	return string(text)
}

// assume makes AWS SDK clients call the emulator as a role: by name, with what its policies allow it.
// Who may assume it is changed for that; what it may do is not.
func assume(ctx context.Context, t *testing.T, e *emulator.Emulator, role string) aws.Config {
	t.Helper()
	queryIAM(ctx, t, e, "UpdateAssumeRolePolicy", map[string]string{
		"RoleName": role,
		"PolicyDocument": policy(t, map[string]any{
			"Action": "sts:AssumeRole", "Principal": map[string]string{"AWS": "arn:aws:iam::" + emulator.Account + ":root"},
		}),
	})
	answer := query(ctx, t, e, "sts", "2011-06-15", "AssumeRole", map[string]string{
		"RoleArn": "arn:aws:iam::" + emulator.Account + ":role/" + role, "RoleSessionName": "e2e",
	})
	var session struct {
		AccessKeyID     string `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
		SecretAccessKey string `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
		SessionToken    string `xml:"AssumeRoleResult>Credentials>SessionToken"`
	}
	require.NoError(t, xml.Unmarshal(answer, &session), "%s", answer)
	require.NotEmpty(t, session.SessionToken, "%s", answer)
	config := e.Config()
	config.Credentials = credentials.NewStaticCredentialsProvider(session.AccessKeyID, session.SecretAccessKey, session.SessionToken)
	return config
}
