package look

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
)

// stored packs n files of size bytes each without compressing them, behind a program.
func stored(t *testing.T, n, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range n {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("data/%04d.bin", i)})
		require.NoError(t, err)
		_, err = entry.Write(bytes.Repeat([]byte{byte(i)}, size))
		require.NoError(t, err)
	}
	header := &zip.FileHeader{Name: "bootstrap"}
	header.SetMode(0o755)
	entry, err := w.CreateHeader(header)
	require.NoError(t, err)
	_, err = entry.Write([]byte(x86(t)))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// shuffled puts the records of a zip's directory into another order.
func shuffled(content []byte) []byte {
	end := bytes.LastIndex(content, []byte("PK\x05\x06"))
	at := int(binary.LittleEndian.Uint32(content[end+16:]))
	var records [][]byte
	for rest := content[at:end]; len(rest) > 0; {
		length := 46 + int(binary.LittleEndian.Uint16(rest[28:])) + int(binary.LittleEndian.Uint16(rest[30:])) + int(binary.LittleEndian.Uint16(rest[32:]))
		records = append(records, rest[:length])
		rest = rest[length:]
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	return bytes.Join([][]byte{content[:at], bytes.Join(records, nil), content[end:]}, nil)
}

// Of a large file that says nothing only the beginning is read. A zip whose directory has no order is read whole once
// that is less.
func TestOnlyWhatIsNeededIsRead(t *testing.T) {
	for name, test := range map[string]struct {
		content     []byte
		least, most float64 // of its size
	}{
		"large files":   {stored(t, 10, 8<<20), 0, 0.4},
		"small files":   {stored(t, 500, 20<<10), 0.99, 1.2},
		"in no order":   {shuffled(stored(t, 200, 100<<10)), 1.5, 3.2},
		"little at all": {stored(t, 1, 1), 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.add("f", "provided.al2023", "bootstrap", bytes.NewReader(test.content))
			left := emptyTemp(t)
			f, read, _ := w.look(t, "f", Options{})
			require.Empty(t, f.Problems)
			require.Equal(t, []string{"code: wrong-architecture bootstrap"}, texts(f))
			share := float64(read) / float64(len(test.content))
			require.GreaterOrEqual(t, share, test.least)
			require.LessOrEqual(t, share, test.most)
			require.Empty(t, left())
		})
	}
}

// emptyTemp has temporary files made in a folder of its own, and returns what is left there.
func emptyTemp(t *testing.T) (left func() []string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return func() []string {
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		return found
	}
}

// What can go wrong with a package, what the report says of it, and that it says nothing of the URL.
func TestWhatIsWrongWithAPackage(t *testing.T) {
	forbidden := lambdasim.Fault{Err: &lambdasim.APIError{Status: 403, Code: "AccessDenied", Message: "secret"}}
	expired := lambdasim.Fault{Err: &lambdasim.APIError{Status: 403, Code: "AccessDenied", Message: "Request has expired"}}
	body := func(b lambdasim.BodyFault) lambdasim.Fault { return lambdasim.Fault{Body: b} }
	size := int64(len(stored(t, 3, 1<<20)))
	for _, test := range []struct {
		name  string
		fault func(lambdasim.Call) *lambdasim.Fault
		why   string // "" if it is read in the end
	}{
		{"nothing", nil, ""},
		{"denied", always("GetFunction", lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:GetFunction", "arn:f")}),
			"GetFunction: AccessDeniedException: User is not authorized to perform: lambda:GetFunction on resource: arn:f because no identity-based policy allows the lambda:GetFunction action"},
		{"throttled", always("GetFunction", lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}), "GetFunction: TooManyRequestsException: Rate Exceeded."},
		{"expired once", nth(3, "DownloadCode", expired), ""},
		{"expired always", always("DownloadCode", expired), "HTTP 403 (AccessDenied), of a new URL, too"},
		{"forbidden", always("DownloadCode", forbidden), "HTTP 403 (AccessDenied), of a new URL, too"},
		{"gone", always("DownloadCode", lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "NoSuchKey"}}), "HTTP 404 (NoSuchKey)"},
		{"busy once", nth(1, "DownloadCode", lambdasim.Fault{Err: &lambdasim.APIError{Status: 503, Code: "SlowDown"}}), ""},
		{"busy always", always("DownloadCode", lambdasim.Fault{Err: &lambdasim.APIError{Status: 503, Code: "SlowDown"}}), "HTTP 503 (SlowDown), at each of 4 attempts"},
		{"lost once", nth(2, "DownloadCode", lambdasim.Fault{Lost: true}), ""},
		{"lost always", always("DownloadCode", lambdasim.Fault{Lost: true}), "read tcp: read: connection reset by peer, at each of 4 attempts"},
		{"cut once", nth(2, "DownloadCode", body(lambdasim.BodyFault{EndAfter: 1000})), ""},
		{"cut always", always("DownloadCode", body(lambdasim.BodyFault{EndAfter: 1})), "the connection ended before all had arrived, at each of 4 attempts"},
		{"long ranges", always("DownloadCode", body(lambdasim.BodyFault{Longer: 5})), ""},
		{"no ranges", always("DownloadCode", body(lambdasim.BodyFault{WithoutRanges: true})), ""},
		{"no ranges, cut once", both(always("DownloadCode", body(lambdasim.BodyFault{WithoutRanges: true})), nth(2, "DownloadCode", body(lambdasim.BodyFault{WithoutRanges: true, EndAfter: 1 << 20}))), ""},
		{"no ranges, longer", always("DownloadCode", body(lambdasim.BodyFault{WithoutRanges: true, Longer: 5})),
			fmt.Sprintf("the server sends %d bytes of it, and Lambda says that it has %d", size+5, size)},
		{"no ranges, changed", always("DownloadCode", body(lambdasim.BodyFault{WithoutRanges: true, Flip: 100})),
			"what the server sends has another hash than Lambda says"},
		{"silent", always("DownloadCode", body(lambdasim.BodyFault{Pace: time.Hour})), "nothing arrived for 1m0s, at each of 4 attempts"},
		{"slow", always("DownloadCode", body(lambdasim.BodyFault{Pace: time.Minute})), ""},
		{"so slow that the URL expires", always("DownloadCode", body(lambdasim.BodyFault{Pace: 4 * time.Minute})), ""},
		{"so slow that two URLs expire", always("DownloadCode", body(lambdasim.BodyFault{Pace: 12 * time.Minute})), "HTTP 403 (AccessDenied), of a new URL, too"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.add("f", "provided.al2023", "bootstrap", bytes.NewReader(stored(t, 3, 1<<20)))
				w.fault = test.fault
				f, _, _ := w.look(t, "f", Options{Cache: private(t)})
				text := fmt.Sprintf("%+v", f)
				for _, secret := range []string{"X-Amz", "token-of", "Signature", "code.lambdasim.invalid", "secret"} {
					require.NotContains(t, text, secret)
				}
				if test.why == "" {
					require.Empty(t, f.Problems)
					require.Equal(t, guard.Blocked, f.Readiness.Status)
					return
				}
				require.Len(t, f.Problems, 1)
				require.Equal(t, "us-east-1", f.Problems[0].Region)
				require.Equal(t, "code", f.Problems[0].What)
				require.Equal(t, test.why, f.Problems[0].Why)
				require.Equal(t, guard.Unknown, f.Readiness.Status)
				require.Equal(t, []string{"code: it could not be read: " + test.why}, f.Readiness.Unchecked)

				w.fault = nil
				again, _, _ := w.look(t, "f", Options{})
				require.Equal(t, guard.Blocked, again.Readiness.Status, "nothing of the failure is kept")
			})
		})
	}
}

