// Command dualarch asks questions about Lambda packages and architectures without
// deploying anything.
//
// "dualarch check PATH…" says which files of a package, a layer, an image archive
// or a synthesized CDK app cannot run on arm64 or x86_64. What the paths contain is
// first turned into subjects (a folder is one, a cdk.out one for each function and
// layer), then each subject is scanned once and judged by internal/binarch, and at
// the end one writer prints all of it: a table, JSON or SARIF.
package main
