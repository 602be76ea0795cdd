package lambdaapi

import "github.com/dualarch/dualarch/tuning"

// lasting is what an error means that no waiting would change and that is none of the other kinds: AWS's own
// words are all there is to say.
var lasting error

// meanings are what AWS's errors mean to the tuner, by name and whatever their status. They hold every error
// in Lambda's model (botocore 1.44.8 of 2026-11-20), those of calls that the tuner does not make included, so
// that a test can tell which ones a new model adds; and those of the other services that it calls.
//
// ErrNotReady and ErrDoubtful say that nothing was executed. The first is for what the model says will pass,
// and is waited for; the second for what may pass or not, and is asked again for about two minutes.
var meanings = map[string]error{
	// Lambda, any call.
	"InvalidParameterValueException": tuning.ErrInvalid,
	"ResourceConflictException":      tuning.ErrConflict, // Invoke, CreateAlias and DeleteVersion say more
	"ResourceNotFoundException":      tuning.ErrNotFound,
	"ServiceException":               tuning.ErrUnknown,
	"TooManyRequestsException":       tuning.ErrThrottled,

	// Invoke: the function, its network or its file system is being made ready.
	"CodeArtifactUserPendingException":     tuning.ErrNotReady,
	"EC2ThrottledException":                tuning.ErrNotReady,
	"EFSMountTimeoutException":             tuning.ErrNotReady,
	"ENILimitReachedException":             tuning.ErrNotReady,
	"ENINotReadyException":                 tuning.ErrNotReady,
	"ResourceNotReadyException":            tuning.ErrNotReady,
	"S3FilesMountTimeoutException":         tuning.ErrNotReady,
	"SnapStartNotReadyException":           tuning.ErrNotReady,
	"SubnetIPAddressLimitReachedException": tuning.ErrNotReady,
	"EC2UnexpectedException":               tuning.ErrDoubtful,
	"EFSIOException":                       tuning.ErrDoubtful,
	"EFSMountConnectivityException":        tuning.ErrDoubtful,
	"S3FilesMountConnectivityException":    tuning.ErrDoubtful,
	"ServiceQuotaExceededException":        tuning.ErrDoubtful,
	"SnapStartTimeoutException":            tuning.ErrDoubtful,
	// Invoke: the function cannot be run as it is.
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
	// Invoke: the request is not one that the function takes.
	"DurableExecutionAlreadyStartedException":  lasting,
	"InvalidRequestContentException":           tuning.ErrInvalid,
	"ModeNotSupportedException":                lasting,
	"RequestTooLargeException":                 tuning.ErrInvalid,
	"SerializedRequestEntityTooLargeException": tuning.ErrInvalid,
	"UnsupportedMediaTypeException":            tuning.ErrInvalid,

	// UpdateFunctionConfiguration, PublishVersion and the alias calls. A lasting one is more than a size
	// that is not allowed: nothing can be published.
	"AliasLimitExceededException":                               lasting,
	"CodeSigningConfigNotFoundException":                        lasting,
	"CodeStorageExceededException":                              lasting,
	"CodeVerificationFailedException":                           lasting,
	"FunctionVersionsPerCapacityProviderLimitExceededException": lasting,
	"InvalidCodeSignatureException":                             lasting,
	"PreconditionFailedException":                               tuning.ErrPrecondition,
	"ProvisionedConcurrencyConfigNotFoundException":             tuning.ErrNotFound,

	// Lambda, calls that the tuner does not make.
	"CallbackTimeoutException":               lasting,
	"CapacityProviderLimitExceededException": lasting,
	"PolicyLengthExceededException":          lasting,
	"PublicPolicyException":                  lasting,
	"ResourceInUseException":                 tuning.ErrInUse,

	// Any service: https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
	"AccessDenied":                tuning.ErrDenied,
	"AccessDeniedException":       tuning.ErrDenied,
	"ExpiredTokenException":       tuning.ErrDenied,
	"IncompleteSignature":         tuning.ErrDenied,
	"InternalFailure":             tuning.ErrUnknown,
	"InvalidSignatureException":   tuning.ErrDenied,
	"NotAuthorized":               tuning.ErrDenied,
	"OptInRequired":               tuning.ErrDenied,
	"RequestExpired":              tuning.ErrDenied,
	"ServiceUnavailable":          tuning.ErrUnknown,
	"SlowDown":                    tuning.ErrThrottled,
	"Throttling":                  tuning.ErrThrottled,
	"ThrottlingException":         tuning.ErrThrottled,
	"UnrecognizedClientException": tuning.ErrDenied,
	"ValidationError":             tuning.ErrInvalid,
	"ValidationException":         tuning.ErrInvalid,

	// S3, Step Functions and CloudWatch Logs.
	"ExecutionDoesNotExist":       tuning.ErrNotFound,
	"InvalidArn":                  tuning.ErrInvalid,
	"InvalidObjectState":          lasting, // an archived object, which is to be restored first
	"InvalidParameterException":   tuning.ErrInvalid,
	"InvalidToken":                tuning.ErrInvalid,
	"KmsAccessDeniedException":    tuning.ErrDenied,
	"KmsInvalidStateException":    lasting,
	"KmsThrottlingException":      tuning.ErrThrottled,
	"NoSuchBucket":                tuning.ErrNotFound,
	"NoSuchKey":                   tuning.ErrNotFound,
	"ServiceUnavailableException": tuning.ErrUnknown,
}
