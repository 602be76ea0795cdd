// Package house tests the project's own shape: which package may import which, and whether its pages' links
// lead somewhere.
package house
