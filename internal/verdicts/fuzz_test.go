package verdicts

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever is read, everything that was accepted is in range, and the order of reading changes nothing.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{golden(f, "prime"), golden(f, "foreign"), peerOutput + "}", peerURL, describe("SUCCEEDED", golden(f, "foreign"), "{}"),
		describe("FAILED", "", "{"), "[[],{}]", `{"results": {"results": 7}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Read("file", data)
		if err != nil {
			require.Nil(t, all)
			require.Contains(t, err.Error(), "file: ")
			return
		}
		for _, v := range all {
			set := 0
			for _, is := range []bool{v.Output != nil, v.Peer != nil, v.Failed != ""} {
				if is {
					set++
				}
			}
			require.Equal(t, 1, set)
			if v.Output != nil {
				require.NoError(t, checkOutput("$", *v.Output))
			}
			if v.Peer != nil {
				for _, s := range v.Peer.Series {
					for _, p := range s.Points {
						require.NoError(t, p.check(""))
					}
				}
			}
		}
		count := 0
		for _, function := range ByFunction(all) {
			require.NotEmpty(t, function.Name)
			count += len(function.Verdicts) + len(function.Peers)
		}
		require.Len(t, all, count)
	})
}
