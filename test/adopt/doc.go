// Package adopt shows that what `dualarch adopt` prints is true. An app with a function in production is synthesized
// (shopapp), the lines are written from its template, compiled into the app in the function's place, and synthesized
// again; `dualarch adopt --diff` then finds nothing lost between the two, and finds each loss of a conversion without
// them. deployments_test.go writes the `cdk diff` of each deployment into docs/adopt-deployments.md.
package adopt
