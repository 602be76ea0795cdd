// Package house holds the tests of the project's own shape: which package may import which, and whether its
// pages link to what is there.
package house
