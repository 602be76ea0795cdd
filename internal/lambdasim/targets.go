package lambdasim

// targetOperations are the calls of the services that name the operation in a header.
var targetOperations = map[string]operation{
	"FilterLogEvents":       (*Simulator).filterLogEvents,
	"GetMetricData":         (*Simulator).getMetricData,
	"ListMetrics":           (*Simulator).listMetrics,
	"GetResources":          (*Simulator).getResources,
	"GetAuthorizationToken": (*Simulator).getAuthorizationToken,
	"StartExecution":        (*Simulator).startExecution,
	"StopExecution":         (*Simulator).stopExecution,
	"DescribeExecution":     (*Simulator).describeExecution,
	"GetExecutionHistory":   (*Simulator).getExecutionHistory,
	"ListExecutions":        (*Simulator).listExecutions,
	"DescribeStateMachine":  (*Simulator).describeStateMachine,
	"ListStateMachines":     (*Simulator).listStateMachines,
	"ListMapRuns":           (*Simulator).listMapRuns,
	"DescribeMapRun":        (*Simulator).describeMapRun,

	"GetLambdaFunctionRecommendations": (*Simulator).getLambdaFunctionRecommendations,
}
