// Package gobuild cross-compiles Go main packages for AWS Lambda: all of an
// app's packages together, reproducibly, and without linking again what has not
// changed.
//
// Constructs only register what they will need (Register). The first of them
// that asks for its binary (Binary.Output) makes the package compile everything
// registered so far, with one "go build" for each module, architecture and set
// of flags: one process that builds several packages compiles what they share
// once, where a process for each package would compile it again or wait.
//
// A finished binary lies in a folder of its own, named by the SHA-256 of its
// bytes, below the folder that CacheDirEnv names or the user's cache folder.
// That folder is handed to CDK as the asset and the SHA-256 as the asset's hash,
// so that the same source gives the same hash on every machine and a changed
// byte always gives another. Nothing the environment exports changes the bytes;
// what should change them is said in a Spec.
//
// The binary is the linker's but for its build IDs. The go command's is a hash of
// how a binary was built, down to whether go.mod says "go 1.26" or, as "go get"
// likes to write it, "go 1.26.0". In what is deployed a hash of the content stands
// in its place. The go command knows by its own ID what it need not link again, so
// what the linker made is kept beside it.
package gobuild
