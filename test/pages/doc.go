// Package pages reads the commands that README.md, CONTRIBUTING.md and docs/ tell a reader to type,
// so that tests run those very lines.
//
// A block of commands is fenced as sh, or as console where output follows commands that begin with
// "$ ". Each command is run by a test, which takes it from its page with Command or Block, or by CI, or
// has the comment "# needs an AWS account": behind it, or above the first command of a block for all of
// them. The package's own test insists on it.
package pages
