// Package e2e proves the main job end to end: the real CDK CLI deploys the demo app to the
// emulator, both siblings answer through API Gateway, a power tuning execution measures both
// and leaves them as they were, a second deployment changes nothing, and destroy removes
// everything.
//
// Run it with `make test-e2e`, which installs what it needs.
package e2e
