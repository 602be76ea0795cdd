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

// undecided are the fields of a configuration that are not in its fingerprint: those that the tuner changes
// itself, those that change without a deployment or differ between $LATEST and a version of it, and the
// environment, which is compared apart. Every other field counts, so that a deployment of one that AWS has
// added since is noticed.
var undecided = []string{
	"MemorySize", "Description", "Environment",
	"FunctionArn", "MasterArn", "Version",
	"RevisionId", "LastModified", "ConfigSha256", // the last one covers memory size and description
	"State", "StateReason", "StateReasonCode",
	"LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode",
	"SnapStart.OptimizationStatus", "ImageConfigResponse.Error",
	"RuntimeVersionConfig", // the runtime's patch version, which AWS moves by itself
}

// unordered are lists whose order says nothing.
var unordered = []string{"VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"}

// fingerprint hashes what a deployment decides of a configuration as the API answers it. What is empty (null,
// false, 0, "", [] or {}) counts as absent.
func fingerprint(configuration any) string { return hash(decided(configuration, "")) }

// decided is what of a value goes into the fingerprint; nil for nothing.
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

// hash is the SHA-256 of a value's JSON.
func hash(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("lambdaapi: a function's configuration cannot be written as JSON: %v", err)) // it was read from JSON
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// keepAnswer reads a call's answer as it has come as well: the SDK's structs lack the fields that it does not
// know. The answer holds environment variables, so nothing of it may outlive the call but hashes.
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

// readAgain is a body that has been read.
type readAgain struct {
	io.Reader
	io.Closer
}
