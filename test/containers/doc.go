// Package containers tests container images on a real Docker engine, for both architectures: images are built and
// loaded, their architecture and that of the program in them are read, each answers under the Lambda runtime
// interface emulator, the demo is deployed as images to the AWS emulator with the real CDK CLI, sam local invokes
// what was synthesized, and dualarch check reads what docker save writes. It also tests what must stop a deployment
// before it changes anything, and what must not synthesize.
//
// No image is pulled. Images are made from scratch, and if a Dockerfile or a tool names a base image, one made here
// stands in for it under that name (standins_test.go). shims_test.go has the stand-ins for AWS.
//
// Run it with `make test-containers`, which installs and starts what it needs.
package containers
