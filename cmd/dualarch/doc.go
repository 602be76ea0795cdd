// Command dualarch asks questions about Lambda packages and architectures without
// deploying anything.
//
// "dualarch check PATH…" lists the files of a package, a layer, an image archive, a
// template or a synthesized CDK app that cannot run on arm64 or x86_64. It turns the
// paths into subjects (a folder is one, a cdk.out has one for each function and layer),
// scans each subject once, has internal/guard and internal/binarch judge it, and prints
// the results with one writer: a table, JSON or SARIF.
package main
