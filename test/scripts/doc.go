// Package scripts tests what the Makefile runs before and around the tools: that it says at once what is
// missing, and that it is never silent for long.
package scripts
