// Package lambdaruntime is a table of Lambda's runtimes: their systems, which of them never ran on arm64, when they
// are deprecated and can no longer be created and updated, and what to use instead.
package lambdaruntime
