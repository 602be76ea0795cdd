// Package dualarch holds DualArchFunction: one source, deployed as two Lambda
// functions, the siblings, that differ in nothing but their architecture,
// x86_64 and arm64.
//
// A DualArchFunction is made in three steps, and its constructor reads that way.
// First everything is checked, and all problems are reported at once, before
// anything is created. Then the siblings are built: each has a log group with a
// retention, tracing, and an alias "live" on a published version, the only thing
// that traffic reaches. Last they are connected: an HTTP API routes /x86_64 and
// /arm64 to each of them and everything else to the primary one, and a nested stack
// (package powertuning) measures both to find the best architecture and memory size.
//
// When CDK validates the app, the guard (package internal/guard) reads everything
// that the siblings are deployed from, layers included, and stops synthesis if
// something cannot run on its sibling's architecture. NewGuard does the same for all
// other functions of an app, and reports which of them could move to arm64.
package dualarch
