package lambdasim

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// codeOperations are the calls for code, by how they are asked for; routeCode finds them.
var codeOperations = map[string]operation{
	"GetLayerVersionByArn": (*Simulator).getLayerVersionByArn,
	"DownloadCode":         (*Simulator).downloadCode,
	"DownloadBlob":         (*Simulator).downloadBlob,
	"GetManifest":          (*Simulator).getManifest,
	"GetBlob":              (*Simulator).getBlob,
}

// routeCode names the operation of a request for code, and what it is about; "" for all others.
func (s *Simulator) routeCode(req *request) (name, resource string) {
	r := req.http
	_, rest, inRegistry := strings.Cut(r.URL.Path, "/v2/")
	if repository, reference, is := strings.Cut(rest, "/manifests/"); inRegistry && is {
		return "GetManifest", r.URL.Host + "/" + repository + separated(reference)
	}
	if repository, digest, is := strings.Cut(rest, "/blobs/"); inRegistry && is {
		return "GetBlob", r.URL.Host + "/" + repository + "@" + digest
	}
	switch {
	case r.URL.Host == codeHost:
		return "DownloadCode", strings.TrimPrefix(r.URL.Path, "/")
	case r.URL.Host == blobHost:
		return "DownloadBlob", strings.TrimPrefix(r.URL.Path, "/")
	case r.URL.Path == "/2018-10-31/layers" && r.URL.Query().Get("find") == "LayerVersion":
		return "GetLayerVersionByArn", r.URL.Query().Get("Arn")
	}
	return "", ""
}

// separated puts "@" before a digest and ":" before a tag.
func separated(reference string) string {
	if strings.HasPrefix(reference, "sha256:") {
		return "@" + reference
	}
	return ":" + reference
}

// codeOf is the part of GetFunction's answer that says where the code is.
func (s *Simulator) codeOf(f *function) map[string]any {
	switch {
	case f.image != "":
		resolved := f.image
		if !strings.Contains(f.image, "@") {
			resolved = f.image[:strings.LastIndex(f.image, ":")] + "@" + digestOf(s.code.manifests[f.image].body)
		}
		return map[string]any{"RepositoryType": "ECR", "ImageUri": f.image, "ResolvedImageUri": resolved}
	case f.selfManaged:
		return map[string]any{"RepositoryType": "S3", "ResolvedS3Object": map[string]string{
			"S3Bucket": "code", "S3Key": f.latest.FunctionName + ".zip", "S3ObjectVersion": "1",
		}}
	}
	return map[string]any{"RepositoryType": "S3", "Location": s.presign(codeHost, "/"+f.latest.FunctionArn)}
}

func (s *Simulator) getLayerVersionByArn(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, known := s.code.layers[req.Resource]
	if !known { // also of other accounts' layers that do not exist
		return response{}, AccessDenied("lambda:GetLayerVersion", req.Resource)
	}
	at := strings.LastIndex(req.Resource, ":")
	version, _ := strconv.Atoi(req.Resource[at+1:])
	return response{status: http.StatusOK, body: map[string]any{
		"LayerVersionArn": req.Resource, "LayerArn": req.Resource[:at], "Version": version,
		"Content": map[string]any{"CodeSha256": stored.sum, "CodeSize": stored.archive.Size(), "Location": s.presign(codeHost, "/"+req.Resource)},
	}}, nil
}

// downloadCode answers for S3: a package or a layer.
func (s *Simulator) downloadCode(req *request) (response, *APIError) {
	if err := checkURL(req); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored, is := s.code.layers[req.Resource]; is {
		return ranged(req, stored.archive, stored.sum), nil
	}
	f := s.functions[req.Resource[strings.LastIndex(req.Resource, ":")+1:]]
	if f == nil || f.archive == nil {
		return response{}, &APIError{Status: http.StatusNotFound, Code: "NoSuchKey"}
	}
	return ranged(req, f.archive, f.latest.CodeSha256), nil
}

// downloadBlob answers for the bucket that a registry redirects to.
func (s *Simulator) downloadBlob(req *request) (response, *APIError) {
	if err := checkURL(req); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	blob := s.code.blobs[req.Resource]
	if blob == nil {
		return response{}, &APIError{Status: http.StatusNotFound, Code: "NoSuchKey"}
	}
	return ranged(req, blob, req.Resource), nil
}

