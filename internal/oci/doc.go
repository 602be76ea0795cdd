// Package oci has the documents of a container image as the OCI image specification and Docker write them: index,
// manifest and configuration, and the names of what they refer to. It reads and writes no image.
package oci
