// Package look judges the code of deployed Lambda functions for arm64: their packages, layers and container images,
// by the guard's own judgement. What `dualarch check` says of the same files, a Looker says of a function.
//
// # What is read, and what is kept
//
// A zip is read by ranges of it: its directory, then the beginning of each file, and the whole of those whose
// beginning does not tell. Where a server has no ranges, the zip goes to memory, or to a temporary file that has no name
// any more when the first byte is written. An image's layers are read one by one, the highest first, as they arrive.
// Those of an image for x86_64 alone are not, because they change nothing and a registry's traffic costs money.
//
// Nothing of the code outlives the look at it: what is kept is the inventory (binarch.Inventory), in memory while the
// survey runs and, with Options.Cache, in a folder, by the code's hash.
//
// # What is shared
//
// Code of one hash and a layer version are read once in a survey, however many functions have them. Layers that the
// guard knows by their ARNs are not read at all.
//
// # What goes wrong
//
// What cannot be read becomes a survey.Problem of the function and a reason why its readiness is unknown. Presigned
// URLs are in no error, and a registry's login is sent to no other host.
//
// Reading order: look.go, source.go (what a function consists of), archive.go and registry.go (how it is read),
// fetch.go (one request), cache.go.
package look
