package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
)

// Code is what both siblings run. It is made by GoCode and may be given to
// several functions.
type Code interface {
	// check says what is wrong with the code before anything is built.
	check() problems
	// build makes the code for one architecture; nothing is added to the app.
	build(arch architecture) (artifact, error)
}

// artifact is code ready to be deployed on one architecture.
type artifact struct {
	code    awslambda.Code
	runtime awslambda.Runtime
	handler *string
	hash    string // SHA-256 of the content, in hexadecimal
}
