package lambdasim

// targetOperations are the calls of the services that name the operation in a header.
var targetOperations = map[string]operation{
	"FilterLogEvents": (*Simulator).filterLogEvents,
}
