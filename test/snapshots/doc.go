// Package snapshots has the templates that the demo application synthesizes, as
// CloudFormation would get them: with the feature flags of cdk.json and, like an
// older app, without any. The application is built and run as the CDK CLI does it;
// a second app has a function of each kind of code. Hashes of code are normalised
// in the snapshots, so that they change with the templates and not with a demo's
// source; other tests check the hashes, and the facts that a reader of a changed
// snapshot could overlook.
//
// `make golden` renews the snapshots.
package snapshots
