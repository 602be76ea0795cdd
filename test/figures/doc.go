// Package figures is how tests report what they measure. `make bench` sets the flag -figures: then
// everything is measured whole, which takes minutes, and each figure is printed. Without the flag the same
// code may measure less, so that `make test` notices a change that breaks it.
package figures
