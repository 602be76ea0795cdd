// Package run holds what an execution carries from step to step and leaves behind.
//
// Read state.go (the Event that each step gets, the State that it returns, the Journal that says what has to be put back)
// and lock.go (the text of the lock on a function), then needed.go (the versions that a Round needs). State and Journal
// are wire formats: an execution may cross a deployment of the tuner (formats.go).
package run