// checkURL refuses a URL that was not presigned, or that has expired. As S3 does, it refuses a second authorization.
func checkURL(req *request) *APIError {
	query := req.http.URL.Query()
	until, _ := strconv.ParseInt(query.Get("X-Amz-Expires"), 10, 64)
	switch {
	case req.http.Header.Get("Authorization") != "":
		return &APIError{Status: http.StatusBadRequest, Code: "InvalidArgument", Message: "Only one auth mechanism allowed"}
	case query.Get("X-Amz-Signature") != signature(req.http.URL.Path, until):
		return &APIError{Status: http.StatusForbidden, Code: "SignatureDoesNotMatch", Message: req.http.URL.String()}
	case time.Now().UnixMilli() > until:
		return &APIError{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Request has expired"}
	}
	return nil
}

// ranged answers with a range of a file, or the whole.
func ranged(req *request, archive Archive, tag string) response {
	size := archive.Size()
	header := map[string]string{"Content-Type": "application/zip", "Accept-Ranges": "bytes", "ETag": `"` + tag + `"`}
	if match := req.http.Header.Get("If-Match"); match != "" && match != header["ETag"] {
		return response{status: http.StatusPreconditionFailed, header: header}
	}
	var from, to int64
	asked := req.http.Header.Get("Range")
	switch n, _ := fmt.Sscanf(asked, "bytes=%d-%d", &from, &to); {
	case n == 0 || req.ignoresRanges:
		return response{status: http.StatusOK, content: io.NewSectionReader(archive, 0, size), length: size, header: header}
	case n == 1 || to >= size:
		to = size - 1
	}
	if from >= size {
		return response{status: http.StatusRequestedRangeNotSatisfiable, header: header}
	}
	header["Content-Range"] = fmt.Sprintf("bytes %d-%d/%d", from, to, size)
	length := to - from + 1
	return response{status: http.StatusPartialContent, content: io.NewSectionReader(archive, from, length), length: length, header: header}
}

// getAuthorizationToken answers with the login of the account.
func (s *Simulator) getAuthorizationToken(*request) (response, *APIError) {
	until := time.Now().Add(loginTime)
	token := base64.StdEncoding.EncodeToString([]byte("AWS:" + strconv.FormatInt(until.Unix(), 10)))
	return response{status: http.StatusOK, body: map[string]any{"authorizationData": []map[string]any{{
		"authorizationToken": token, "expiresAt": float64(until.Unix()), "proxyEndpoint": "https://" + s.RegistryHost(s.options.Account),
	}}}}, nil
}

// checkLogin refuses a request to a registry without a login that is still valid.
func checkLogin(req *request) *APIError {
	_, password, _ := req.http.BasicAuth()
	until, _ := strconv.ParseInt(password, 10, 64)
	if time.Now().Unix() > until {
		return &APIError{Status: http.StatusUnauthorized, Code: "UNAUTHORIZED", Message: "Not Authorized"}
	}
	return nil
}

func (s *Simulator) getManifest(req *request) (response, *APIError) {
	if err := checkLogin(req); err != nil {
		return response{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, known := s.code.manifests[req.Resource]
	if !known {
		return response{}, &APIError{Status: http.StatusNotFound, Code: "MANIFEST_UNKNOWN", Message: "Requested image not found"}
	}
	return response{status: http.StatusOK, raw: found.body, header: map[string]string{"Content-Type": found.kind}}, nil
}

func (s *Simulator) getBlob(req *request) (response, *APIError) {
	if err := checkLogin(req); err != nil {
		return response{}, err
	}
	_, digest, _ := strings.Cut(req.Resource, "@")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.code.blobs[digest] == nil {
		return response{}, &APIError{Status: http.StatusNotFound, Code: "BLOB_UNKNOWN", Message: "blob unknown to registry"}
	}
	return response{status: http.StatusTemporaryRedirect, header: map[string]string{"Location": s.presign(blobHost, "/"+digest)}}, nil
}
