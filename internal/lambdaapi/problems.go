package lambdaapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/dualarch/dualarch/tuning"
)

// notReady are the errors of Invoke that say that nothing was executed and that another try may be
// answered: the function's network, file system or snapshot is being made ready.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
var notReady = []string{
	"ResourceNotReadyException", "SnapStartNotReadyException", "EC2ThrottledException", "ENINotReadyException",
	"EFSMountTimeoutException", "SubnetIPAddressLimitReachedException", "ENILimitReachedException",
}

// denied are the codes of a caller that may not, whatever their status.
var denied = []string{"AccessDeniedException", "AccessDenied", "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException"}

// missing are the codes of what does not exist, whatever their status.
var missing = []string{"ResourceNotFoundException", "ExecutionDoesNotExist", "NoSuchKey", "NoSuchBucket", "ProvisionedConcurrencyConfigNotFoundException"}

// wrap says what an error means to the tuner. A call that the caller itself has cancelled gives that back;
// the time-out of a dial or a look-up is a context's error too, as the net package has it, and is none.
func wrap(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	if meaning := meaningOf(err); meaning != nil {
		return fmt.Errorf("%w: %w", meaning, short(err))
	}
	return short(err)
}

func meaningOf(err error) error {
	var api smithy.APIError
	var response *awshttp.ResponseError
	status := 0
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	if !errors.As(err, &api) {
		return tuning.ErrUnknown // no answer that could be read
	}
	code := api.ErrorCode()
	switch {
	case slices.Contains(notReady, code):
		return tuning.ErrNotReady
	case slices.Contains(missing, code):
		return tuning.ErrNotFound
	case slices.Contains(denied, code):
		return tuning.ErrDenied
	case status == 429 || strings.HasPrefix(code, "Throttling") || code == "TooManyRequestsException" || code == "SlowDown":
		return tuning.ErrThrottled
	case code == "ResourceInUseException":
		return tuning.ErrInUse
	case code == "CodeStorageExceededException":
		return nil // more than a size that is not allowed: nothing can be published
	case status == 403:
		return tuning.ErrDenied
	case status == 404:
		return tuning.ErrNotFound
	case status == 409:
		return tuning.ErrConflict
	case status == 412:
		return tuning.ErrPrecondition
	case status >= 500 && invocationFailed(code):
		return nil
	case status >= 500 || code == "ServiceException":
		return tuning.ErrUnknown
	case status >= 400:
		return tuning.ErrInvalid
	}
	return tuning.ErrUnknown
}

// invocationFailed says whether a code is one of those (502) by which Invoke says that the function
// cannot be run as it is configured.
func invocationFailed(code string) bool {
	for _, prefix := range []string{"EC2", "EFS", "S3Files", "ENI", "KMS", "InvalidRuntime", "InvalidSecurityGroup", "InvalidSubnet", "InvalidZipFile", "SnapStart"} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// short is an API's own words without the SDK's account of request and retries around them. Of an answer
// that cannot be read the SDK quotes where it stopped, and that may be an environment variable.
func short(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	if errors.As(err, new(*smithy.DeserializationError)) {
		return errors.New("the answer cannot be read")
	}
	return err
}
