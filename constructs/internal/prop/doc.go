// Package prop holds what every construct does with its props before it creates anything: read what
// pointers point to, collect all problems, and fill in shared defaults.
//
// It is not called props because every constructor has a variable of that name.
package prop
