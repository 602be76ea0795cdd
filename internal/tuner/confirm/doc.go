// Package confirm compares configurations on fresh sandboxes, in looks: after each it says what is settled, why, and how
// many sandboxes the rest needs. It is arithmetic on one value a sandbox, and knows nothing of AWS.
//
// # What has to be stood
//
// An architecture is a name for several kinds of host, 15 to 50 % apart, and a sandbox keeps the one it got. Few
// sandboxes that agree with each other prove little: all may run on one kind, which is not the fleet's mean. So the
// interval of a comparison has two parts, added as squares:
//
//   - Student's, of the sandboxes' own spread. The variance is pooled over all contenders of an architecture and with
//     a prior, since three values alone say little of it, and a kind of host that one contender has seen exists for
//     the other too.
//   - across architectures, what a kind of host would add that none of the sandboxes ran on: the more there were, the
//     rarer it must be. Within one architecture it is left out: what both contenders miss they miss alike.
//
// # When it stops
//
// A comparison is settled before the last look if an interval wider by a fifth would say the same, or if more
// sandboxes could hardly confirm anything. Between configurations of one architecture the last look comes earlier:
// their intervals are narrow enough by then.
//
// The constants are not derived. They were chosen by simulation so that the interval holds the fleet's mean in 95 % of
// runs on each of the host models of test/bench, and nothing false is claimed there; docs/adaptive.md has the figures.
package confirm
