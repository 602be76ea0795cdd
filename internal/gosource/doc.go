// Package gosource finds Go source that only one architecture gets: assembly, files
// and prebuilt objects of a program's packages that are built for x86_64 alone, where
// no file for arm64 and no generic one takes their place, or the other way round.
//
// It asks the go command twice, once an architecture, for the files of a main
// package and of all its dependencies, the standard library apart. What is registered
// (Register) is asked for together: two go commands for all programs of a module, not
// for each. What differs is compared: a file has a twin where the other architecture has a file of its own that
// declares one of the same names, or where the file belongs to others that have one,
// as assembly belongs to the Go file that calls it. Nothing is compiled. What is left
// is no error, since the go command would have said so: the package does without the
// file there, most often more slowly, which is worth knowing before a measurement.
package gosource
