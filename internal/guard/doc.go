// Package guard judges a whole Lambda function: whether everything that it is deployed
// from runs on its architecture, and what stands in the way of another one.
//
// A Function comes from a synthesized template or a tree of constructs. It has code and
// layers, each a Package: files on disk, a layer's ARN, or something that cannot be
// looked into at synthesis. A Judge scans each package once, however many functions
// share the asset, and gathers what the packages for one kind of thing find in it
// (binarch: files; layerarn: layers known by name; lambdaruntime: runtimes). A team can
// accept what it has looked at and found harmless, one path at a time and with a reason
// (Acceptance); it stays in every report.
//
// A verdict becomes the line of an annotation and an entry of the app's Readiness. The
// command "dualarch check" reads templates and accepts findings with the same code, and
// prints a table. Line and Printable are how both write for people.
package guard
