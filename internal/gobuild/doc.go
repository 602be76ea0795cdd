// Package gobuild cross-compiles Go main packages for AWS Lambda: all packages of
// an app together, reproducibly, and without linking unchanged ones again.
//
// Constructs only register what they will need (Register). The first one that asks
// for its binary (Binary.Output) compiles everything registered so far, with one
// "go build" per module, architecture and set of flags: one process compiles what
// packages share once, while a process per package would compile it again or wait.
//
// Each finished binary has its own folder, named by the SHA-256 of its bytes,
// below the folder that CacheDirEnv names or the user's cache folder. CDK gets
// that folder as the asset and the SHA-256 as its hash, so that the same source
// gives the same hash on every machine and a changed byte always gives another. No
// exported variable changes the bytes, only the Spec.
//
// The binary is the linker's except for its build IDs. The go command's ID is a
// hash of how the binary was built, down to whether go.mod says "go 1.26" or, as
// "go get" writes it, "go 1.26.0"; the deployed binary has a hash of the content
// instead. The go command needs its own ID to know what it need not link again, so
// the linker's binary is kept as well.
package gobuild
