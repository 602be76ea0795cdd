package lambdaapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// undecided are the fields of a configuration that are not in its fingerprint: those that the tuner itself
// changes, those that change without a deployment or differ between $LATEST and its versions, and the
// environment, which is compared separately. Every other field counts, so that a deployment of a field that
// AWS has added since is noticed.
var undecided = []string{
	"MemorySize", "Description", "Environment",
	"FunctionArn", "MasterArn", "Version",
	"RevisionId", "LastModified", "ConfigSha256", // the last one covers memory size and description
	"State", "StateReason", "StateReasonCode",
	"LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode",
	"SnapStart.OptimizationStatus", "ImageConfigResponse.Error",
	"RuntimeVersionConfig", // the runtime's patch version, which AWS moves by itself
}

// unordered are lists whose order means nothing.
var unordered = []string{"VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"}

// fingerprint hashes what a deployment decides of a configuration in the API's answer. Empty values (null,
// false, 0, "", [] or {}) count as absent.
func fingerprint(configuration any) string { return hash(decided(configuration, "")) }

// decided returns the part of a value that goes into the fingerprint, or nil.
func decided(value any, path string) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, field := range v {
			at := strings.TrimPrefix(path+"."+name, ".")
			if slices.Contains(undecided, at) {
				continue
			}
			if field = decided(field, at); field != nil {
				kept[name] = field
			}
		}
		if len(kept) > 0 {
			return kept
		}
	case []any:
		kept := make([]any, len(v))
		for i, element := range v {
			kept[i] = decided(element, path)
		}
		if slices.Contains(unordered, path) {
			slices.SortFunc(kept, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		if len(kept) > 0 {
			return kept
		}
	case string:
		if v != "" {
			return v
		}
	case json.Number:
		if v != "0" {
			return v
		}
	case bool:
		if v {
			return v
		}
	}
	return nil
}

// hash returns the SHA-256 of a value's JSON.
func hash(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("lambdaapi: a function's configuration cannot be written as JSON: %v", err)) // it was read from JSON
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// keepAnswer also reads a call's raw answer, because the SDK's structs lack fields that the SDK does not
// know. The answer has environment variables, so only hashes of it may outlive the call.
func keepAnswer[T any](into *T) func(*lambda.Options) {
	return func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("KeepAnswer", func(
				ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
			) (middleware.DeserializeOutput, middleware.Metadata, error) {
				out, metadata, err := next.HandleDeserialize(ctx, in)
				response, ok := out.RawResponse.(*smithyhttp.Response)
				if err != nil || !ok || response.StatusCode >= http.StatusMultipleChoices {
					return out, metadata, err
				}
				body, err := io.ReadAll(response.Body)
				if err != nil {
					return out, metadata, err
				}
				response.Body = readAgain{bytes.NewReader(body), response.Body}
				decoder := json.NewDecoder(bytes.NewReader(body))
				decoder.UseNumber()
				if decoder.Decode(into) != nil { // whose words could show what it has read
					return out, metadata, fmt.Errorf("an answer of %d bytes is not the JSON that was expected", len(body))
				}
				return out, metadata, nil
			}), "OperationDeserializer", middleware.After)
		})
	}
}

// readAgain is a body that has been read and can be read again.
type readAgain struct {
	io.Reader
	io.Closer
}
