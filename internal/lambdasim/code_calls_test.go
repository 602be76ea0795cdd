package lambdasim

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"
)

// get asks for a URL and returns the status and the body.
func get(t *testing.T, sim *Simulator, address string, header ...string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	client := sim.HTTPClient()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, response.Header, string(body)
}

// A package's URL is valid for ten minutes, serves ranges, and takes no other authorization.
func TestAPackageCanBeDownloaded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := New(Options{})
		sim.CreateFunction(Function{Name: "f", Archive: bytes.NewReader([]byte("0123456789"))})
		found, err := lambda.NewFromConfig(sim.Config()).GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("f")})
		require.NoError(t, err)
		require.Equal(t, int64(10), found.Configuration.CodeSize)
		require.Equal(t, "hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=", aws.ToString(found.Configuration.CodeSha256))
		where := aws.ToString(found.Code.Location)

		status, header, body := get(t, sim, where)
		require.Equal(t, "200 0123456789", fmt.Sprint(status, " ", body))
		status, header, body = get(t, sim, where, "Range", "bytes=3-5", "If-Match", header.Get("ETag"))
		require.Equal(t, "206 bytes 3-5/10 345", fmt.Sprint(status, " ", header.Get("Content-Range"), " ", body))
		status, _, body = get(t, sim, where, "Range", "bytes=7-")
		require.Equal(t, "206 789", fmt.Sprint(status, " ", body))
		status, _, _ = get(t, sim, where, "Range", "bytes=10-12")
		require.Equal(t, 416, status)
		status, _, _ = get(t, sim, where, "If-Match", `"other"`)
		require.Equal(t, 412, status)
		status, _, body = get(t, sim, where, "Authorization", "Basic x")
		require.Equal(t, "400 <Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>", fmt.Sprint(status, " ", body))
		status, _, body = get(t, sim, where+"0")
		require.Equal(t, 403, status)
		require.Contains(t, body, "SignatureDoesNotMatch")
		time.Sleep(11 * time.Minute)
		status, _, body = get(t, sim, where)
		require.Equal(t, "403 <Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", fmt.Sprint(status, " ", body))
	})
}

// A registry takes the account's login, for twelve hours, and redirects to where blobs are.
func TestARegistry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := New(Options{})
		blob := sim.PushBlob([]byte("layer"))
		digest := sim.PushManifest("123456789012", "shop/orders", "new", "application/vnd.oci.image.manifest.v1+json", []byte("{}"))
		sim.CreateFunction(Function{Name: "f", Image: sim.RegistryHost("123456789012") + "/shop/orders:new"})
		found, err := lambda.NewFromConfig(sim.Config()).GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("f")})
		require.NoError(t, err)
		require.Equal(t, "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/orders@"+digest, aws.ToString(found.Code.ResolvedImageUri))
		login, err := ecr.NewFromConfig(sim.Config()).GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
		require.NoError(t, err)
		data := login.AuthorizationData[0]
		require.Equal(t, 12*time.Hour, time.Until(*data.ExpiresAt).Round(time.Minute))
		authorization := "Basic " + aws.ToString(data.AuthorizationToken)
		base := aws.ToString(data.ProxyEndpoint) + "/v2/shop/orders"

		status, _, body := get(t, sim, base+"/manifests/"+digest)
		require.Equal(t, `401 {"errors":[{"code":"UNAUTHORIZED","message":"Not Authorized"}]}`, fmt.Sprint(status, " ", body))
		for _, reference := range []string{digest, "new"} {
			status, header, body := get(t, sim, base+"/manifests/"+reference, "Authorization", authorization)
			require.Equal(t, "200 application/vnd.oci.image.manifest.v1+json {}", fmt.Sprint(status, " ", header.Get("Content-Type"), " ", body))
		}
		status, _, _ = get(t, sim, base+"/manifests/old", "Authorization", authorization)
		require.Equal(t, 404, status)
		status, header, _ := get(t, sim, base+"/blobs/"+blob, "Authorization", authorization)
		require.Equal(t, 307, status)
		status, _, body = get(t, sim, header.Get("Location"), "Range", "bytes=2-")
		require.Equal(t, "206 yer", fmt.Sprint(status, " ", body))
		time.Sleep(13 * time.Hour)
		status, _, _ = get(t, sim, base+"/blobs/"+blob, "Authorization", authorization)
		require.Equal(t, 401, status)
	})
}
