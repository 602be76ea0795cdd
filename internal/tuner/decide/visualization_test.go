package decide

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/tuning"
)

func TestVisualization(t *testing.T) {
	figures := []ranking.Candidate{
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Duration: 16, Cost: 0.5, Asked: true},
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}, Duration: 9, Cost: 9},
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 10240}, Duration: 4.5, Cost: 0.25, Asked: true},
	}
	// 128 is 0x0080, 10240 is 0x2800, 16 is 0x41800000, 4.5 is 0x40900000, 0.5 is 0x3f000000, 0.25 is 0x3e800000.
	require.Equal(t, "https://example.org/#gAAAKA==;AACAQQAAkEA=;AAAAPwAAgD4=", visualization("https://example.org/", figures))

	figures = append(figures, ranking.Candidate{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 256}, Duration: 3, Cost: 2, Asked: true})
	url := visualization("https://lambda-power-tuning.show/", figures)
	parts := strings.Split(strings.TrimPrefix(url, "https://lambda-power-tuning.show/#"), ";")
	require.Len(t, parts, 8)
	require.Equal(t, []string{"x86_64", "arm64"}, parts[6:])
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	require.NoError(t, err)
	require.InDelta(t, 3, math.Float32frombits(binary.LittleEndian.Uint32(raw)), 0)
}
