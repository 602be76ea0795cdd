// Package emulator runs ministack, the AWS emulator that requirements.txt pins, for `make demo`
// and the end-to-end tests, and drives it the way a user drives AWS: with the real CDK CLI, the
// AWS SDK and HTTP calls through API Gateway.
//
// One Emulator is one process group on a free port of 127.0.0.1, with its state in memory and
// its files below .build/. Stop ends the whole group, the Lambda functions it runs as processes
// included; on Linux the kernel does so for a caller that was killed.
//
// The emulator models neither CPU share nor price: what it runs works end to end, but says
// nothing about how fast Graviton is.
package emulator
