package input

// Why a function cannot be tuned, whatever the input; synthesis says the same as the tuner.
const (
	ManagedReason = "it runs on Lambda managed instances, whose memory size is not what is paid for"
	DurableReason = "it is a durable function: its executions are checkpointed and replayed, so an invocation is no measure of them"
)
