// Package tuner tests the tuner whole: its steps run by the state machines as they are deployed
// (internal/asl), with the real SDK clients, on a simulated AWS (internal/lambdasim), in virtual time.
// What can be asked of one package alone is tested there.
package tuner
