// Package templates has two more judges of what is deployed, beside cdk-nag and cfn-lint: checkov, and cfn-guard with the
// rules of AWS Control Tower. They read the snapshots, which test/snapshots compares with what is synthesized.
package templates
