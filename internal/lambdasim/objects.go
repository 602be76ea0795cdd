package lambdasim

import (
	"bytes"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// bucketDomain is below which a bucket has a host of its own, as the SDK asks for it at the endpoint of Config.
const bucketDomain = ".lambdasim.invalid"

// PutObject puts an object into a bucket, which it makes if there is none.
func (s *Simulator) PutObject(bucket, key string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets == nil {
		s.buckets = map[string]map[string][]byte{}
	}
	if s.buckets[bucket] == nil {
		s.buckets[bucket] = map[string][]byte{}
	}
	s.buckets[bucket][key] = bytes.Clone(body)
}

// objectOperations are the calls of S3.
var objectOperations = map[string]operation{
	"GetObject":     (*Simulator).getObject,
	"ListObjectsV2": (*Simulator).listObjects,
}

// routeObject names the operation of a request for a bucket, and what it is about; "" for all others.
func routeObject(r *http.Request) (name, resource string) {
	bucket, ours := strings.CutSuffix(r.URL.Host, bucketDomain)
	if !ours || r.URL.Host == codeHost || r.URL.Host == blobHost {
		return "", ""
	}
	if resource = "arn:aws:s3:::" + bucket; r.URL.Path == "/" || r.URL.Path == "" {
		return "ListObjectsV2", resource
	}
	return "GetObject", resource + r.URL.Path
}

func (s *Simulator) getObject(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(req.Resource, "arn:aws:s3:::"), "/")
	objects, err := s.bucket(bucket)
	if err != nil {
		return response{}, err
	}
	body, found := objects[key]
	if !found {
		return response{}, &APIError{Status: http.StatusNotFound, Code: "NoSuchKey", Message: "The specified key does not exist."}
	}
	return response{status: http.StatusOK, raw: body}, nil
}

type (
	listedObject struct{ Key string }
	listedPrefix struct{ Prefix string }
)

// listObjects answers with a page of keys and common prefixes, which S3 gives in one order.
func (s *Simulator) listObjects(req *request) (response, *APIError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	objects, err := s.bucket(strings.TrimPrefix(req.Resource, "arn:aws:s3:::"))
	if err != nil {
		return response{}, err
	}
	query := req.http.URL.Query()
	prefix, delimiter, after := query.Get("prefix"), query.Get("delimiter"), query.Get("continuation-token")
	var answer struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string
		Contents              []listedObject
		CommonPrefixes        []listedPrefix
	}
	last := ""
	for _, key := range slices.Sorted(maps.Keys(objects)) {
		rest, below := strings.CutPrefix(key, prefix)
		name := key
		if at := strings.Index(rest, delimiter); delimiter != "" && at >= 0 {
			name = prefix + rest[:at+len(delimiter)]
		}
		if !below || name <= after || name == last {
			continue
		}
		if len(answer.Contents)+len(answer.CommonPrefixes) == s.options.PageSize {
			answer.IsTruncated, answer.NextContinuationToken = true, last
			break
		}
		if last = name; name == key {
			answer.Contents = append(answer.Contents, listedObject{key})
		} else {
			answer.CommonPrefixes = append(answer.CommonPrefixes, listedPrefix{name})
		}
	}
	text, failed := xml.Marshal(answer)
	if failed != nil {
		panic(failed) // a struct of this function
	}
	return response{status: http.StatusOK, raw: text, header: map[string]string{"Content-Type": "application/xml"}}, nil
}

// bucket returns the objects of a bucket. It is called with mu held.
func (s *Simulator) bucket(name string) (map[string][]byte, *APIError) {
	if objects, found := s.buckets[name]; found {
		return objects, nil
	}
	return nil, &APIError{Status: http.StatusNotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist"}
}
