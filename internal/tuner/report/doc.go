// Package report reads what Lambda's platform writes about one invocation: REPORT lines and platform.report
// records (Parse), initialisations that no REPORT line shows (Initialised), and the errors of functions (ParseError).
// It believes the platform, never what a function printed.
package report
