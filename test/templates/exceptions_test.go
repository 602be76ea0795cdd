package templates

// The functions and log groups of the snapshots, by the beginning of their logical ids.
const (
	steps    = `(Plan|Prepare|Measure|Restore|Verdict|Apply|Heal|Publish|List|Rank)[0-9A-F]{8}`
	siblings = `\w+` // and serving functions, and what checks them: every function that is no step
	logs     = `\w*(Logs|LogGroup)[0-9A-F]{8}`
)

// resultsBucket keeps a tuner's verdicts.
const resultsBucket = `Results[0-9A-F]{8}`

// testsQueue is an event source of a snapshot.
const testsQueue = `Queue[0-9A-F]{8}`

const (
	ownersNetwork = "Whether a function is in a VPC is its owner's choice: Function.Vpc of a DualArchFunction, Vpc of a PowerTuning. " +
		"What has no private resources to reach gains nothing by it, and loses its way to AWS without NAT or endpoints."
	ownersAccessLog = "A log of who reads verdicts needs another bucket, which is its owner's to choose: give a Bucket that has one."
	ownersKey       = "CloudWatch Logs encrypts each log group with a key of its own. Whoever wants a KMS key gives the log group, or the key."
)

var checkovExceptions = []exception{
	{"CKV_AWS_115", steps, "Reserved concurrency is taken from what all functions of the account share. One execution calls one step at a time."},
	{"CKV_AWS_115", siblings, "It is taken from what all functions of the account share, so that its owner decides: ReservedConcurrentExecutions."},
	{"CKV_AWS_116", steps, "Step Functions waits for each step, and retries it. A dead-letter queue is for asynchronous calls, such as CloudFormation's of Heal, which fails the deployment if nothing answers."},
	{"CKV_AWS_116", siblings, "API Gateway waits for the answer. For asynchronous calls there are OnFailure and DeadLetterQueue."},
	{"CKV_AWS_117", steps, ownersNetwork},
	{"CKV_AWS_117", siblings, ownersNetwork},
	{"CKV_AWS_158", logs, ownersKey},
	{"CKV_AWS_173", steps, "The one variable is the name of the step, which is no secret."},
	{"CKV_AWS_173", `\w+Check[0-9A-F]{8}`, "Its variables name what is checked and before which version, and are no secret."},
	{"CKV_AWS_27", testsQueue, "A queue of the test, not of the constructs."},
	{"CKV_AWS_27", `(Heal|Schedule)DeadLetterQueue[0-9A-F]{8}`, "It is encrypted with SQS's own key (SqsManagedSseEnabled), which the rule does not know."},
	{"CKV_AWS_18", resultsBucket, ownersAccessLog},
	{"CKV_AWS_26", `Topic[0-9A-F]{8}`, "A topic of the test, not of the constructs."},
	{"CKV_AWS_136", `\w+`, "A repository of the test, not of the constructs."},
}

var controlTowerExceptions = []exception{
	{"CT.CLOUDWATCH.PR.2", logs, "How long logs are kept is their owner's choice (LogRetention): a year of them is a cost, and they may have personal data. The default is a month."},
	{"CT.CLOUDWATCH.PR.3", logs, ownersKey},
	{"CT.CLOUDWATCH.PR.1", `\w+Alarm[0-9A-F]{8}`, "Whom an alarm of a deployment calls is its owner's choice; CodeDeploy acts on it without an action."},
	{"CT.LAMBDA.PR.2", `\w+Permission[0-9A-F]{8}`, "The permissions have a SourceArn, of the API's routes. The rule knows it as a text or a reference, and not as the Fn::Join that it is."},
	{"CT.LAMBDA.PR.3", steps, ownersNetwork},
	{"CT.LAMBDA.PR.3", siblings, ownersNetwork},
	{"CT.SQS.PR.1", testsQueue, "A queue of the test, not of the constructs."},
	{"CT.SQS.PR.2", testsQueue, "A queue of the test, not of the constructs."},
	{"CT.SQS.PR.1", `(Heal|Schedule)DeadLetterQueue[0-9A-F]{8}`, "It is the dead-letter queue."},
	{"CT.S3.PR.2", resultsBucket, ownersAccessLog},
	{"CT.S3.PR.4", resultsBucket, "Each object that is written is announced by an event of the tuner's own, which says what it holds."},
	{"CT.S3.PR.9", resultsBucket, "latest.json is replaced by each verdict, and verdicts expire: nothing in it is a record that must not change."},
	{"CT.S3.PR.10", resultsBucket, "It is encrypted with S3's own key unless the tuner is given one: EncryptionKey."},
}
