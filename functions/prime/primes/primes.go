package primes

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Limit is the largest maximum. Ten million takes 0.44 s on one core of a 2026
// server processor. A function of 128 MB has 128/1769 of a core, so 6 s there and
// 18 s on a processor a third as fast: within the function's timeout of 30 s.
const Limit = 10_000_000

// Report is what was counted, where and how fast.
type Report struct {
	Machine string  `json:"machine"`
	Elapsed float64 `json:"elapsed"` // seconds of wall time
	Message string  `json:"message"`
}

// Measure counts the primes up to bound, a whole number from 0 to Limit in
// decimal, and times it. Its errors are meant for the client.
func Measure(bound, machine string) (Report, error) {
	if bound == "" {
		return Report{}, fmt.Errorf("max: missing; want a whole number from 0 to %d", Limit)
	}
	n, err := strconv.ParseUint(bound, 10, 32)
	if errors.Is(err, strconv.ErrSyntax) {
		return Report{}, fmt.Errorf("max: %q is not a whole number from 0 to %d", bound, Limit)
	}
	if err != nil || n > Limit {
		return Report{}, fmt.Errorf("max: %s is too large; want a whole number from 0 to %d", bound, Limit)
	}
	start := time.Now()
	count := Count(uint32(n))
	return Report{
		Machine: machine,
		Elapsed: time.Since(start).Seconds(),
		Message: fmt.Sprintf("There are %d prime numbers <= %d", count, n),
	}, nil
}

// Count returns the number of primes up to bound, at most Limit. Each odd number is
// divided by the primes up to its square root.
func Count(bound uint32) int {
	if bound < 2 {
		return 0
	}
	count := 1            // two
	var divisors []uint32 // the odd primes up to the square root of bound
	for n := uint32(3); n <= bound; n += 2 {
		if !isPrime(n, divisors) {
			continue
		}
		count++
		if uint64(n)*uint64(n) <= uint64(bound) {
			divisors = append(divisors, n)
		}
	}
	return count
}

// isPrime reports whether an odd n is prime, given the odd primes up to its square
// root.
func isPrime(n uint32, divisors []uint32) bool {
	for _, divisor := range divisors {
		if divisor*divisor > n {
			return true
		}
		if n%divisor == 0 {
			return false
		}
	}
	return true
}
