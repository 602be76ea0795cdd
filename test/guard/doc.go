// Package guard proves internal/binarch and `dualarch check` on packages that real tools made: the Go
// compiler for three systems, gcc for both architectures, pip and npm with their own platform flags, and
// Maven. Each native file is paired with each architecture on both of Lambda's base systems. A pairing that
// cannot run has to be found, one that can run must not be alarmed of. What a file can run on is read by the
// standard library's debug packages, which the scanner does not use.
//
// Published packages that have files for several platforms are tried twice: as they are, where only what they
// lack is wrong, and without their files for one architecture, where each of them is.
//
// Each package is also deployed to a simulated function: a survey's look into it has to say what a scan of the
// files on disk says, and is compared with file(1) over the unpacked folder.
//
// It also measures speed: an asset of Lambda's largest size, against find and file(1) in the same run.
//
// Run it with `make test-guard`, which installs what it needs; `make bench` prints the figures.
package guard
