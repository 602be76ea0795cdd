// Package goimage makes a Lambda container image from one static Go binary,
// without Docker: the binary as /var/task/bootstrap on an empty base or on one
// from an OCI image layout. The same binary, base and labels give the same bytes,
// and so the same digest, on any machine: the image has no timestamps.
//
// Docker and Amazon ECR accept an image labelled arm64 with an amd64 binary
// inside, and Lambda fails to start it. So the binary (by package binarch) and
// the base's platform are checked before an image is written.
package goimage
