package run

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Python and .NET pay for snapshots, and so do container images, whose runtime nobody knows; Java does not.
func TestWhoPaysForSnapshots(t *testing.T) {
	for name, test := range map[string]struct {
		target Target
		pays   bool
	}{
		"Python":                              {Target{SnapStart: true, Runtime: "python3.14"}, true},
		".NET":                                {Target{SnapStart: true, Runtime: "dotnet8"}, true},
		"a container image":                   {Target{SnapStart: true, PackageType: "Image"}, true},
		"a runtime nobody has heard of":       {Target{SnapStart: true, Runtime: "ruby9.9"}, true},
		"Java":                                {Target{SnapStart: true, Runtime: "java8.al2023"}, false},
		"Python without SnapStart":            {Target{Runtime: "python3.14"}, false},
		"a run in flight, of unknown runtime": {Target{SnapStart: true}, false},
	} {
		require.Equal(t, test.pays, test.target.Priced().SnapshotsCharged, name)
	}
}
