package page

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium.
type browser struct {
	t       *testing.T
	write   io.Writer
	mu      sync.Mutex
	next    int
	answers map[int]chan message
	events  map[string]func(message) // by session
}

// message is what the DevTools protocol calls so: a call, its answer or an event.
type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// fonts tells every program that asks fontconfig to use the fonts of these tests, and no others.
func fonts(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("testdata/fonts")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "fonts.conf")
	// Whatever is asked for is Go Regular or Bold, and Go Mono for code.
	config := fmt.Sprintf(`<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>%s</dir><cachedir>%s</cachedir>
<match target="pattern"><test name="family" qual="all" compare="not_eq"><string>monospace</string></test>
<edit name="family" mode="assign" binding="strong"><string>Go</string></edit></match>
<match target="pattern"><test name="family" compare="not_eq"><string>Go</string></test>
<edit name="family" mode="assign" binding="strong"><string>Go Mono</string></edit></match>
</fontconfig>
`, dir, t.TempDir())
	require.NoError(t, os.WriteFile(file, []byte(config), 0o644))
	return file
}

func start(t *testing.T) *browser {
	t.Helper()
	program, err := exec.LookPath("chromium")
	require.NoError(t, err, "install Debian's chromium, or run scripts/test-page.sh, which does as root")
	profile, err := os.MkdirTemp("", "dualarch-page-") //nolint:usetesting // its directory is removed before Chromium's last child has ended
	require.NoError(t, err)
	command := exec.Command(program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
		"--user-data-dir="+profile, "--force-device-scale-factor=1", "--hide-scrollbars", "--font-render-hinting=none", "--disable-lcd-text",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-dev-shm-usage")
	command.Env = append(os.Environ(), "FONTCONFIG_FILE="+fonts(t), "LC_ALL=C.UTF-8", "TZ=UTC")
	commands, toBrowser, err := os.Pipe()
	require.NoError(t, err)
	fromBrowser, answers, err := os.Pipe()
	require.NoError(t, err)
	command.ExtraFiles = []*os.File{commands, answers} // 3 and 4
	require.NoError(t, command.Start())
	require.NoError(t, commands.Close())
	require.NoError(t, answers.Close())
	b := &browser{t: t, write: toBrowser, answers: map[int]chan message{}, events: map[string]func(message){}}
	read := make(chan struct{})
	go func() {
		defer close(read)
		b.read(fromBrowser)
	}()
	t.Cleanup(func() {
		_ = toBrowser.Close() // which ends it
		impatient := time.AfterFunc(time.Minute, func() { _ = command.Process.Kill() })
		_ = command.Wait()
		impatient.Stop()
		<-read
		// Its children end after it, and write until then.
		for until := time.Now().Add(time.Minute); os.RemoveAll(profile) != nil && time.Now().Before(until); {
			time.Sleep(50 * time.Millisecond)
		}
	})
	return b
}

// read hands answers and events on until the browser ends.
func (b *browser) read(from io.Reader) {
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, 64<<20)
	scanner.Split(func(data []byte, _ bool) (int, []byte, error) {
		if i := strings.IndexByte(string(data), 0); i >= 0 {
			return i + 1, data[:i], nil
		}
		return 0, nil, nil
	})
	for scanner.Scan() {
		var m message
		if json.Unmarshal(scanner.Bytes(), &m) != nil {
			continue
		}
		b.mu.Lock()
		answer, event := b.answers[m.ID], b.events[m.Session]
		b.mu.Unlock()
		switch {
		case answer != nil:
			answer <- m
		case event != nil && m.Method != "":
			event(m)
		}
	}
}

// call calls a method of the protocol; result may be nil.
func (b *browser) call(session, method string, params map[string]any, result any) {
	b.t.Helper()
	text, err := json.Marshal(params)
	require.NoError(b.t, err)
	answer := make(chan message, 1)
	b.mu.Lock()
	b.next++
	m := message{ID: b.next, Session: session, Method: method, Params: text}
	b.answers[m.ID] = answer
	text, err = json.Marshal(m)
	if err == nil {
		_, err = b.write.Write(append(text, 0))
	}
	b.mu.Unlock()
	require.NoError(b.t, err)
	select {
	case m := <-answer:
		require.Nil(b.t, m.Error, "%s: %+v", method, m.Error)
		if result != nil {
			require.NoError(b.t, json.Unmarshal(m.Result, result))
		}
	case <-time.After(2 * time.Minute):
		b.t.Fatalf("%s: no answer", method)
	}
}

// view is how a page is looked at.
type view struct {
	width, height int
	dark, phone   bool
	media         string // "print", or "" for a screen
}

// tab is an open page.
type tab struct {
	*browser
	session string
	// seen is what the page said on the console and asked the network for, the page itself apart.
	seen []string
}

// open opens a page and waits until it is there.
func (b *browser) open(html string, v view) *tab {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "page.html")
	require.NoError(b.t, os.WriteFile(file, []byte(html), 0o644))
	var target struct{ TargetID string }
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	t := &tab{browser: b, session: attached.SessionID}
	loaded := make(chan struct{}, 1)
	b.mu.Lock()
	b.events[t.session] = func(m message) {
		switch m.Method {
		case "Page.loadEventFired":
			select {
			case loaded <- struct{}{}:
			default:
			}
		case "Runtime.consoleAPICalled", "Log.entryAdded", "Runtime.exceptionThrown", "Network.requestWillBeSent":
			if !strings.Contains(string(m.Params), `"type":"Document"`) {
				t.mu.Lock()
				t.seen = append(t.seen, m.Method+" "+string(m.Params))
				t.mu.Unlock()
			}
		}
	}
	b.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(t.session, domain+".enable", nil, nil)
	}
	b.call(t.session, "Emulation.setDeviceMetricsOverride", map[string]any{"width": v.width, "height": v.height, "deviceScaleFactor": 1, "mobile": v.phone}, nil)
	scheme := map[bool]string{false: "light", true: "dark"}[v.dark]
	b.call(t.session, "Emulation.setEmulatedMedia", map[string]any{"media": v.media, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call(t.session, "Page.navigate", map[string]any{"url": "file://" + file}, nil)
	select {
	case <-loaded:
	case <-time.After(2 * time.Minute):
		b.t.Fatal("the page did not load")
	}
	return t
}

// messages returns what the page said and asked for.
func (t *tab) messages() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.seen...)
}

// eval evaluates an expression, a promise's value included.
func (t *tab) eval(expression string, result any) {
	t.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	t.call(t.session, "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &answer)
	require.Empty(t.t, string(answer.ExceptionDetails))
	if result != nil {
		require.NoError(t.t, json.Unmarshal(answer.Result.Value, result))
	}
}

// screenshot returns what a reader sees, as a PNG.
func (t *tab) screenshot() []byte {
	t.t.Helper()
	var shot struct{ Data string }
	t.call(t.session, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	require.NoError(t.t, err)
	return png
}
