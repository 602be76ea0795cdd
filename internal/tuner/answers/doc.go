// Package answers compares what two functions answer to the same payloads. Each function is compared with itself
// first (compared.go): what differs there is chance. The state keeps hashes and JSON pointers, never an answer.
//
// Read responses.go first, then answer.go (one answer as a document) and digest.go (large values as hashes).
package answers
