// Package hook is how a construct tells functions/deploymentcheck what to check. It is apart from the check because
// whoever builds an app has this package, and none of what calls AWS.
package hook
