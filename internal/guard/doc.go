// Package guard judges a whole Lambda function: can everything that it is deployed
// from run on its architecture, and what would stand in the way of another one?
//
// A Function is what a synthesized template or a tree of constructs says: code and
// layers, each a Package of files on disk, a layer's ARN or something that nobody can
// look into at synthesis. A Judge scans each package once, whoever else uses the same
// asset, and puts together what the packages that know one kind of thing find in it
// (binarch: files; layerarn: layers known by name; lambdaruntime: runtimes). What a
// team has looked at and found harmless is accepted, one path at a time and with a
// reason (Acceptance); it stays in every report.
//
// The verdict is then told as the text of an annotation and as an entry of the app's
// Readiness. The command "dualarch check" reads templates, and accepts, with the same
// code, and tells it as a table.
package guard
