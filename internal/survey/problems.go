package survey

import (
	"errors"
	"net/http"
	"strings"
	"sync"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/dualarch/dualarch/internal/lambdaapi"
)

// Why returns an error of an SDK's client in AWS's own words. It quotes nothing else of an answer, because an answer of
// Lambda's holds environment variables.
func Why(err error) string { return lambdaapi.Short(err).Error() }

// Denied reports whether an error says that a permission is missing.
func Denied(err error) bool {
	if api, ok := errors.AsType[smithy.APIError](err); ok && strings.HasPrefix(api.ErrorCode(), "AccessDenied") {
		return true
	}
	response, ok := errors.AsType[*awshttp.ResponseError](err)
	return ok && response.HTTPStatusCode() == http.StatusForbidden
}

// enough is how many functions of a region a call is refused for, and allowed for none, until nobody is asked about any
// more: then the permission is missing for all of them.
const enough = 5

// refusals counts for how many functions of a region a call was denied and allowed.
type refusals struct {
	mu              sync.Mutex
	denied, allowed int
}

// count counts a call's outcome.
func (r *refusals) count(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil && Denied(err) {
		r.denied++
		return
	}
	r.allowed++
}

// hopeless reports whether the next function need not be asked about.
func (r *refusals) hopeless() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.allowed == 0 && r.denied >= enough
}
