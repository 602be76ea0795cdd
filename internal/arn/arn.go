package arn

import "strings"

// SplitFunction splits the version or alias off a function's ARN; the qualifier is "" if it has none.
func SplitFunction(arn string) (function, qualifier string) {
	parts := strings.Split(arn, ":") // arn:partition:lambda:region:account:function:name[:qualifier]
	if len(parts) == 8 {
		return strings.Join(parts[:7], ":"), parts[7]
	}
	return arn, ""
}

// Name returns the name of an unqualified function or of an execution.
func Name(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }

// StateMachine returns the region and the name in a state machine's ARN.
func StateMachine(arn string) (region, name string) {
	parts := strings.Split(arn, ":") // arn:partition:states:region:account:stateMachine:name
	if len(parts) < 7 {
		return "", arn
	}
	return parts[3], parts[6]
}

// Partition returns the partition of an ARN, such as "aws", or "" if it is not an ARN.
func Partition(arn string) string { return field(arn, 1) }

// Account returns the account of an ARN, or "" if it is not an ARN.
func Account(arn string) string { return field(arn, 4) }

// Region returns the region of an ARN, or "" if it is not an ARN.
func Region(arn string) string { return field(arn, 3) }

func field(arn string, i int) string {
	if fields := strings.Split(arn, ":"); i < len(fields) {
		return fields[i]
	}
	return ""
}

// partitions are those of regions by what their names begin with; all others are of "aws".
// (aws-sdk-go-v2/internal/endpoints/awsrulesfn/partitions.json, 2026-11)
var partitions = []struct{ prefix, partition string }{
	{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"},
	{"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"}, {"eusc-", "aws-eusc"},
}

// PartitionOf returns the partition of a region by its name.
func PartitionOf(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}
