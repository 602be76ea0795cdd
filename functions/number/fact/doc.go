// Package fact asks a numbers service (http://numbersapi.com or a compatible
// one) for facts about numbers. A question is checked before the service is
// asked; an answer comes within Timeout or not at all, because an API Gateway
// HTTP API hangs up after 30 seconds.
package fact
