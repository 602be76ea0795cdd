// Package lambdasim is the tests' AWS: a Lambda service in memory that the real AWS SDK clients talk
// to, with configurations whose states take time, versions, aliases, revision ids, invocations whose
// duration comes from measured profiles, cold starts, REPORT lines, CloudWatch Logs with ingestion
// delay, executions of state machines, and faults to order. It knows nothing of power tuning.
//
// # Time
//
// The simulator never measures time, it sleeps for it: an invocation of 20 seconds is a call that
// sleeps 20 seconds. All time is package time. Inside a bubble of testing/synctest everything shares one
// virtual clock that leaps when all goroutines wait: the tuner's own sleeps, SDK backoffs, context
// deadlines and step time-outs included. Outside of a bubble, durations pass in real time.
//
// A bubble looks like this:
//
//	synctest.Test(t, func(t *testing.T) {
//		sim := lambdasim.New(lambdasim.Options{})
//		sim.CreateFunction(lambdasim.Function{Name: "prime", Architecture: "arm64", MemorySize: 512})
//		client := lambda.NewFromConfig(sim.Config())
//		…
//	})
//
// # Faults
//
// Simulator.OnCall sees every API call before it has an effect, with its number, the resource that IAM
// would check and the step that makes it, and says what goes wrong: an error, a delay, a lost response,
// a kill before or after the effect. It may also act as somebody else: Deploy, Publish, PointAlias as
// the function's owner, Task.Execution.Stop as a user, Task.Abandon as a task's time-out. What an
// invocation does (out of memory, slow calls, cut log tails, answers) is the function's Behavior.
// Snapshot tells whether anything was left behind.
//
// # Executions
//
// Package statemachine runs whole executions: its functions use clients of Simulator.Config, and
// AddStateMachine shows its executions in the Step Functions API. Calls are attributed to steps through
// the context that a step's function is given, so steps must pass it on.
//
// # Accounts
//
// A Simulator is an account in one region; Regions puts several of them behind one SDK configuration. What an account is
// asked as a whole (lists with all versions, tags, metrics, Compute Optimizer's advice, outputs of stacks, objects in S3)
// has the same faults to order.
//
// # Where it follows AWS
//
// A publish that changes nothing but the version's description returns the version before (the API's
// reference; CloudFormation's "A version for this Lambda function exists"). A version that is Pending
// cannot be invoked: 409, as the developer guide's troubleshooting says. DeleteAlias has no error for
// an alias that does not exist. Invocations of $LATEST run on the configuration before while an update
// is in progress. Billed duration includes INIT, as since August 2025, and the billed part of a SnapStart
// restore, as in every REPORT record that is quoted in public. INIT of more than 10 s is done again within the
// invocation, that of a sandbox that has crashed within the next one: REPORT has no Init Duration then.
// SnapStartUsage is what AWS charges for of snapshots.
//
// # Randomness
//
// Every sandbox draws from a generator of its own, seeded by Options.Seed, the function, the version
// and the sandbox's number: what an invocation takes does not depend on the order in which goroutines
// happen to run. Behavior.NewHost draws the same without a Simulator. Hosts may be of several classes, and durations
// may wander in time: each sandbox's, an architecture's, and those of all.
package lambdasim
