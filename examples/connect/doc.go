// Package connect has a recipe for each way in which a DualArchFunction gets its work. docs/connect.md and
// docs/connect-api.md show these files as they are; the test synthesizes every recipe and writes the table of what
// becomes of it when Primary changes.
package connect
