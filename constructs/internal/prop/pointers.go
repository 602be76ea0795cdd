package prop

// Value returns what a pointer points to, or the zero value for nil.
func Value[T any](pointer *T) T {
	if pointer == nil {
		var zero T
		return zero
	}
	return *pointer
}

// Values returns what the pointers of an optional list point to.
func Values[T any](pointers *[]*T) []T {
	var all []T
	for _, pointer := range Value(pointers) {
		all = append(all, Value(pointer))
	}
	return all
}

// ValueMap returns what the pointers of an optional map point to, or nil if there are none, so that equal
// options make equal specs.
func ValueMap[T any](pointers *map[string]*T) map[string]T {
	if pointers == nil || len(*pointers) == 0 {
		return nil
	}
	all := map[string]T{}
	for key, pointer := range Value(pointers) {
		all[key] = Value(pointer)
	}
	return all
}
