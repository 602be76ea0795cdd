// Package treebuild hashes source trees and runs the command that builds one
// for deployment, once per architecture.
//
// A command runs in a copy of the tree, so that the builds of two architectures
// never meet and nothing is written into the sources. The result is in a folder
// named by a hash of the input (the tree, the command, its environment, the
// container, the architecture), below the user's cache folder: the same input
// is built once, and the name is the asset's hash. A hash of the output would
// not do, because pip, npm and javac write times and paths into theirs, and
// every build would be a deployment.
package treebuild
