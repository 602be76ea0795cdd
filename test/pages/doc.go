// Package pages reads the commands that README.md, CONTRIBUTING.md and docs/ tell a reader to type, so
// that tests run exactly those.
//
// A block of commands is fenced as sh, or as console if output follows commands that begin with "$ ".
// Each command is run by a test, which takes it from its page with Command or Block, or by CI, or has
// the comment "# needs an AWS account" after it, or above the first command for a whole block. The
// package's own test enforces it.
package pages
