package lambdaapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

var verdict = cloud.Event{
	Bus: "arn:aws:events:eu-west-1:123456789012:event-bus/default", Source: "dualarch.verdict", DetailType: "dualarch.verdict",
	Detail: map[string]any{"target": "Prime"}, Resources: []string{function},
}

func TestPutEvent(t *testing.T) {
	r := &remote{answer: status(200, "", `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`)}
	client := New(aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", ""), HTTPClient: r})
	require.NoError(t, client.PutEvent(t.Context(), verdict))
	require.Equal(t, "https://events.eu-west-1.amazonaws.com/", r.requests[0].URL.String())
	require.Equal(t, "AWSEvents.PutEvents", r.requests[0].Header.Get("X-Amz-Target"))
	require.Equal(t, "application/x-amz-json-1.1", r.requests[0].Header.Get("Content-Type"))
	require.Contains(t, r.requests[0].Header.Get("Authorization"), "/eu-west-1/events/aws4_request")
	require.JSONEq(t, `{"Entries":[{"EventBusName":"arn:aws:events:eu-west-1:123456789012:event-bus/default","Source":"dualarch.verdict",
		"DetailType":"dualarch.verdict","Detail":"{\"target\":\"Prime\"}","Resources":["`+function+`"]}]}`, r.bodies[0])
}

func TestPutEventThatIsNotTaken(t *testing.T) {
	for name, test := range map[string]struct {
		code    int
		answer  string
		want    error
		message string
	}{
		"the entry": {200, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"slow down"}]}`, cloud.ErrThrottled,
			"throttled: PutEvents: ThrottlingException: slow down"},
		"the entry, otherwise": {200, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalError","ErrorMessage":"oops"}]}`, cloud.ErrUnknown,
			"no answer: it may have taken effect: PutEvents: InternalError: oops"},
		"nothing at all": {200, `{}`, cloud.ErrUnknown, "no answer: it may have taken effect: PutEvents took no event and does not say why"},
		"not allowed": {400, `{"__type":"com.amazon#AccessDeniedException","Message":"no"}`, cloud.ErrDenied,
			"access denied: PutEvents: AccessDeniedException: no"},
		"no bus": {400, `{"__type":"ResourceNotFoundException","message":"no bus"}`, cloud.ErrNotFound, "not found: PutEvents: ResourceNotFoundException: no bus"},
		"down":   {503, ``, cloud.ErrUnknown, "no answer: it may have taken effect: PutEvents: HTTP 503"},
	} {
		err := (&remote{answer: status(test.code, "", test.answer)}).client().PutEvent(t.Context(), verdict)
		require.ErrorIs(t, err, test.want, name)
		require.EqualError(t, err, test.message, name)
	}
}
