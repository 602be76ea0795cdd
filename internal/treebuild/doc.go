// Package treebuild hashes source trees and runs the command that turns one into
// what is deployed, once an architecture.
//
// A command runs in a copy of the tree, so that the builds of two architectures
// never meet and nothing is written into the sources. What it makes lies in a
// folder named by everything that went in (the tree, the command, its
// environment, the container, the architecture), below the user's cache folder:
// the same input is built once, and its name is the asset's hash. What came out
// would be a worse name, because pip, npm and javac write times and paths into
// their output, and every build would be a deployment.
package treebuild
