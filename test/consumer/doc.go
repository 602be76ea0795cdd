// Package consumer proves that the constructs work from where their users are: a
// module of its own, which imports this one. It holds nothing but the test. Beside it,
// newest-cdk pins the newest CDK that the tests are run with (scripts/with-cdk.sh).
package consumer
