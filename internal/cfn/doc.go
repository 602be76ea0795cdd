// Package cfn reads CloudFormation templates: one in JSON or YAML, or all those of a synthesized app.
//
// Read gives a template as it is written. Open reads a cdk.out, its stages and nested stacks included, or a template
// alone; an Assembly is the templates that can refer to each other, and Resolve follows what a template refers to, into
// another one if need be. Nothing is deployed, and no intrinsic function is evaluated.
package cfn
