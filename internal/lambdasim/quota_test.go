package lambdasim

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"
)

// All control calls of an account share its quota; invocations and GetFunction have others.
func TestControlQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		s.CreateFunction(Function{Name: "prime"})
		client := lambda.NewFromConfig(s.Config())
		read := func() error {
			_, err := client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime")})
			return err
		}
		throttled := func(calls int) (count int) {
			for range calls {
				if read() != nil {
					count++
				}
			}
			return count
		}
		// Calls that take 25 ms come 40 a second: the burst and 15 a second of them get through.
		begun := time.Now()
		refused := throttled(200)
		admitted := 30 + int(15*time.Since(begun).Seconds())
		require.InDelta(t, 200-admitted, refused, 1)
		for read() == nil {
			continue
		}
		_, err := client.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("prime")})
		require.ErrorContains(t, err, "StatusCode: 429")
		_, err = client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("prime")})
		require.NoError(t, err)
		require.EqualValues(t, http.StatusOK, out.StatusCode)

		time.Sleep(time.Minute)
		require.Zero(t, throttled(30))
	})
}

func TestLoadSharesTheQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		s.CreateFunction(Function{Name: "prime"})
		stop := s.Load(8)
		time.Sleep(time.Minute)
		calls, throttled := stop()
		require.InDelta(t, 480, calls, 1)
		require.Zero(t, throttled)

		client := lambda.NewFromConfig(s.Config())
		stop = s.Load(8)
		for range 400 {
			_, _ = client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime")})
		}
		calls, throttled = stop()
		require.Greater(t, throttled, calls/4)
	})
}
