// Package lambdaruntime is Lambda's table of runtimes: which there are, which of
// them never ran on arm64, from when they get no more updates, and which is the
// nearest that serves instead.
package lambdaruntime
