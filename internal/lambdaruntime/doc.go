// Package lambdaruntime is Lambda's table of runtimes: which there are, on which system, which of them never ran on
// arm64, when they get no more updates and can no longer be created and updated, and what serves instead.
package lambdaruntime
