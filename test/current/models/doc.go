// Package models reads what other people's packages say about AWS: botocore's and
// the Go SDK's service models, botocore's regions, and cfn-lint's CloudFormation
// schemas and Lambda runtimes. It reads files alone; whoever calls it fetches them.
//
// The packages are read as they are published, and their layout is not guaranteed.
// So a reader fails if it does not find what it looks for: an empty answer would
// look like a model without news.
package models
