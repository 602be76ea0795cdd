// Package prop holds what every construct does with its props before it creates anything: it reads what
// pointers point to, collects all problems, and fills in the defaults that the constructs share.
//
// It is not called props, because that is the name of the variable in every constructor.
package prop
