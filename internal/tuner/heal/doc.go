// Package heal puts functions back for executions that do not do it themselves: for one that has ended (PutBack), and
// for all that a tuner would leave behind that is about to lose its functions (Withdraw).
package heal
