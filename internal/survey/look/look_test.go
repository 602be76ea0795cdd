package look

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/survey"
)

// What a Looker says of a function is what the guard says of the same files on disk.
func TestReadiness(t *testing.T) {
	jar := func(files map[string]string) string {
		r := zipped(t, files)
		b := make([]byte, r.Size())
		_, err := r.ReadAt(b, 0)
		require.NoError(t, err)
		return string(b)
	}
	for _, test := range []struct {
		name, runtime, handler string
		code                   map[string]string
		layers                 []map[string]string
		want                   guard.Status
		obstacles              []string
	}{
		{"text", "python3.13", "app.handler", map[string]string{"app.py": "def handler(): pass"}, nil, guard.Ready, nil},
		{"wheel", "python3.13", "app.handler", map[string]string{"app.py": "", "numpy/core.cpython-313-x86_64-linux-gnu.so": x86(t), "numpy-2.1.0.dist-info/WHEEL": "Tag: cp313-cp313-manylinux2014_x86_64\n"}, nil,
			guard.Blocked, []string{"code: wrong-architecture numpy/core.cpython-313-x86_64-linux-gnu.so"}},
		{"jar", "java21", "shop.Order::handle", map[string]string{"lib/a.jar": jar(map[string]string{"shop/Order.class": "\xca\xfe\xba\xbe", "linux-x86-64/libx.so": x86(t)})}, nil,
			guard.Blocked, []string{"code: wrong-architecture lib/a.jar!/linux-x86-64/libx.so"}},
		{"prebuilds", "nodejs24.x", "index.handler", map[string]string{"index.js": "", "node_modules/a/prebuilds/linux-x64/a.node": x86(t), "node_modules/a/prebuilds/linux-arm64/a.node": arm(t)}, nil,
			guard.Ready, nil},
		{"entry point in a layer", "nodejs24.x", "index.handler", map[string]string{"data.json": "{}"}, []map[string]string{{"nodejs/node_modules/index.js": ""}}, guard.Ready, nil},
		{"no entry point", "nodejs24.x", "index.handler", map[string]string{"src/index.js": ""}, []map[string]string{{"nodejs/node_modules/other.js": ""}},
			guard.Blocked, []string{"code: missing-entry-point index.js"}},
		{"layer", "python3.13", "app.handler", map[string]string{"app.py": ""}, []map[string]string{{"bin/tool": x86(t)}, {"extensions/agent": arm(t)}},
			guard.Blocked, []string{"arn:aws:lambda:us-east-1:123456789012:layer:layer0:1: wrong-architecture bin/tool"}},
		{"large files", "provided.al2023", "bootstrap", map[string]string{"bootstrap": arm(t), "data.bin": strings.Repeat("0123456789abcdef", 300<<10)}, nil, guard.Ready, nil},
		{"archive that cannot be read", "provided.al2023", "bootstrap", map[string]string{"bootstrap": arm(t), "broken.zip": "PK\x03\x04"}, nil,
			guard.Unknown, []string{"code: unreadable broken.zip"}},
		{"runtime without arm64", "java8", "shop.Order::handle", map[string]string{"shop/Order.class": "\xca\xfe\xba\xbe"}, nil, guard.Blocked, []string{"runtime-without-arm64 "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			code := zipped(t, test.code)
			judged := guard.Function{Target: binarch.Target{Architecture: binarch.X8664, Runtime: test.runtime}, Handler: test.handler,
				Packages: []guard.Package{{Name: guard.Code, Path: onDisk(t, code)}}}
			var arns []string
			for i, files := range test.layers {
				layer := zipped(t, files)
				arns = append(arns, w.AddLayer(account, "layer"+string(rune('0'+i)), 1, layer, ""))
				judged.Packages = append(judged.Packages, guard.Package{Name: arns[i], Layer: true, Path: onDisk(t, layer)})
			}
			w.add("f", test.runtime, test.handler, code, arns...)
			f, read, cached := w.look(t, "f", Options{})
			require.Empty(t, f.Problems)
			require.Equal(t, test.want, f.Readiness.Status)
			require.ElementsMatch(t, test.obstacles, texts(f))
			require.Zero(t, cached)
			require.Positive(t, read)

			entry := guard.Assess(judged, guard.Verdict{}, new(guard.Judge).Check(t.Context(), judged, binarch.Arm64), false)
			require.Equal(t, survey.Readiness{Status: entry.Status, Obstacles: entry.Obstacles, Unchecked: entry.Unchecked}, f.Readiness)

			w.fault = always("DownloadCode", lambdasim.Fault{Body: lambdasim.BodyFault{WithoutRanges: true}})
			whole, _, _ := w.look(t, "f", Options{})
			require.Equal(t, f, whole, "read whole")
		})
	}
}

