package lambdaapi

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// expected is every error of Lambda's model with its status, and its kind as the answer of a control call
// and of Invoke; nil is none: AWS's own words, and nothing to wait for. Source: botocore 1.44.8,
// data/lambda/2015-03-31/service-2.json, 2026-11-20.
var expected = map[string]struct {
	status          int
	control, invoke error
}{
	"AliasLimitExceededException":                               {400, nil, nil},
	"CallbackTimeoutException":                                  {400, nil, nil},
	"CapacityProviderLimitExceededException":                    {400, nil, nil},
	"CodeArtifactUserDeletedException":                          {409, nil, nil},
	"CodeArtifactUserFailedException":                           {409, nil, nil},
	"CodeArtifactUserPendingException":                          {409, cloud.ErrNotReady, cloud.ErrNotReady},
	"CodeSigningConfigNotFoundException":                        {404, nil, nil},
	"CodeStorageExceededException":                              {400, nil, nil},
	"CodeVerificationFailedException":                           {400, nil, nil},
	"DurableExecutionAlreadyStartedException":                   {409, nil, nil},
	"EC2AccessDeniedException":                                  {502, nil, nil},
	"EC2ThrottledException":                                     {502, cloud.ErrNotReady, cloud.ErrNotReady},
	"EC2UnexpectedException":                                    {502, cloud.ErrDoubtful, cloud.ErrDoubtful},
	"EFSIOException":                                            {410, cloud.ErrDoubtful, cloud.ErrDoubtful},
	"EFSMountConnectivityException":                             {408, cloud.ErrDoubtful, cloud.ErrDoubtful},
	"EFSMountFailureException":                                  {403, nil, nil},
	"EFSMountTimeoutException":                                  {408, cloud.ErrNotReady, cloud.ErrNotReady},
	"ENILimitReachedException":                                  {502, cloud.ErrNotReady, cloud.ErrNotReady},
	"ENINotReadyException":                                      {502, cloud.ErrNotReady, cloud.ErrNotReady},
	"FunctionVersionsPerCapacityProviderLimitExceededException": {400, nil, nil},
	"InvalidCodeSignatureException":                             {400, nil, nil},
	"InvalidParameterValueException":                            {400, cloud.ErrInvalid, cloud.ErrInvalid},
	"InvalidRequestContentException":                            {400, cloud.ErrInvalid, cloud.ErrInvalid},
	"InvalidRuntimeException":                                   {502, nil, nil},
	"InvalidSecurityGroupIDException":                           {502, nil, nil},
	"InvalidSubnetIDException":                                  {502, nil, nil},
	"InvalidZipFileException":                                   {502, nil, nil},
	"KMSAccessDeniedException":                                  {502, nil, nil},
	"KMSDisabledException":                                      {502, nil, nil},
	"KMSInvalidStateException":                                  {502, nil, nil},
	"KMSNotFoundException":                                      {502, nil, nil},
	"ModeNotSupportedException":                                 {400, nil, nil},
	"NoPublishedVersionException":                               {400, nil, nil},
	"PolicyLengthExceededException":                             {400, nil, nil},
	"PreconditionFailedException":                               {412, cloud.ErrPrecondition, cloud.ErrPrecondition},
	"ProvisionedConcurrencyConfigNotFoundException":             {404, cloud.ErrNotFound, cloud.ErrNotFound},
	"PublicPolicyException":                                     {400, nil, nil},
	"RecursiveInvocationException":                              {400, nil, nil},
	"RequestTooLargeException":                                  {413, cloud.ErrInvalid, cloud.ErrInvalid},
	"ResourceConflictException":                                 {409, cloud.ErrConflict, cloud.ErrNotReady},
	"ResourceInUseException":                                    {400, cloud.ErrInUse, cloud.ErrInUse},
	"ResourceNotFoundException":                                 {404, cloud.ErrNotFound, cloud.ErrNotFound},
	"ResourceNotReadyException":                                 {502, cloud.ErrNotReady, cloud.ErrNotReady},
	"RuntimeAliasDeletedException":                              {409, nil, nil},
	"RuntimeVersionDeletedException":                            {409, nil, nil},
	"S3FilesMountConnectivityException":                         {408, cloud.ErrDoubtful, cloud.ErrDoubtful},
	"S3FilesMountFailureException":                              {403, nil, nil},
	"S3FilesMountTimeoutException":                              {408, cloud.ErrNotReady, cloud.ErrNotReady},
	"SerializedRequestEntityTooLargeException":                  {413, cloud.ErrInvalid, cloud.ErrInvalid},
	"ServiceException":                                          {500, cloud.ErrUnknown, cloud.ErrUnknown},
	"ServiceQuotaExceededException":                             {402, cloud.ErrDoubtful, cloud.ErrDoubtful},
	"SnapStartException":                                        {400, nil, nil},
	"SnapStartNotReadyException":                                {409, cloud.ErrNotReady, cloud.ErrNotReady},
	"SnapStartRegenerationFailureException":                     {409, nil, nil},
	"SnapStartTimeoutException":                                 {408, cloud.ErrDoubtful, cloud.ErrDoubtful},
	"SubnetIPAddressLimitReachedException":                      {502, cloud.ErrNotReady, cloud.ErrNotReady},
	"TooManyRequestsException":                                  {429, cloud.ErrThrottled, cloud.ErrThrottled},
	"UnsupportedMediaTypeException":                             {415, cloud.ErrInvalid, cloud.ErrInvalid},
}

