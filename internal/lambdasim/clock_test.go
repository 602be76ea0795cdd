package lambdasim_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

var epoch = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestLeapClockIsExactInSequence(t *testing.T) {
	clock := lambdasim.NewLeapClock(epoch, 0)
	ctx := context.Background()
	for range 10 {
		require.NoError(t, clock.Sleep(ctx, time.Hour))
	}
	require.Equal(t, epoch.Add(10*time.Hour), clock.Now())
	require.NoError(t, clock.Sleep(ctx, 0))
	require.Equal(t, epoch.Add(10*time.Hour), clock.Now())
}

func TestLeapClockWakesInOrderOfDeadlines(t *testing.T) {
	clock := lambdasim.NewLeapClock(epoch, 50*time.Millisecond)
	var group sync.WaitGroup
	var mu sync.Mutex
	var order []time.Duration
	for _, hours := range []time.Duration{3, 1, 2} {
		group.Go(func() {
			if err := clock.Sleep(context.Background(), hours*time.Hour); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			order = append(order, hours)
		})
	}
	group.Wait()
	require.Equal(t, []time.Duration{1, 2, 3}, order)
	require.Equal(t, epoch.Add(3*time.Hour), clock.Now())
}

func TestLeapClockForgetsWhoLeaves(t *testing.T) {
	clock := lambdasim.NewLeapClock(epoch, time.Hour) // never leaps here
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(time.Millisecond, cancel)
	require.ErrorIs(t, clock.Sleep(ctx, time.Minute), context.Canceled)
	require.ErrorIs(t, clock.Sleep(ctx, time.Minute), context.Canceled)
	require.Equal(t, epoch, clock.Now())
}

func TestOnLoopbackVirtualTimePasses(t *testing.T) {
	clock := lambdasim.NewLeapClock(epoch, 50*time.Millisecond)
	sim := lambdasim.New(lambdasim.Options{Clock: clock})
	_, err := sim.Listen()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sim.Close()) })
	sim.CreateFunction(lambdasim.Function{Name: "prime", Timeout: 900, Behavior: lambdasim.Behavior{
		Workload: lambdasim.Constant(600_000), Init: lambdasim.Timing{Mean: 100},
	}})
	client := lambda.NewFromConfig(sim.LoopbackConfig())
	call := func() {
		out, err := client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime")})
		if err != nil || string(out.Payload) != "{}" {
			t.Errorf("Invoke: %v, %v", out, err)
		}
	}
	call()
	require.Equal(t, 10*time.Minute+112*time.Millisecond, clock.Now().Sub(epoch))
	var group sync.WaitGroup
	for range 4 {
		group.Go(call)
	}
	group.Wait()
	require.Equal(t, 20*time.Minute+224*time.Millisecond, clock.Now().Sub(epoch), "four at once take as long as one")
}
