// Package primes counts prime numbers by trial division, and times it: work
// that only needs a processor, and that compiles to much the same code on every
// architecture.
package primes
