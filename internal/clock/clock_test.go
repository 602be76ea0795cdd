package clock

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		require.NoError(t, Sleep(t.Context(), time.Minute))
		require.Equal(t, time.Minute, time.Since(begin))
		require.NoError(t, Sleep(t.Context(), -time.Minute))
		require.Equal(t, time.Minute, time.Since(begin))

		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, Sleep(short, time.Hour), context.DeadlineExceeded)
		require.Equal(t, time.Minute+time.Second, time.Since(begin))
		require.ErrorIs(t, Sleep(short, 0), context.DeadlineExceeded, "no time to wait, and none left")
	})
}
