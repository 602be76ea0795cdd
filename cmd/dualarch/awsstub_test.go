package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	locks "github.com/dualarch/dualarch/internal/tuner/run"
)

const (
	healMachine = "arn:aws:states:eu-west-1:123456789012:stateMachine:Shop-Heal"
	testMachine = "arn:aws:states:eu-west-1:123456789012:stateMachine:Shop-Other"
	shopFleet   = "arn:aws:states:eu-west-1:123456789012:stateMachine:Shop-Fleet"
	shopMachine = "arn:aws:states:eu-west-1:123456789012:stateMachine:Shop-Tuner"
	x86Function = "arn:aws:lambda:eu-west-1:123456789012:function:prime-x86"
	armFunction = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"
)

// stub is what `dualarch tune` calls of AWS, on loopback: a stack with one state machine, its executions and its functions.
type stub struct {
	mu sync.Mutex
	// targets are the names of the constructs that the machine tunes; or, without constructs, its only function.
	targets  []string
	function string
	// polls is how often an execution is described as running; status and output are how it ends.
	polls          int
	status, output string
	// locked is how often a function's lock is still there, and answerAfter how long it takes to say so.
	locked      int
	answerAfter time.Duration
	// lockRefused has nobody see a lock.
	lockRefused bool
	// past are the executions of before, as DescribeExecution answers.
	past []map[string]any
	// results are the objects of Results, by key; nil is none.
	results map[string]string
	// deny is an action as IAM names it, or the action and the resource that it is denied on, with a blank between them.
	deny string
	// second adds a machine of another stack, noOutput has none named by an output.
	second, noOutput bool
	// fleet adds a fleet of the machine.
	fleet bool
	// describes is called at each description of a running execution.
	describes func()

	inputs    []string // of the executions that were started
	startedOn any      // the state machine of the last one
	stopped   bool
	calls     []string
	listed    []string // prefixes of Results
}

// newStub starts the stub and points the SDK's default configuration at it.
func newStub(t *testing.T, s *stub) *stub {
	t.Helper()
	if s.targets == nil {
		s.targets = []string{"Orders"}
	}
	if s.status == "" {
		s.status, s.output = "SUCCEEDED", goldenOutput(t, "prime")
	}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_REGION": "eu-west-1", "AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return s
}