// kinds are all kinds.
var kinds = []error{
	cloud.ErrNotFound, cloud.ErrExists, cloud.ErrInUse, cloud.ErrConflict, cloud.ErrPrecondition,
	cloud.ErrThrottled, cloud.ErrDenied, cloud.ErrNotReady, cloud.ErrDoubtful, cloud.ErrInvalid, cloud.ErrUnknown,
}

func requireKind(t *testing.T, want, err error) {
	t.Helper()
	require.Error(t, err)
	for _, kind := range kinds {
		require.Equal(t, errors.Is(want, kind), errors.Is(err, kind), "%v: %v", kind, err)
	}
}

func TestEveryErrorOfTheModel(t *testing.T) {
	for name, test := range expected {
		t.Run(name, func(t *testing.T) {
			r := &remote{answer: status(test.status, name, `{"Type":"User","message":"AWS's own words."}`)}
			_, err := r.client().Invoke(t.Context(), function, "3", "", nil)
			requireKind(t, test.invoke, err)
			require.True(t, strings.HasSuffix(err.Error(), name+": AWS's own words."), err.Error())
			if test.invoke == nil {
				require.Equal(t, name+": AWS's own words.", err.Error())
			}
			_, err = r.client().Configuration(t.Context(), function, "3")
			requireKind(t, test.control, err)
			require.True(t, strings.HasSuffix(err.Error(), name+": AWS's own words."), err.Error())
			require.Contains(t, meanings, name)
		})
	}
}

// An upgrade of the SDK that brings an unknown error fails here.
func TestEveryErrorOfTheSDK(t *testing.T) {
	found := 0
	for _, entry := range lambda.TypeRegistry.Entries {
		if e, ok := entry.New().(smithy.APIError); ok {
			require.Contains(t, expected, e.ErrorCode(), "say in meanings what it means")
			found++
		}
	}
	require.GreaterOrEqual(t, found, 56)
	// Errors of the model for which the SDK has no types are recognised by their names all the same.
	require.Subset(t, slices.Collect(maps.Keys(expected)), []string{"RuntimeAliasDeletedException", "RuntimeVersionDeletedException"})
}

