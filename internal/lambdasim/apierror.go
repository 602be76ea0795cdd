package lambdasim

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// APIError is an error as AWS answers it: a status and a code, with AWS's own message.
type APIError struct {
	Status  int    // HTTP status
	Code    string // the exception's name
	Message string
	Reason  string // of a TooManyRequestsException
}

// Error returns "Code (status): message".
func (e *APIError) Error() string { return fmt.Sprintf("%s (%d): %s", e.Code, e.Status, e.Message) }

// body returns the error's JSON. The models of the two Lambda errors below spell Message with a
// capital.
func (e *APIError) body() []byte {
	message := "message"
	if e.Code == "ResourceNotFoundException" || e.Code == "ServiceException" {
		message = "Message"
	}
	fields := map[string]string{message: e.Message, "__type": e.Code, "Type": "User"}
	if e.Status >= 500 {
		fields["Type"] = "Service"
	}
	if e.Reason != "" {
		fields["Reason"] = e.Reason
	}
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings always marshal
	}
	return body
}

// Throttled returns a 429. Reasons that Lambda gives: CallerRateLimitExceeded,
// ConcurrentInvocationLimitExceeded, ReservedFunctionConcurrentInvocationLimitExceeded.
func Throttled(reason string) *APIError {
	return &APIError{Status: http.StatusTooManyRequests, Code: "TooManyRequestsException", Message: "Rate Exceeded.", Reason: reason}
}

// ServiceFailure returns a 500.
func ServiceFailure() *APIError {
	return &APIError{
		Status: http.StatusInternalServerError, Code: "ServiceException",
		Message: "An error occurred and the request cannot be processed.",
	}
}

// UpdateInProgress returns the 409 of a function that is being updated.
func UpdateInProgress(arn string) *APIError {
	return conflict("The operation cannot be performed at this time. An update is in progress for resource: %s", arn)
}

// AccessDenied returns a 403, as IAM answers it.
func AccessDenied(action, resource string) *APIError {
	return &APIError{
		Status: http.StatusForbidden, Code: "AccessDeniedException",
		Message: fmt.Sprintf("User is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
			action, resource, action),
	}
}

// CodeStorageExceeded returns the 400 of an account whose versions take too much room.
func CodeStorageExceeded() *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: "CodeStorageExceededException", Message: "Code storage limit exceeded."}
}

func notFound(format string, args ...any) *APIError {
	return &APIError{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) *APIError {
	return &APIError{Status: http.StatusConflict, Code: "ResourceConflictException", Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *APIError {
	return &APIError{Status: http.StatusBadRequest, Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}

func preconditionFailed(getter string) *APIError {
	return &APIError{
		Status: http.StatusPreconditionFailed, Code: "PreconditionFailedException",
		Message: fmt.Sprintf("The RevisionId provided does not match the latest RevisionId. Call the %s API to retrieve the latest RevisionId", getter),
	}
}
