// Package e2e proves the main job end to end: the real CDK CLI deploys the demo app to the
// emulator, deploying it again changes nothing, both siblings answer through API Gateway, a
// power tuning execution measures both and leaves them as they were, and destroy removes
// everything.
//
// Beside it, an app on an emulator that enforces IAM proves the roles: the tuner's whole work
// passes with them, killed executions are healed, and what a step has no business with is
// denied; the bucket of Results is called by TLS (tls_test.go), which its policy demands. The
// command `dualarch tune` is used on such an emulator too, by somebody who may do what docs/tune.md says. A third app takes a function in production to the other architecture, deployment by
// deployment; in a fourth, the hooks that check new versions do so, and report to a stub of CodeDeploy.
//
// An account of ten functions, which no CDK app made, is surveyed under IAM with exactly the permissions that the command
// asks for.
//
// Run it with `make test-e2e`, which installs what it needs.
package e2e
