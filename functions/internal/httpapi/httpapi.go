package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Body returns the body as the client sent it.
func Body(event events.APIGatewayV2HTTPRequest) ([]byte, error) {
	if !event.IsBase64Encoded {
		return []byte(event.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(event.Body)
	if err != nil {
		return nil, errors.New("body: marked as base64 but is not")
	}
	return body, nil
}

// Text returns a response in plain text.
func Text(status int, text string) events.APIGatewayV2HTTPResponse {
	return response(status, "text/plain; charset=utf-8", text)
}

// JSON returns a response with v in JSON; "<" stays "<", because no browser reads it
// as HTML.
func JSON(status int, v any) (events.APIGatewayV2HTTPResponse, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	return response(status, "application/json", strings.TrimSuffix(text.String(), "\n")), nil
}

// Error returns the response {"error": "..."}.
func Error(status int, err error) (events.APIGatewayV2HTTPResponse, error) {
	return JSON(status, map[string]string{"error": err.Error()})
}

func response(status int, contentType, body string) events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": contentType},
		Body:       body,
	}
}
