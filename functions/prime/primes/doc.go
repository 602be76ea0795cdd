// Package primes counts prime numbers the plain way, by trial division, and
// times it: work that needs nothing but a processor, and that compilers make
// much the same of on every architecture.
package primes
