#!/usr/bin/env bash
# A Go struct that implements an interface of jsii's, such as constructs.IValidation or a construct, has the same address
# as its first field. jsii-runtime-go knows objects by their addresses alone: once the struct has been handed over, a
# pointer to props that are that field is sent to Node.js as the object, without a word, and the props are lost. As any
# other field, or before, they arrive. Expected: that a pointer to props is props.
#
# Seen with jsii-runtime-go v1.139.0, constructs v10.6.0, go 1.26.8, Node.js 22, 2026-11-28.
set -euo pipefail
version=v1.139.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOTOOLCHAIN=go1.26.8 GOFLAGS='-mod=mod -modcacherw' GOWORK=off JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=1

cd "$folder"
cat >go.mod <<MOD
module example.com/address

go 1.26

require (
	github.com/aws/constructs-go/constructs/v10 v10.6.0
	github.com/aws/jsii-runtime-go $version
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

type checker struct{ first, second constructs.MetadataOptions }

func (*checker) Validate() *[]*string { return nil }

// traced reports whether Node.js has seen that a stack trace is asked for.
func traced(node constructs.Node, options *constructs.MetadataOptions) bool {
	node.AddMetadata(jsii.String("text"), "text", options)
	all := *node.Metadata()
	trace := all[len(all)-1].Trace
	return trace != nil && len(*trace) > 0
}

func main() {
	defer jsii.Close()
	node := constructs.NewRootConstruct(jsii.String("Root")).Node()
	asked := constructs.MetadataOptions{StackTrace: jsii.Bool(true)}
	x := &checker{asked, asked}
	before := traced(node, &x.first)
	node.AddValidation(x)
	fmt.Printf("&x.first arrives: %t; once x was handed over: %t, &x.second: %t\n", before, traced(node, &x.first), traced(node, &x.second))
}
GO
seen=$(go run . 2>/dev/null)
echo "jsii-runtime-go $version: $seen"
[[ $seen == "&x.first arrives: true; once x was handed over: false, &x.second: true" ]]
