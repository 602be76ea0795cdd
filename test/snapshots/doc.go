// Package snapshots holds the templates that the demo application synthesizes, as
// CloudFormation would get them: once with the feature flags of cdk.json and once
// without any, as an app of another age might have it. The application is built
// and run as the CDK CLI does it; beside it stands an app with a function of each
// kind of code. Hashes of code are normalised in the snapshots, so that they change
// with the templates and not with a demo's source; what the hashes say is tested
// beside them, and so are the facts that a reader of a changed snapshot could
// overlook.
//
// `make golden` renews the snapshots.
package snapshots
