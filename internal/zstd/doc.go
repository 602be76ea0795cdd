// Package zstd decompresses Zstandard (RFC 8878), and does nothing else: no compression, no dictionaries and no check
// sums. It is here because the library with all of that costs everybody who builds an app with this module 13 packages
// more, among them those for random numbers.
//
// Read reader.go (frames and blocks), then literals.go and sequences.go (what a compressed block is made of), and fse.go
// and bits.go (how both are coded).
package zstd
