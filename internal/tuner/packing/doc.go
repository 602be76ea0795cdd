// Package packing encodes samples as compressed columns, so that thousands of them fit into a state of Step
// Functions. Encode and Decode are inverse; Limit bounds what Encode can return.
package packing
