package lambdaapi

import "github.com/dualarch/dualarch/internal/tuner"

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
	"InvalidParameterValueException": tuner.ErrInvalid,
	"ResourceConflictException":      tuner.ErrConflict, // Invoke, CreateAlias and DeleteVersion say more
	"ResourceNotFoundException":      tuner.ErrNotFound,
	"ServiceException":               tuner.ErrUnknown,
	"TooManyRequestsException":       tuner.ErrThrottled,

	// Invoke: the function, its network or its file system is being made ready.
	"CodeArtifactUserPendingException":     tuner.ErrNotReady,
	"EC2ThrottledException":                tuner.ErrNotReady,
	"EFSMountTimeoutException":             tuner.ErrNotReady,
	"ENILimitReachedException":             tuner.ErrNotReady,
	"ENINotReadyException":                 tuner.ErrNotReady,
	"ResourceNotReadyException":            tuner.ErrNotReady,
	"S3FilesMountTimeoutException":         tuner.ErrNotReady,
	"SnapStartNotReadyException":           tuner.ErrNotReady,
	"SubnetIPAddressLimitReachedException": tuner.ErrNotReady,
	"EC2UnexpectedException":               tuner.ErrDoubtful,
	"EFSIOException":                       tuner.ErrDoubtful,
	"EFSMountConnectivityException":        tuner.ErrDoubtful,
	"S3FilesMountConnectivityException":    tuner.ErrDoubtful,
	"ServiceQuotaExceededException":        tuner.ErrDoubtful,
	"SnapStartTimeoutException":            tuner.ErrDoubtful,
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
	"InvalidRequestContentException":           tuner.ErrInvalid,
	"ModeNotSupportedException":                lasting,
	"RequestTooLargeException":                 tuner.ErrInvalid,
	"SerializedRequestEntityTooLargeException": tuner.ErrInvalid,
	"UnsupportedMediaTypeException":            tuner.ErrInvalid,

	// UpdateFunctionConfiguration, PublishVersion and the alias calls. A lasting one is more than a size
	// that is not allowed: nothing can be published.
	"AliasLimitExceededException":                               lasting,
	"CodeSigningConfigNotFoundException":                        lasting,
	"CodeStorageExceededException":                              lasting,
	"CodeVerificationFailedException":                           lasting,
	"FunctionVersionsPerCapacityProviderLimitExceededException": lasting,
	"InvalidCodeSignatureException":                             lasting,
	"PreconditionFailedException":                               tuner.ErrPrecondition,
	"ProvisionedConcurrencyConfigNotFoundException":             tuner.ErrNotFound,

	// Lambda, calls that the tuner does not make.
	"CallbackTimeoutException":               lasting,
	"CapacityProviderLimitExceededException": lasting,
	"PolicyLengthExceededException":          lasting,
	"PublicPolicyException":                  lasting,
	"ResourceInUseException":                 tuner.ErrInUse,

	// Any service: https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
	"AccessDenied":                tuner.ErrDenied,
	"AccessDeniedException":       tuner.ErrDenied,
	"ExpiredTokenException":       tuner.ErrDenied,
	"IncompleteSignature":         tuner.ErrDenied,
	"InternalFailure":             tuner.ErrUnknown,
	"InvalidSignatureException":   tuner.ErrDenied,
	"NotAuthorized":               tuner.ErrDenied,
	"OptInRequired":               tuner.ErrDenied,
	"RequestExpired":              tuner.ErrDenied,
	"ServiceUnavailable":          tuner.ErrUnknown,
	"SlowDown":                    tuner.ErrThrottled,
	"Throttling":                  tuner.ErrThrottled,
	"ThrottlingException":         tuner.ErrThrottled,
	"UnrecognizedClientException": tuner.ErrDenied,
	"ValidationError":             tuner.ErrInvalid,
	"ValidationException":         tuner.ErrInvalid,

	// S3, Step Functions and CloudWatch Logs.
	"ExecutionDoesNotExist":       tuner.ErrNotFound,
	"InvalidArn":                  tuner.ErrInvalid,
	"InvalidObjectState":          lasting, // an archived object, which is to be restored first
	"InvalidParameterException":   tuner.ErrInvalid,
	"InvalidToken":                tuner.ErrInvalid,
	"KmsAccessDeniedException":    tuner.ErrDenied,
	"KmsInvalidStateException":    lasting,
	"KmsThrottlingException":      tuner.ErrThrottled,
	"NoSuchBucket":                tuner.ErrNotFound,
	"NoSuchKey":                   tuner.ErrNotFound,
	"ServiceUnavailableException": tuner.ErrUnknown,
}
