// Package run holds what an execution carries from step to step and leaves behind: the Event that each step gets,
// the State that it returns, the Journal that says what has to be put back, the Lock on a function, and the versions
// that a Round needs. State and Journal are wire formats: an execution may cross a deployment (formats.go).
package run
