// Package dockerfile says what of a container image's source stands against an
// architecture, before anything is built: a Dockerfile that pins its platform, base
// images that are known for one architecture only, and files in the build context
// that are built for another one.
//
// Scan reads the Dockerfile by BuildKit's rules, follows the stages that the
// target stage is made of, and scans the build context with internal/binarch, less
// what .dockerignore leaves out. Build.Check then judges both for a target, with the
// ARG values that BuildKit would have when it builds for that platform. Nothing is
// built, run or pulled: whether a file of the context ends up in the image is not
// known, so those findings are warnings.
package dockerfile
