package e2e

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrics "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/test/emulator"
)

const (
	surveyedStack = "Surveyed"
	surveyorRole  = "surveyor"
	// surveyedRegistry is where the account's images are.
	surveyedRegistry = emulator.Account + ".dkr.ecr." + emulator.Region + ".amazonaws.com"
)

// surveyedFunction is a function of the account that is surveyed.
type surveyedFunction struct {
	name, runtime, handler string
	// files are those of the zip; none for an image.
	files map[string]string
	image string
	more  map[string]any // properties
	// invocations in the last days, of so many ms each.
	invocations, duration float64
}

const javascript = "exports.handler = async () => ({})"

// surveyedFunctions are ten of several kinds.
func surveyedFunctions(t *testing.T) []surveyedFunction {
	t.Helper()
	native := binarchtest.Program(t, elf.EM_X86_64)
	binary, err := gobuild.Register(gobuild.Spec{Dir: primeSource, GOARCH: "amd64"}).Output()
	require.NoError(t, err)
	program, err := os.ReadFile(filepath.Join(binary.Dir, "bootstrap"))
	require.NoError(t, err)
	node := func(name string, more map[string]any, invocations, duration float64) surveyedFunction {
		return surveyedFunction{
			name: name, runtime: "nodejs22.x", handler: "index.handler", more: more, invocations: invocations, duration: duration,
			files: map[string]string{"index.js": javascript + " // " + name}, // of its own: code that two functions share is read once
		}
	}
	return []surveyedFunction{
		{name: "orders", runtime: "provided.al2023", handler: "bootstrap", files: map[string]string{"bootstrap": string(program)},
			more: map[string]any{"MemorySize": 1024, "Timeout": 30}, invocations: 90e6, duration: 120},
		{name: "thumbnails", runtime: "nodejs22.x", handler: "index.handler", files: map[string]string{
			"index.js": javascript, "node_modules/sharp/package.json": `{"name": "sharp", "version": "0.34.5"}`, "node_modules/sharp/build/sharp.node": native,
		}, more: map[string]any{"MemorySize": 2048}, invocations: 4e6, duration: 640},
		{name: "imaging", runtime: "python3.12", handler: "app.handler", files: map[string]string{"app.py": "def handler(event, context): pass"},
			more: map[string]any{"MemorySize": 512, "Layers": []any{map[string]string{"Ref": "Layer"}}}, invocations: 1e6, duration: 300},
		node("site", map[string]any{"MemorySize": 256}, 30e6, 80),
		node("api", map[string]any{"MemorySize": 512, "EphemeralStorage": map[string]int{"Size": 2048}}, 2e6, 50),
		node("graviton", map[string]any{"Architectures": []string{"arm64"}, "MemorySize": 512}, 5e6, 45),
		node("gone", nil, 1e6, 20),
		node("idle", nil, 0, 0),
		{name: "nightly", runtime: "python3.8", handler: "app.handler", files: map[string]string{"app.py": "def handler(event, context): pass"}, invocations: 30, duration: 900},
		{name: "pdf", image: surveyedRegistry + "/pdf:latest", more: map[string]any{"MemorySize": 1536}, invocations: 5e5, duration: 2100},
	}
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o755)
		entry, err := w.CreateHeader(header)
		require.NoError(t, err)
		_, err = entry.Write([]byte(files[name]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// deploySurveyed makes the account: a stack of the functions and a layer, and what CloudWatch has of them.
func deploySurveyed(ctx context.Context, t *testing.T, e *emulator.Emulator) {
	t.Helper()
	bucket := aws.String("surveyed-code")
	objects := s3Client(e.Config())
	_, err := objects.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket})
	require.NoError(t, err)
	upload := func(name string, files map[string]string) map[string]any {
		_, err := objects.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String(name + ".zip"), Body: bytes.NewReader(zipOf(t, files))})
		require.NoError(t, err)
		return map[string]any{"S3Bucket": *bucket, "S3Key": name + ".zip"}
	}
	resources := map[string]any{"Layer": map[string]any{"Type": "AWS::Lambda::LayerVersion", "Properties": map[string]any{
		"LayerName": "imaging", "Content": upload("layer", map[string]string{
			"python/numpy/core/_multiarray.so": binarchtest.Program(t, elf.EM_X86_64), "python/numpy-2.1.0.dist-info/RECORD": "numpy/core/_multiarray.so,,\n",
			"python/numpy-2.1.0.dist-info/METADATA": "Name: numpy\nVersion: 2.1.0\n",
		}),
	}}}
	var data []metrics.MetricDatum
	yesterday := time.Now().Add(-24 * time.Hour)
	for _, f := range surveyedFunctions(t) {
		properties := map[string]any{
			"FunctionName": f.name, "Role": "arn:aws:iam::" + emulator.Account + ":role/" + surveyorRole,
			// None of these may reach a report.
			"Environment": map[string]any{"Variables": map[string]string{"PASSWORD": "hunter2-of-" + f.name}},
			"Tags":        []any{map[string]string{"Key": "team", "Value": "shop"}},
		}
		if f.image != "" {
			properties["PackageType"], properties["Code"] = "Image", map[string]any{"ImageUri": f.image}
		} else {
			properties["Runtime"], properties["Handler"], properties["Code"] = f.runtime, f.handler, upload(f.name, f.files)
		}
		maps.Copy(properties, f.more)
		resources["Fn"+f.name] = map[string]any{"Type": "AWS::Lambda::Function", "Properties": properties}
		if f.invocations == 0 {
			continue
		}
		of := []metrics.Dimension{{Name: aws.String("FunctionName"), Value: &f.name}}
		for name, v := range map[string]float64{"Invocations": f.invocations, "Errors": 0, "ConcurrentExecutions": 7} {
			data = append(data, metrics.MetricDatum{MetricName: &name, Value: &v, Timestamp: &yesterday, Dimensions: of})
		}
		data = append(data, metrics.MetricDatum{MetricName: aws.String("Duration"), Timestamp: &yesterday, Dimensions: of, StatisticValues: &metrics.StatisticSet{
			SampleCount: &f.invocations, Sum: aws.Float64(f.invocations * f.duration), Minimum: &f.duration, Maximum: &f.duration,
		}})
	}
	pushImage(ctx, t, e)
	template, err := json.Marshal(map[string]any{"Resources": resources})
	require.NoError(t, err)
	stacks := cloudformation.NewFromConfig(e.Config())
	_, err = stacks.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: aws.String(surveyedStack), TemplateBody: aws.String(string(template))})
	require.NoError(t, err)
	var stack types.Stack
	for stack.StackStatus != types.StackStatusCreateComplete {
		out, err := stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(surveyedStack)})
		require.NoError(t, err)
		stack = out.Stacks[0]
		require.Contains(t, []types.StackStatus{types.StackStatusCreateInProgress, types.StackStatusCreateComplete}, stack.StackStatus, aws.ToString(stack.StackStatusReason))
		time.Sleep(50 * time.Millisecond)
	}
	_, err = cloudwatch.NewFromConfig(e.Config()).PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("AWS/Lambda"), MetricData: data})
	require.NoError(t, err)
}

