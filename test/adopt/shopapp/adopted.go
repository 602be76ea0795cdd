//go:build adopted

package main

import (
	"os"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// orders calls what dualarch adopt printed: in the same place, or in the stack itself.
func (s *shop) orders(scope constructs.Construct) made {
	if os.Getenv("ELSEWHERE") != "" {
		scope = s.stack
	}
	fn := adoptOrders(scope, jsii.String(source), s.vpc, s.subnets, s.topic, s.onFailure, s.table, s.secret, s.authority, s.vpc, s.subnets, s.kafkaClients,
		s.cluster, s.consumer, s.stream, s.broker, s.queue, s.imported)
	return made{fn, fn.Serving(), fn.GrantInvoke}
}