// An unknown name is judged by its status if a control call may have changed something; for Invoke the
// status only tells whether anything can have been executed.
func TestUnknownErrors(t *testing.T) {
	for code, want := range map[int][2]error{ // control, invoke
		400: {cloud.ErrDoubtful, cloud.ErrDoubtful},
		402: {cloud.ErrDoubtful, cloud.ErrDoubtful},
		403: {cloud.ErrDenied, cloud.ErrDoubtful},
		404: {cloud.ErrNotFound, cloud.ErrDoubtful},
		408: {cloud.ErrDoubtful, cloud.ErrDoubtful},
		409: {cloud.ErrConflict, cloud.ErrDoubtful},
		410: {cloud.ErrDoubtful, cloud.ErrDoubtful},
		412: {cloud.ErrPrecondition, cloud.ErrDoubtful},
		424: {cloud.ErrDoubtful, cloud.ErrDoubtful},
		429: {cloud.ErrThrottled, cloud.ErrThrottled},
		500: {cloud.ErrUnknown, cloud.ErrUnknown},
		502: {cloud.ErrUnknown, cloud.ErrUnknown},
		503: {cloud.ErrUnknown, cloud.ErrUnknown},
	} {
		r := &remote{answer: status(code, "ComesNextException", `{"Message":"In words."}`)}
		_, err := r.client().Configuration(t.Context(), function, "3")
		requireKind(t, want[0], err)
		require.ErrorContains(t, err, "ComesNextException: In words.")
		_, err = r.client().Invoke(t.Context(), function, "3", "", nil)
		requireKind(t, want[1], err)
		require.ErrorContains(t, err, "ComesNextException: In words.")
	}
}

// The errors in the other services' models of the calls that the tuner makes, each with its status. Source:
// botocore 1.44.8, data/{s3,stepfunctions,logs}, 2026-11-20.
func TestErrorsOfOtherServices(t *testing.T) {
	object := func(ctx context.Context, c *Client) error {
		_, err := c.Object(ctx, "s3://bucket/key")
		return err
	}
	ended := func(ctx context.Context, c *Client) error {
		_, _, err := c.Ended(ctx, "arn:aws:states:eu-west-1:123456789012:execution:tune:run")
		return err
	}
	running := func(ctx context.Context, c *Client) error {
		_, err := c.Running(ctx, machine)
		return err
	}
	reports := func(ctx context.Context, c *Client) error {
		_, err := c.Reports(ctx, cloud.ReportQuery{Function: function, Version: "3", LogGroup: "/aws/lambda/prime", LogFormat: "Text"})
		return err
	}
	for name, test := range map[string]struct {
		status int
		call   func(context.Context, *Client) error
		want   error
	}{
		"NoSuchKey":                   {404, object, cloud.ErrNotFound},
		"InvalidObjectState":          {403, object, nil}, // an archived object is not a denied one
		"ExecutionDoesNotExist":       {400, ended, cloud.ErrNotFound},
		"StateMachineDoesNotExist":    {400, running, cloud.ErrNotFound},
		"InvalidArn":                  {400, ended, cloud.ErrInvalid},
		"InvalidToken":                {400, ended, cloud.ErrInvalid},
		"KmsAccessDeniedException":    {400, ended, cloud.ErrDenied},
		"KmsInvalidStateException":    {400, ended, nil},
		"KmsThrottlingException":      {400, ended, cloud.ErrThrottled},
		"InvalidParameterException":   {400, reports, cloud.ErrInvalid},
		"ResourceNotFoundException":   {400, reports, cloud.ErrNotFound},
		"ServiceUnavailableException": {503, reports, cloud.ErrUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // the SDK rests between its tries
				// S3 answers in XML, the others in JSON.
				body := `{"__type":"com.amazonaws#` + name + `","message":"AWS's own words."}`
				if name == "NoSuchKey" || name == "InvalidObjectState" {
					body = "<Error><Code>" + name + "</Code><Message>AWS's own words.</Message></Error>"
				}
				err := test.call(t.Context(), (&remote{answer: status(test.status, "", body)}).client())
				requireKind(t, test.want, err)
				require.True(t, strings.HasSuffix(err.Error(), name+": AWS's own words."), err.Error())
				require.Contains(t, meanings, name)
			})
		})
	}
}
