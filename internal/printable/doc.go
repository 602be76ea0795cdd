// Package printable makes text fit to be read that somebody else wrote: a function under test, a template, a report, a
// package's file names. Whoever writes such a text must not be able to steer a reader's terminal, or to begin a line that
// looks like ours.
package printable