// pushImage pushes an image with a program for x86_64 to the emulator's registry.
func pushImage(ctx context.Context, t *testing.T, e *emulator.Emulator) {
	t.Helper()
	_, err := ecr.NewFromConfig(e.Config()).CreateRepository(ctx, &ecr.CreateRepositoryInput{RepositoryName: aws.String("pdf")})
	require.NoError(t, err)
	call := func(method, path, kind string, body []byte) *http.Response {
		request, err := http.NewRequestWithContext(ctx, method, e.URL+path, bytes.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", kind)
		request.SetBasicAuth("AWS", "ministack-auth-token")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Less(t, response.StatusCode, 300, "%s %s", method, path)
		return response
	}
	push := func(kind string, blob []byte) map[string]any {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(blob))
		upload, err := url.Parse(call(http.MethodPost, "/v2/pdf/blobs/uploads/", "", nil).Header.Get("Location"))
		require.NoError(t, err)
		call(http.MethodPut, upload.Path+"?digest="+digest, "application/octet-stream", blob)
		return map[string]any{"mediaType": kind, "size": len(blob), "digest": digest}
	}
	layer := tarOf(t, "usr/bin/pdf", binarchtest.Program(t, elf.EM_X86_64))
	config, err := json.Marshal(map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{"Entrypoint": []string{"/usr/bin/pdf"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))}},
	})
	require.NoError(t, err)
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": manifestType, "config": push("application/vnd.oci.image.config.v1+json", config),
		"layers": []any{push("application/vnd.oci.image.layer.v1.tar", layer)},
	})
	require.NoError(t, err)
	call(http.MethodPut, "/v2/pdf/manifests/latest", manifestType, manifest)
}

func tarOf(t *testing.T, file, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: file, Mode: 0o755, Size: int64(len(content)), Typeflag: tar.TypeReg}))
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}
