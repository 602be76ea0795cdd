package tuner

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// refusal is an answer of Invoke as AWS gives it.
func refusal(status int, name string) *lambdasim.APIError {
	return &lambdasim.APIError{Status: status, Code: name + "Exception", Message: "AWS's own words about " + name + "."}
}

// refused refuses the arm64 function's invocations for a while.
func (w *world) refused(lasts time.Duration, err *lambdasim.APIError) {
	w.outage(lasts, err, func(c lambdasim.Call) bool { return invokes(c) && c.Function == siblings[1] })
}

// What the function cannot be run for ends its configurations at once, with AWS's own reason, and the other
// function is measured.
func TestLastingRefusals(t *testing.T) {
	for name, status := range map[string]int{
		"RuntimeAliasDeleted": 409, "RuntimeVersionDeleted": 409, "CodeArtifactUserDeleted": 409, "CodeArtifactUserFailed": 409,
		"SnapStartRegenerationFailure": 409, "SnapStart": 400, "InvalidRuntime": 502, "KMSAccessDenied": 502, "EFSMountFailure": 403,
		"S3FilesMountFailure": 403, "NoPublishedVersion": 400, "ModeNotSupported": 400, "RecursiveInvocation": 400,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				usual := newWorld(t, lambdasim.Options{})
				start := time.Now()
				usual.tuned(`{}`)
				took := time.Since(start)

				w := newWorld(t, lambdasim.Options{})
				w.refused(24*time.Hour, refusal(status, name))
				start = time.Now()
				o := w.tuned(`{}`)
				require.Less(t, time.Since(start), took+5*time.Second, "nothing is waited for")
				require.Len(t, o.Targets, 2)
				want := name + "Exception: AWS's own words about " + name + "."
				for i, target := range o.Targets {
					for size, failed := range sizesOf(target, failure) {
						require.Equal(t, []string{"", want}[i], failed, "%s at %d MB", target.Architecture, size)
					}
				}
				require.Equal(t, "x86_64", string(o.Architecture))
				require.True(t, anyWith(o.Warnings, want), o.Warnings)
				require.Zero(t, o.PossiblyDuplicated)
			})
		})
	}
}

func anyWith(texts []string, part string) bool {
	for _, text := range texts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// What passes is waited for, and what may pass, and names that nobody knows.
func TestPassingRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		lasts  time.Duration
	}{
		"S3FilesMountTimeout": {408, 8 * time.Minute}, "EFSMountTimeout": {408, 8 * time.Minute}, "EC2Throttled": {502, 8 * time.Minute},
		"ENILimitReached": {502, 8 * time.Minute}, "CodeArtifactUserPending": {409, 8 * time.Minute}, "SnapStartNotReady": {409, 8 * time.Minute},
		"SubnetIPAddressLimitReached": {502, 8 * time.Minute}, "ResourceConflict": {409, 8 * time.Minute},
		"EFSMountConnectivity": {408, time.Minute}, "S3FilesMountConnectivity": {408, time.Minute}, "SnapStartTimeout": {408, time.Minute},
		"EFSIO": {410, time.Minute}, "EC2Unexpected": {502, time.Minute},
		"ComesNext": {409, time.Minute}, "ComesAfter": {400, time.Minute}, "ComesLater": {403, time.Minute}, "ComesLast": {404, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.refused(test.lasts, refusal(test.status, name))
				o := w.tuned(`{}`)
				for _, target := range o.Targets {
					for size, failed := range sizesOf(target, failure) {
						require.Empty(t, failed, "%s at %d MB", target.Architecture, size)
					}
				}
				require.Zero(t, o.PossiblyDuplicated, "nothing was executed")
			})
		})
	}
}

// What may pass and does not, and names that nobody knows, are reported by their names after minutes.
func TestDoubtfulRefusals(t *testing.T) {
	for name, status := range map[string]int{
		"EFSMountConnectivity": 408, "SnapStartTimeout": 408, "EC2Unexpected": 502, "ServiceQuotaExceeded": 402,
		"ComesNext": 409, "ComesAfter": 400, "ComesLater": 403, "ComesLast": 404,
	} {
		for _, input := range []string{
			`{}`, `{"parallelInvocation":true,"num":10}`, `{"onlyColdStarts":true,"num":5}`,
			// Not all of these invocations have room for an answer at once, and none is answered.
			`{"parallelInvocation":true,"num":20,"powerValues":[128,256,512,1024,1536,1769,2048,3008]}`,
		} {
			t.Run(name+" "+input, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					w.refused(24*time.Hour, refusal(status, name))
					start := time.Now()
					o := w.tuned(input)
					require.InDelta(t, 2.25, time.Since(start).Minutes(), 1)
					for size, failed := range sizesOf(o.Targets[1], failure) {
						require.Equal(t, name+"Exception: AWS's own words about "+name+".", failed, "%d MB", size)
					}
				})
			})
		}
	}
}

// Where nothing is ever made ready, the run says what Lambda said.
func TestNeverReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.refused(24*time.Hour, refusal(http.StatusBadGateway, "ENILimitReached"))
		name, message := w.fails(`{}`)
		require.Equal(t, "NothingMeasured", name)
		require.Regexp(t, `^no invocation got through in \S+ \(0 were throttled so far\); the last refusal: ENILimitReachedException: AWS's own words about ENILimitReached\.$`, message)
	})
}

// A processor that is refused for good ends the run with AWS's own words; one that is not is waited for.
func TestRefusedProcessor(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		lasts  time.Duration
		want   string
	}{
		"RuntimeAliasDeleted": {409, time.Minute, "RuntimeAliasDeletedException: AWS's own words about RuntimeAliasDeleted."},
		"ComesNext":           {409, 24 * time.Hour, "refused for now: ComesNextException: AWS's own words about ComesNext."},
		"ComesAfter":          {409, time.Minute, ""},
		"EFSMountTimeout":     {408, 8 * time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.sim.CreateFunction(lambdasim.Function{Name: "clean"})
				w.outage(test.lasts, refusal(test.status, name), func(c lambdasim.Call) bool { return invokes(c) && c.Function == "clean" })
				clean := w.sim.FunctionARN("clean")
				outcome := w.run(fmt.Sprintf(`{"lambdaARN":%q,"num":5,"postProcessorARN":%q}`, x86, clean))
				if test.want == "" {
					require.Equal(t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
					return
				}
				require.Contains(t, outcome.Error.Cause, "invoking postprocessor "+clean+": "+test.want)
			})
		})
	}
}

// A control call that is refused under a name that nobody knows is made again, and then reported by it.
func TestRefusedControlCall(t *testing.T) {
	for _, lasts := range []time.Duration{30 * time.Second, 24 * time.Hour} {
		t.Run(lasts.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				before := w.snapshots()
				w.outage(lasts, refusal(http.StatusBadRequest, "ComesNext"), func(c lambdasim.Call) bool { return c.Operation == "PublishVersion" })
				outcome := w.run(`{}`)
				require.Equal(t, before, w.snapshots())
				if lasts == 30*time.Second {
					require.Equal(t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
					return
				}
				require.Equal(t, "TuningFailed", outcome.Error.Name)
				require.Contains(t, outcome.Error.Cause, "ComesNextException: AWS's own words about ComesNext.")
			})
		})
	}
}
