// Package phrase puts a verdict into words that managers read: what is advised, by how much it is better, how sure
// that is. Read advice.go first. It decides nothing, and what it says is in the golden outputs of package decide.
package phrase
