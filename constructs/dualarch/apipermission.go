package dualarch

import (
	"fmt"
	"strings"
)

// policyLimit is the size of a function's or alias's resource-based policy, in bytes (Lambda quotas, as of
// 2026-11-20).
const policyLimit = 20 * 1024

// longestPermission is the longest statement that Lambda writes for a route, its path apart: with the longest statement
// id, function name, partition and region.
var longestPermission = fmt.Sprintf(`{"Sid":"%s","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},`+
	`"Action":"lambda:InvokeFunction","Resource":"arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:%s:live",`+
	`"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws-us-gov:execute-api:ap-southeast-1:123456789012:a1b2c3d4e5/*/*"}}},`,
	strings.Repeat("s", 100), strings.Repeat("f", 64))

// permissionByRoute reports whether API Gateway's permission to call a function can name each of its routes. Otherwise
// it names the API. Half of the policy is left to event sources and to what else may call the alias.
func permissionByRoute(routes []route, to target) bool {
	size := 0
	for _, r := range routes {
		if r.to == to {
			size += len(longestPermission) + len(r.path)
		}
	}
	return size <= policyLimit/2
}
