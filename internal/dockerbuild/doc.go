// Package dockerbuild finds out, at synthesis, whether the Docker that will build
// images at deployment can build them for both architectures.
//
// Docker's classic builder keeps a cache that ignores the platform: the same folder
// built for two of them gives the first one's image twice. So it must not build,
// and Inspect says when it would. Everything else that is missing (Docker, its
// daemon, the emulation of the other architecture) stops a deployment with an error
// of its own and is only warned of, since synthesis needs none of it.
package dockerbuild
