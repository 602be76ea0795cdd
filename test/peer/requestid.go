package main

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
)

var requestID = regexp.MustCompile(`REPORT RequestId: (\S+)`)

// withRequestIDs stands between this tuner's steps and the emulator, whose answers name another request id than the
// function and its REPORT line have: on AWS they are one, and without that the tuner would look for each report in
// CloudWatch Logs. AWS Lambda Power Tuning does not compare them.
func withRequestIDs(emulator string) (*httptest.Server, error) {
	target, err := url.Parse(emulator)
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.HasSuffix(r.Request.URL.Path, "/invocations") {
				return nil
			}
			tail, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Amz-Log-Result"))
			if id := requestID.FindSubmatch(tail); err == nil && id != nil {
				r.Header.Set("X-Amzn-Requestid", string(id[1]))
			}
			return nil
		},
	}
	return httptest.NewServer(proxy), nil
}
