package publish

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// Whatever stands in latest.json, only advice that Publish can have written is compared with and handed on.
func FuzzLatest(f *testing.F) {
	const execution = "arn:aws:states:eu-west-1:123456789012:execution:tune:run"
	f.Add(`{"advice":[{"strategy":"cost","architectures":["arm64","x86_64"],"action":"keep","architecture":"arm64","power":512}]}`)
	f.Add(`{"execution":{"executionArn":"` + execution + `"},"published":{"last":{"action":"change","architecture":"x86_64","power":1}}}`)
	f.Add(`{"advice":[{"action":"\u001b[2J","architecture":"sparc","power":-1}],"published":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		var latest tuning.Result
		if json.Unmarshal([]byte(text), &latest) != nil {
			return
		}
		now := question(tuning.Output{
			Published: &tuning.Published{Strategy: tuning.Cost, Advice: tuning.Advice{Action: tuning.Keep, Architecture: tuning.Arm, Power: 512}},
			Targets:   []tuning.TargetStatistics{{Architecture: tuning.X86}, {Architecture: tuning.Arm}},
		})
		if before := last(latest, execution, now); before != nil {
			require.True(t, plausible(*before))
		}
		kept := renewed(latest, now)
		require.LessOrEqual(t, len(kept), mostAdvice)
		require.Equal(t, now, kept[0])
		for _, k := range kept {
			require.True(t, plausible(k.Advice))
			require.True(t, asked(k))
		}
	})
}
