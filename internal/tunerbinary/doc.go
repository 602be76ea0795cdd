// Package tunerbinary reads and writes files with the tuner's binary, for synthesis on machines that cannot build it.
// "dualarch tuner-binary" writes one; synthesis takes it by a property or an environment variable. The binary says of
// which version of this module it is, because the state machine's definition and the tuner's code belong together.
package tunerbinary
