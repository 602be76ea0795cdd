package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
)

const resultsBucket = "shop-results"

func (s *stub) resultsDefault() string {
	if s.results == nil {
		return ""
	}
	return `, "results": {"bucket": "` + resultsBucket + `", "prefix": "dualarch/", "eventBus": "bus"}`
}

// serveResults answers as S3 does.
func (s *stub) serveResults(w http.ResponseWriter, r *http.Request) {
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"+resultsBucket), "/")
	if key != "" {
		text, found := s.results[key]
		if !found {
			w.WriteHeader(http.StatusNotFound)
			text = "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
		}
		_, _ = io.WriteString(w, text)
		return
	}
	query := r.URL.Query()
	prefix, folders := query.Get("prefix"), map[string]bool{}
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(s.results)) {
		rest, below := strings.CutPrefix(key, prefix)
		if folder, _, deeper := strings.Cut(rest, "/"); below && deeper && query.Get("delimiter") == "/" {
			folders[prefix+folder+"/"] = true
		} else if below {
			fmt.Fprintf(&b, "<Contents><Key>%s</Key></Contents>", key)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		fmt.Fprintf(&b, "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>", folder)
	}
	s.listed = append(s.listed, prefix)
	_, _ = fmt.Fprintf(w, "<ListBucketResult><IsTruncated>false</IsTruncated>%s</ListBucketResult>", &b)
}

// keep adds what Publish keeps of an execution that began on a day, and returns its key.
func (s *stub) keep(t *testing.T, target, machine, execution, day, output string) string {
	t.Helper()
	began, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(output), &document))
	document["execution"] = map[string]any{
		"executionArn": strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + execution, "stateMachineArn": machine,
		"startDate": began, "stopDate": began.Add(time.Minute),
	}
	text, err := json.Marshal(document)
	require.NoError(t, err)
	if s.results == nil {
		s.results = map[string]string{}
	}
	key := keyname.Result("dualarch/", target, execution, began)
	s.results[key], s.results[keyname.Latest("dualarch/", target)] = string(text), string(text)
	return key
}
