// Package dockerbuild finds out, at synthesis, whether the Docker that will build
// images at deployment can build them for both architectures.
//
// Docker's classic builder keeps a cache that ignores the platform: the same folder
// built for two of them gives the first one's image twice. So it must not build,
// and Inspect reports when it would. Anything else that is missing (Docker, its
// daemon, emulation of the other architecture) only gives a warning: synthesis does
// not need it, and a deployment without it stops with an error of its own.
package dockerbuild
