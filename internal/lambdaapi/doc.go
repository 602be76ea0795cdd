// Package lambdaapi makes the tuner's calls to AWS: it implements the interfaces of package cloud
// (Lambda, Logs, Objects, Executions, Metrics, Results) with the AWS SDK. It has none of the tuner's logic. It only
// decides how often a call is tried, what an API's error means, and what of a function's
// configuration goes into the fingerprint.
package lambdaapi
