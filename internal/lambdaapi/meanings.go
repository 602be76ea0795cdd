package lambdaapi

import "github.com/dualarch/dualarch/internal/tuner/cloud"

// lasting is the kind of an error that waiting would not change and that has no other kind: only AWS's own
// words explain it.
var lasting error

// meanings are what AWS's errors mean to the tuner, by name, whatever their status. They have every error of
// Lambda's model (botocore 1.44.8 of 2026-11-20), even those of calls that the tuner does not make, so that a
// test can tell which ones a new model adds; and those of the other services that it calls.
//
// ErrNotReady and ErrDoubtful mean that nothing was executed. The first is for errors that pass according to
// the model, which are waited out; the second for those that may pass or not, which are retried for about two
// minutes.
var meanings = map[string]error{
	// Lambda, any call.
	"InvalidParameterValueException": cloud.ErrInvalid,
	"ResourceConflictException":      cloud.ErrConflict, // Invoke, CreateAlias and DeleteVersion say more
	"ResourceNotFoundException":      cloud.ErrNotFound,
	"ServiceException":               cloud.ErrUnknown,
	"TooManyRequestsException":       cloud.ErrThrottled,

	// Invoke: the function, its network or its file system is not ready yet.
	"CodeArtifactUserPendingException":     cloud.ErrNotReady,
	"EC2ThrottledException":                cloud.ErrNotReady,
	"EFSMountTimeoutException":             cloud.ErrNotReady,
	"ENILimitReachedException":             cloud.ErrNotReady,
	"ENINotReadyException":                 cloud.ErrNotReady,
	"ResourceNotReadyException":            cloud.ErrNotReady,
	"S3FilesMountTimeoutException":         cloud.ErrNotReady,
	"SnapStartNotReadyException":           cloud.ErrNotReady,
	"SubnetIPAddressLimitReachedException": cloud.ErrNotReady,
	"EC2UnexpectedException":               cloud.ErrDoubtful,
	"EFSIOException":                       cloud.ErrDoubtful,
	"EFSMountConnectivityException":        cloud.ErrDoubtful,
	"S3FilesMountConnectivityException":    cloud.ErrDoubtful,
	"ServiceQuotaExceededException":        cloud.ErrDoubtful,
	"SnapStartTimeoutException":            cloud.ErrDoubtful,
	// Invoke: the function cannot run as it is.
	"CodeArtifactUserDeletedException":      lasting,
	"CodeArtifactUserFailedException":       lasting,
	"EC2AccessDeniedException":              lasting,
	"EFSMountFailureException":              lasting,
	"InvalidRuntimeException":               lasting,
	"InvalidSecurityGroupIDException":       lasting,
	"InvalidSubnetIDException":              lasting,
	"InvalidZipFileException":               lasting,
	"KMSAccessDeniedException":              lasting,
	"KMSDisabledException":                  lasting,
	"KMSInvalidStateException":              lasting,
	"KMSNotFoundException":                  lasting,
	"NoPublishedVersionException":           lasting,
	"RecursiveInvocationException":          lasting,
	"RuntimeAliasDeletedException":          lasting,
	"RuntimeVersionDeletedException":        lasting,
	"S3FilesMountFailureException":          lasting,
	"SnapStartException":                    lasting,
	"SnapStartRegenerationFailureException": lasting,
	// Invoke: the function does not take the request.
	"DurableExecutionAlreadyStartedException":  lasting,
	"InvalidRequestContentException":           cloud.ErrInvalid,
	"ModeNotSupportedException":                lasting,
	"RequestTooLargeException":                 cloud.ErrInvalid,
	"SerializedRequestEntityTooLargeException": cloud.ErrInvalid,
	"UnsupportedMediaTypeException":            cloud.ErrInvalid,

	// UpdateFunctionConfiguration, PublishVersion and the alias calls. A lasting one is more than a refused
	// size: nothing can be published.
	"AliasLimitExceededException":                               lasting,
	"CodeSigningConfigNotFoundException":                        lasting,
	"CodeStorageExceededException":                              lasting,
	"CodeVerificationFailedException":                           lasting,
	"FunctionVersionsPerCapacityProviderLimitExceededException": lasting,
	"InvalidCodeSignatureException":                             lasting,
	"PreconditionFailedException":                               cloud.ErrPrecondition,
	"ProvisionedConcurrencyConfigNotFoundException":             cloud.ErrNotFound,

	// Lambda, calls that the tuner does not make.
	"CallbackTimeoutException":               lasting,
	"CapacityProviderLimitExceededException": lasting,
	"PolicyLengthExceededException":          lasting,
	"PublicPolicyException":                  lasting,
	"ResourceInUseException":                 cloud.ErrInUse,

	// Any service: https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
	"AccessDenied":                cloud.ErrDenied,
	"AccessDeniedException":       cloud.ErrDenied,
	"ExpiredTokenException":       cloud.ErrDenied,
	"IncompleteSignature":         cloud.ErrDenied,
	"InternalFailure":             cloud.ErrUnknown,
	"InvalidSignatureException":   cloud.ErrDenied,
	"NotAuthorized":               cloud.ErrDenied,
	"OptInRequired":               cloud.ErrDenied,
	"RequestExpired":              cloud.ErrDenied,
	"ServiceUnavailable":          cloud.ErrUnknown,
	"SlowDown":                    cloud.ErrThrottled,
	"Throttling":                  cloud.ErrThrottled,
	"ThrottlingException":         cloud.ErrThrottled,
	"UnrecognizedClientException": cloud.ErrDenied,
	"ValidationError":             cloud.ErrInvalid,
	"ValidationException":         cloud.ErrInvalid,

	// S3, Step Functions and CloudWatch Logs.
	"ExecutionDoesNotExist":       cloud.ErrNotFound,
	"InvalidArn":                  cloud.ErrInvalid,
	"InvalidObjectState":          lasting, // an archived object, which is to be restored first
	"InvalidParameterException":   cloud.ErrInvalid,
	"InvalidToken":                cloud.ErrInvalid,
	"KmsAccessDeniedException":    cloud.ErrDenied,
	"KmsInvalidStateException":    lasting,
	"KmsThrottlingException":      cloud.ErrThrottled,
	"NoSuchBucket":                cloud.ErrNotFound,
	"NoSuchKey":                   cloud.ErrNotFound,
	"ServiceUnavailableException": cloud.ErrUnknown,
	"StateMachineDoesNotExist":    cloud.ErrNotFound,
}
