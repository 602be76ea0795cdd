// Package consumer proves that the constructs work from where their users are: a
// module of its own, which imports this one. It holds nothing but the test.
package consumer