func both(first, second func(lambdasim.Call) *lambdasim.Fault) func(lambdasim.Call) *lambdasim.Fault {
	return func(c lambdasim.Call) *lambdasim.Fault {
		if fault := second(c); fault != nil {
			return fault
		}
		return first(c)
	}
}

// private returns a folder for a cache that nobody else can write to.
func private(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "cache")
}

// A function that is deleted before its code is asked for says so.
func TestAFunctionThatIsDeletedMeanwhile(t *testing.T) {
	w := newWorld()
	w.add("f", "provided.al2023", "bootstrap", bytes.NewReader(stored(t, 1, 1)))
	f, c := w.listed(t, "f")
	w.fault = always("GetFunction", lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: f"}})
	newLooker(t, Options{}).Look(t.Context(), w.Config(), &f, c)
	require.Equal(t, "GetFunction: ResourceNotFoundException: Function not found: f; it was deleted while the survey ran", f.Problems[0].Why)
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// server serves one package as an emulator might.
func server(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

// What a real server answers, over a real connection.
func TestAServerOnLoopback(t *testing.T) {
	content := stored(t, 3, 1<<20)
	var code *httptest.Server
	for name, test := range map[string]struct {
		handle http.HandlerFunc
		why    string
	}{
		"ranges": {func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		}, ""},
		"no ranges": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) }, ""},
		"another place": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/elsewhere" {
				http.Redirect(w, r, "/elsewhere?X-Amz-Signature=secret", http.StatusTemporaryRedirect)
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		}, ""},
		"a place by http": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://example.com/?X-Amz-Signature=secret", http.StatusTemporaryRedirect)
		}, "the code is at example.com, by http; it is only read by https"},
		"round and round": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, "more than 4 redirects"},
		"another size": {func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(append(content, 0)))
		}, fmt.Sprintf("the server has %d bytes of it, and Lambda says that it has %d", len(content)+1, len(content))},
		"another range": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 5-10/%d", len(content)))
			w.WriteHeader(http.StatusPartialContent)
		}, "the server sent another range than bytes 0 to 1048575"},
	} {
		t.Run(name, func(t *testing.T) {
			code = server(t, test.handle)
			api := server(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `{"Configuration":{"CodeSha256":"x"},"Code":{"Location":%q}}`, code.URL+"/code?X-Amz-Signature=secret")
			})
			w := newWorld()
			w.add("f", "provided.al2023", "bootstrap", bytes.NewReader(content))
			f, c := w.listed(t, "f")
			c.CodeSha256 = aws.String("x")
			if strings.HasPrefix(name, "no ranges") {
				c.CodeSha256 = aws.String(sumOf(content))
				api.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					_, _ = fmt.Fprintf(w, `{"Configuration":{"CodeSha256":%q},"Code":{"Location":%q}}`, sumOf(content), code.URL)
				})
			}
			left := emptyTemp(t)
			newLooker(t, Options{}).Look(t.Context(), aws.Config{
				Region: "us-east-1", BaseEndpoint: aws.String(api.URL), Credentials: aws.AnonymousCredentials{},
			}, &f, c)
			require.Empty(t, left())
			if test.why == "" {
				require.Empty(t, f.Problems)
				require.Equal(t, guard.Blocked, f.Readiness.Status)
				return
			}
			require.Len(t, f.Problems, 1)
			require.Equal(t, test.why, f.Problems[0].Why)
			require.NotContains(t, fmt.Sprintf("%+v", f), "secret")
		})
	}
}