func (s *stub) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if action == "" {
		action = r.Method + " " + r.URL.Path
	}
	s.calls = append(s.calls, action)
	var in map[string]any
	_ = json.Unmarshal(body, &in)
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	if s.denied(w, r, action, body, in) {
		return
	}
	switch {
	case strings.Contains(string(body), "Action=DescribeStacks"):
		if !strings.Contains(string(body), "StackName=Shop") && strings.Contains(string(body), "StackName=") {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id Nowhere does not exist</Message></Error></ErrorResponse>`)
			return
		}
		key, second := "OrdersPowerTuningStateMachineArn1A2B", ""
		if s.noOutput {
			key = "Other"
		}
		if s.second {
			second = `<member><StackName>Shop-Test</StackName><Outputs>
				<member><OutputKey>PowerTuningStateMachineArn</OutputKey><OutputValue>` + testMachine + `</OutputValue></member></Outputs></member>
				<member><StackName>Foreign</StackName><Outputs>
				<member><OutputKey>MyPowerTuningStateMachineArn</OutputKey><OutputValue>` + healMachine + `</OutputValue></member></Outputs></member>`
		}
		if s.fleet {
			second = `<member><StackName>Shop</StackName><Outputs>
				<member><OutputKey>NightFleetStateMachineArn5E6F</OutputKey><OutputValue>` + shopFleet + `</OutputValue></member></Outputs></member>`
		}
		_, _ = fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Shop</StackName><Outputs>
			<member><OutputKey>%s</OutputKey><OutputValue>%s</OutputValue></member>
			<member><OutputKey>Url</OutputKey><OutputValue>x</OutputValue></member></Outputs></member>%s</Stacks></DescribeStacksResult></DescribeStacksResponse>`, key, shopMachine, second)
	case strings.Contains(string(body), "Action=ListStackResources"):
		resources := "<member><ResourceType>AWS::CloudFormation::Stack</ResourceType><PhysicalResourceId>Shop-Tuning</PhysicalResourceId></member>"
		if strings.Contains(string(body), "StackName=Shop-Tuning") {
			resources = ""
			for _, machine := range []string{healMachine, shopMachine} {
				resources += "<member><ResourceType>AWS::StepFunctions::StateMachine</ResourceType><PhysicalResourceId>" + machine + "</PhysicalResourceId></member>"
			}
		}
		_, _ = io.WriteString(w, `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>`+resources+`</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`)
	case action == "ListStateMachines":
		answer(map[string]any{"stateMachines": []map[string]any{{"stateMachineArn": shopMachine, "creationDate": 1}, {"stateMachineArn": healMachine, "creationDate": 1}}})
	case action == "DescribeStateMachine" && in["stateMachineArn"] == healMachine:
		answer(map[string]any{"stateMachineArn": healMachine, "definition": `{"States": {"Heal": {"Resource": "heal"}}}`})
	case action == "DescribeStateMachine" && in["stateMachineArn"] == shopFleet:
		answer(map[string]any{"stateMachineArn": shopFleet, "definition": `{"States": {"List": {"Parameters": {"settings": {"tuners": [{"stateMachine": "` + shopMachine + `", "heal": "` + healMachine + `"}], "maxConcurrency": 2}}}}}`})
	case action == "DescribeStateMachine":
		var targets []string
		functions := "null"
		if s.function != "" {
			functions, s.targets = fmt.Sprintf("[%q]", s.function), nil
		}
		for i, name := range s.targets {
			other := "" // each construct has functions of its own
			if i > 0 {
				other = "-" + name
			}
			targets = append(targets, fmt.Sprintf(`{"name": %q, "functions": [%q, %q], "liveAlias": "live"}`, name, x86Function+other, armFunction+other))
		}
		answer(map[string]any{"stateMachineArn": in["stateMachineArn"], "definition": `{"States": {"Heal": {"Resource": "heal"}, "Plan": {"Parameters": {"defaults": {"tunerArchitecture": "arm64", "targets": [` + strings.Join(targets, ",") + `], "functions": ` + functions + s.resultsDefault() + `}}}}}`})
	case strings.HasPrefix(r.URL.Path, "/"+resultsBucket):
		s.serveResults(w, r)
	case action == "ListExecutions":
		list := []map[string]any{}
		for _, p := range s.past {
			list = append(list, map[string]any{"executionArn": p["executionArn"], "startDate": p["startDate"], "stopDate": p["stopDate"]})
		}
		answer(map[string]any{"executions": list})
	case action == "StartExecution":
		s.inputs, s.startedOn = append(s.inputs, in["input"].(string)), in["stateMachineArn"]
		started := executionARN(len(s.inputs))
		if in["stateMachineArn"] == healMachine {
			started = "arn:aws:states:eu-west-1:123456789012:execution:Shop-Heal:heal-1"
		}
		answer(map[string]any{"executionArn": started, "startDate": 1795676400})
	case action == "StopExecution":
		s.stopped = true
		answer(map[string]any{"stopDate": 1795676500})
	case action == "DescribeExecution":
		for _, p := range s.past {
			if p["executionArn"] == in["executionArn"] {
				answer(p)
				return
			}
		}
		d := map[string]any{"executionArn": in["executionArn"], "stateMachineArn": shopMachine, "startDate": 1795676400, "input": s.inputs[len(s.inputs)-1]}
		if s.polls--; s.polls >= 0 {
			d["status"] = "RUNNING"
			if s.describes != nil {
				s.describes()
			}
		} else {
			d["status"], d["stopDate"], d["output"] = s.status, 1795676520, s.output
			if s.status != "SUCCEEDED" {
				d["error"], d["cause"] = "Measure", "denied\x1b[31m"
			}
		}
		answer(d)
	case action == "GetExecutionHistory":
		answer(map[string]any{"events": []map[string]any{
			{"id": 2, "type": "TaskStateEntered", "timestamp": 1795676410, "stateEnteredEventDetails": map[string]any{"name": "Measure"}},
			{"id": 1, "type": "TaskStateExited", "timestamp": 1795676409, "stateExitedEventDetails": map[string]any{"name": "Prepare",
				"output": `{"round": {"number": 2, "phase": "confirm"}, "counts": {"invocations": 41}}`}},
		}})
	case strings.HasSuffix(r.URL.Path, "/aliases/"+locks.LockName) && s.lockRefused:
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		answer(map[string]any{"Message": "not authorized to perform: lambda:GetAlias"})
	case strings.HasSuffix(r.URL.Path, "/aliases/"+locks.LockName):
		time.Sleep(s.answerAfter)
		if s.locked--; s.locked < 0 {
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
			answer(map[string]any{"Message": "no"})
			return
		}
		lock := locks.Lock{Region: "eu-west-1", StateMachine: "Shop-Tuner", Execution: "run-1", Deadline: time.Unix(1795676600, 0), Lease: time.Unix(1795680000, 0)}
		answer(map[string]any{"Description": lock.Description()})
	case strings.HasSuffix(r.URL.Path, "/configuration"):
		answer(map[string]any{"FunctionArn": armFunction})
	default:
		http.Error(w, "unexpected: "+action, http.StatusTeapot)
	}
}

func executionARN(i int) string {
	return pastARN(fmt.Sprintf("run-%d", i))
}

// pastRun is an execution of before.
func pastRun(name, day, status, output string) map[string]any {
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		panic(err) // the test's own
	}
	return map[string]any{"executionArn": pastARN(name), "stateMachineArn": shopMachine, "status": status,
		"startDate": at.Unix(), "stopDate": at.Unix() + 60, "input": `{"target": "Orders"}`, "output": output}
}

func (s *stub) called(action string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.calls, action)
}

// The stub answers in the shapes that the SDK reads.
func TestStub(t *testing.T) {
	s := newStub(t, &stub{})
	status, _, stderr := dualarch(t, "tune", "--stack", "Nowhere", "--yes")
	require.Equal(t, exitUsage, status)
	require.Contains(t, stderr, "reading the outputs of stack Nowhere: ")
	require.Contains(t, stderr, "Stack with id Nowhere does not exist")
	require.False(t, s.called("StartExecution"))
}

func pastARN(name string) string {
	return "arn:aws:states:eu-west-1:123456789012:execution:Shop-Tuner:" + name
}
