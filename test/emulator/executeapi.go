package emulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Call sends a request, signed as the account's own, to an API deployed on the emulator and
// returns status code and body. apiURL is what the stack's outputs say, such as
// https://abc123.execute-api.us-east-1.amazonaws.com/prime/arm64?max=1000: the host names the
// API, and the stage is $default.
func (e *Emulator) Call(ctx context.Context, method, apiURL, body string) (int, string, error) {
	local, err := e.LocalURL(apiURL)
	if err != nil {
		return 0, "", err
	}
	request, err := http.NewRequestWithContext(ctx, method, local, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	credentials, err := e.Config().Credentials.Retrieve(ctx)
	if err != nil {
		return 0, "", err
	}
	hash := sha256.Sum256([]byte(body))
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), "execute-api", Region, time.Now())
	if err != nil {
		return 0, "", fmt.Errorf("%s %s: signing: %w", method, local, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", fmt.Errorf("%s %s: reading the answer: %w", method, local, err)
	}
	return response.StatusCode, string(answer), nil
}

// LocalURL turns the URL an API has on AWS into the path under which the emulator serves it:
// nothing on this machine resolves the API's own host name.
func (e *Emulator) LocalURL(apiURL string) (string, error) {
	u, err := url.Parse(apiURL)
	if err != nil {
		return "", fmt.Errorf("not an API's URL: %w", err)
	}
	id, rest, _ := strings.Cut(u.Host, ".")
	if id == "" || !strings.HasPrefix(rest, "execute-api.") {
		return "", fmt.Errorf("not an API's URL: %q; want https://<api id>.execute-api.<region>.amazonaws.com/…", apiURL)
	}
	local := e.URL + "/_aws/execute-api/" + id + "/$default" + u.EscapedPath()
	if u.RawQuery != "" {
		local += "?" + u.RawQuery
	}
	return local, nil
}