// Code of one hash and each layer version are read once, however many functions have them; layers that are known by
// their ARNs never.
func TestSharedCodeIsReadOnce(t *testing.T) {
	w := newWorld()
	layer := w.AddLayer(other, "shared", 3, zipped(t, map[string]string{"bin/tool": x86(t)}), "")
	denied := w.AddLayer(other, "denied", 1, nil, "")
	const known = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:27"
	code := zipped(t, map[string]string{"app.py": ""})
	w.add("a", "python3.13", "app.handler", code, layer, known, denied)
	w.add("b", "python3.12", "app.handler", code, layer, denied)
	w.add("c", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": "# c"}), layer)
	w.fault = func(c lambdasim.Call) *lambdasim.Fault {
		if c.Operation == "GetLayerVersionByArn" && c.Resource == denied {
			return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:GetLayerVersion", denied)}
		}
		return nil
	}
	l := newLooker(t, Options{})
	for _, name := range []string{"a", "b", "c"} {
		f, read, _ := w.lookWith(t, l, name)
		require.Equal(t, guard.Blocked, f.Readiness.Status)
		require.Contains(t, texts(f), layer+": wrong-architecture bin/tool")
		require.Equal(t, name == "b", read == 0, name)
	}
	require.Equal(t, map[string]int{"GetFunction": 2, "GetLayerVersionByArn": 2, "DownloadCode": 3}, w.calls)
}

// Several surveys' worth of goroutines look at the same code at a time, and it is read once.
func TestSharedCodeIsReadOnceByManyAtATime(t *testing.T) {
	w := newWorld()
	code := zipped(t, map[string]string{"app.py": ""})
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	for _, name := range names {
		w.add(name, "python3.13", "app.handler", code)
	}
	l := newLooker(t, Options{})
	done := make(chan guard.Status)
	for _, name := range names {
		f, c := w.listed(t, name)
		go func() {
			l.Look(t.Context(), w.Config(), &f, c)
			done <- f.Readiness.Status
		}()
	}
	for range names {
		require.Equal(t, guard.Ready, <-done)
	}
	require.Equal(t, 1, w.calls["DownloadCode"])
}

// A function that was deployed after it was listed is judged as what it is now.
func TestAFunctionThatIsDeployedMeanwhile(t *testing.T) {
	w := newWorld()
	w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
	f, c := w.listed(t, "f")
	w.add("f", "nodejs24.x", "index.handler", zipped(t, map[string]string{"index.js": "", "tool": x86(t)}))
	newLooker(t, Options{}).Look(t.Context(), w.Config(), &f, c)
	require.Empty(t, f.Problems)
	require.Equal(t, []string{"code: wrong-architecture tool"}, texts(f))
	require.Equal(t, "arm64 nodejs24.x", f.Readiness.Obstacles[0].DeployedTo)
}

// A survey that is stopped says so of what it has not looked into, and calls that no problem.
func TestASurveyThatIsStopped(t *testing.T) {
	w := newWorld()
	w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
	f, c := w.listed(t, "f")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	newLooker(t, Options{}).Look(ctx, w.Config(), &f, c)
	require.Empty(t, f.Problems)
	require.Equal(t, survey.Readiness{
		Status: guard.Unknown, Obstacles: []guard.Finding{}, Unchecked: []string{"code: the survey was stopped before it was read"},
	}, f.Readiness)
}

// Code that its owner keeps in a bucket is not read, and the reader is told which object it is.
func TestCodeInABucketIsNotRead(t *testing.T) {
	w := newWorld()
	w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
	w.SelfManage("f")
	f, _, _ := w.look(t, "f", Options{})
	require.Equal(t, []survey.Problem{{Region: "us-east-1", What: "code", Why: "it is s3://code/f.zip; a survey reads no buckets"}}, f.Problems)
	require.Equal(t, []string{"code: it could not be read: it is s3://code/f.zip; a survey reads no buckets"}, f.Readiness.Unchecked)
}

// The same answer has the reserved concurrency. 0 is how an owner stops a function.
func TestReservedConcurrencyThatPreventsTuning(t *testing.T) {
	for reserved, want := range map[int]string{0: "its reserved concurrency is 0: nothing can invoke it", 1: ""} {
		w := newWorld()
		w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
		w.SetReserved("f", &reserved)
		f, _, _ := w.look(t, "f", Options{})
		require.Equal(t, want, f.Untunable)
	}
}

// Lists of functions do not have their states; the answer that says where the code is does.
func TestStatesThatPreventTuning(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(*lambdasim.Configuration)
		want string
	}{
		"usual":    {func(*lambdasim.Configuration) {}, ""},
		"inactive": {func(c *lambdasim.Configuration) { c.State = "Inactive" }, ""},
		"failed": {func(c *lambdasim.Configuration) {
			c.State, c.StateReasonCode, c.StateReason = "Failed", "SubnetOutOfIPAddresses", "No address is left."
		}, "it is in a failed state (SubnetOutOfIPAddresses: No address is left.)"},
		"deleting":    {func(c *lambdasim.Configuration) { c.State = "Deleting" }, "it is being deleted"},
		"deactivated": {func(c *lambdasim.Configuration) { c.State = "Deactivated" }, "its state is Deactivated, in which it cannot be invoked"},
		"failed update": {func(c *lambdasim.Configuration) {
			c.LastUpdateStatus, c.LastUpdateStatusReasonCode, c.LastUpdateStatusReason = "Failed", "InvalidImage", "The image has no layers."
		}, "its last update failed (InvalidImage: The image has no layers.)"},
		"failed update without a reason": {func(c *lambdasim.Configuration) { c.LastUpdateStatus = "Failed" }, "its last update failed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.add("f", "python3.13", "app.handler", zipped(t, map[string]string{"app.py": ""}))
			w.Edit("f", lambdasim.Latest, test.edit)
			f, _, _ := w.look(t, "f", Options{})
			require.Equal(t, test.want, f.Untunable)
			require.Equal(t, guard.Ready, f.Readiness.Status)

			f, c := w.listed(t, "f")
			f.Untunable = "known"
			newLooker(t, Options{}).Look(t.Context(), w.Config(), &f, c)
			require.Equal(t, "known", f.Untunable, "what its configuration says stays")
		})
	}
}
