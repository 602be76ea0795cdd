// Package lambdaapi makes the tuner's calls to AWS: it implements the interfaces that package cloud
// asks for (Lambda, Logs, Objects, Executions) with the AWS SDK. It holds no logic of the tuner. What
// it decides is how often a call is tried, what an API's error means, and what of a function's
// configuration goes into the fingerprint.
package lambdaapi
