package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/functions/prime/primes"
)

type response struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

// run passes an event to a program on its standard input and returns the
// response that it prints.
func run(t *testing.T, event []byte, environment string, argv ...string) response {
	t.Helper()
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = append(os.Environ(), environment)
	command.Stdin = strings.NewReader(string(event))
	output, err := command.Output()
	require.NoError(t, err)
	var read response
	require.NoError(t, json.Unmarshal(output, &read))
	return read
}

func node(t *testing.T, event []byte, service string) response {
	return run(t, event, "NUMBERS_API_URL="+service, "node", "--input-type=module", "--eval", `
		import { readFileSync } from "node:fs";
		import { handler } from "./number-node/index.mjs";
		process.stdout.write(JSON.stringify(await handler(JSON.parse(readFileSync(0, "utf8")))));`)
}

func python(t *testing.T, event []byte) response {
	return run(t, event, "PYTHONPATH=prime-python", "python3", "-B", "-c",
		"import app, json, sys; print(json.dumps(app.handler(json.load(sys.stdin), None)))")
}

// machine returns this machine's own name for its architecture.
func machine(t *testing.T) string {
	t.Helper()
	name, err := exec.Command("uname", "-m").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(name))
}

func TestNumberInNode(t *testing.T) {
	status := http.StatusOK
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte("a fact for " + r.URL.Path + "\n"))
	}))
	t.Cleanup(service.Close)
	event, err := os.ReadFile("events/number-node.json")
	require.NoError(t, err)
	require.Equal(t, response{
		200, map[string]string{"Content-Type": "text/plain; charset=utf-8"}, "Running on:" + machine(t) + " - a fact for /5/trivia",
	}, node(t, event, service.URL+"/"))
	require.Equal(t, "Running on:"+machine(t)+" - a fact for /7/math",
		node(t, []byte(`{"body":"eyJudW1iZXIiOiA3LCAidHlwZSI6ICJtYXRoIn0=","isBase64Encoded":true}`), service.URL).Body)

	for event, want := range map[string]string{
		`{}`: `{"error":"body: want JSON such as {\"number\": 5, \"type\": \"trivia\"}"}`,
		`{"body":"{\"number\":1.5,\"type\":\"math\"}"}`: `{"error":"number: want a whole number"}`,
		`{"body":"{\"number\":1,\"type\":\"x\"}"}`:      `{"error":"type: want one of trivia, math, date, year"}`,
	} {
		require.Equal(t, response{400, map[string]string{"Content-Type": "application/json"}, want}, node(t, []byte(event), service.URL))
	}

	status = http.StatusServiceUnavailable
	require.Equal(t, response{502, map[string]string{"Content-Type": "application/json"},
		`{"error":"the numbers service answered with status 503"}`}, node(t, event, service.URL))
	service.Close()
	require.Equal(t, `{"error":"the numbers service cannot be reached"}`, node(t, event, service.URL).Body)
}

func TestPrimeInPython(t *testing.T) {
	event, err := os.ReadFile("events/prime-python.json")
	require.NoError(t, err)
	for text, message := range map[string]string{
		string(event): "There are 78498 prime numbers <= 1000000",
		`{"queryStringParameters":{"max":"10000"}}`: "There are 1229 prime numbers <= 10000",
		`{"queryStringParameters":{"max":"1"}}`:     "There are 0 prime numbers <= 1",
	} {
		answer := python(t, []byte(text))
		require.Equal(t, 200, answer.StatusCode)
		require.Equal(t, map[string]string{"Content-Type": "application/json"}, answer.Headers)
		var report primes.Report
		require.NoError(t, json.Unmarshal([]byte(answer.Body), &report))
		require.Equal(t, machine(t), report.Machine)
		require.Equal(t, message, report.Message)
	}
	for _, bound := range []string{"", "x", "-1", "1000001", "1e3"} {
		event, err := json.Marshal(map[string]any{"queryStringParameters": map[string]string{"max": bound}})
		require.NoError(t, err)
		require.Equal(t, response{400, map[string]string{"Content-Type": "application/json"},
			`{"error": "max: want a whole number from 0 to 1000000"}`}, python(t, event), bound)
	}
	require.Equal(t, 400, python(t, []byte(`{}`)).StatusCode)
}
