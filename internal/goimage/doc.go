// Package goimage makes a Lambda container image of one static Go binary, without
// Docker: the binary as /var/task/bootstrap on an empty base or on that of an OCI
// image layout. The same binary, base and labels give the same bytes, so the same
// digest, on any machine: the image has no times in it.
//
// An image that says arm64 and holds an amd64 binary is accepted by Docker and by
// Amazon ECR, and fails when Lambda starts it. So the binary is read (package
// binarch), and the base's platform too, before an image is written.
package goimage
