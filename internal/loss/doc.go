// Package loss says what deploying a new template over an old one would lose: what CloudFormation would delete or
// replace, and which position in a stream, address, name or log goes with it.
//
// Compare pairs the stacks of two apps, or two templates (pairs.go). Of each resource it asks whether the new template
// still has its logical id (deleted.go), whether a changed property replaces it (replaced.go, by the table in
// replacement.go, which is CloudFormation's own), and whether something new has the name of something that exists
// (conflicts.go), which a service refuses: CloudFormation creates before it deletes. What goes with a resource of a
// kind is in gone.go. What loops, inclusions and transforms make is only known at deployment, and is left open
// (macros.go). Nothing is asked of AWS, so that what a deployed stack has beside its template is not known.
package loss
