package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/emulator"
)

// secured is what TLS ends at before an emulator: a bucket that takes TLS only can be used through it. The emulator takes
// its word that a call came by TLS, as it would a load balancer's.
type secured struct {
	// URL begins with https.
	URL string
	// certificate is the file of the certificate to trust.
	certificate string
	emulator    *url.URL
}

// startSecured starts an emulator whose functions call S3 by TLS.
func startSecured(ctx context.Context, t *testing.T, options emulator.Options) (*emulator.Emulator, *secured) {
	t.Helper()
	s := &secured{certificate: filepath.Join(t.TempDir(), "certificate.pem")}
	server := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(s.emulator)
		r.Out.Host = r.In.Host // it is signed
		r.Out.Header.Set("X-Forwarded-Proto", "https")
	}})
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	s.URL = server.URL
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(s.certificate, text, 0o600))

	options.Environment = append(options.Environment, "AWS_ENDPOINT_URL_S3="+s.URL, "SSL_CERT_FILE="+s.certificate)
	e := startEmulator(ctx, t, options)
	var err error
	s.emulator, err = url.Parse(e.URL)
	require.NoError(t, err)
	return e, s
}

// environment makes a program call S3 by TLS.
func (s *secured) environment() []string {
	return []string{"AWS_ENDPOINT_URL_S3=" + s.URL, "AWS_CA_BUNDLE=" + s.certificate}
}

// client makes AWS SDK clients call by TLS.
func (s *secured) client(t *testing.T, config aws.Config) aws.Config {
	t.Helper()
	text, err := os.ReadFile(s.certificate)
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	require.True(t, trusted.AppendCertsFromPEM(text))
	config.BaseEndpoint = &s.URL
	config.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}}
	return config
}
