package tuner

import "strings"

// splitFunction takes the version or alias off a function's ARN; the qualifier is "" where it has none.
func splitFunction(arn string) (function, qualifier string) {
	parts := strings.Split(arn, ":") // arn:partition:lambda:region:account:function:name[:qualifier]
	if len(parts) == 8 {
		return strings.Join(parts[:7], ":"), parts[7]
	}
	return arn, ""
}

// lastPart is the name of an unqualified function or of an execution.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }

// machineOf gives the region and the name in a state machine's ARN.
func machineOf(arn string) (region, name string) {
	parts := strings.Split(arn, ":") // arn:partition:states:region:account:stateMachine:name
	if len(parts) < 7 {
		return "", arn
	}
	return parts[3], parts[6]
}
