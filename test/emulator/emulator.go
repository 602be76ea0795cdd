package emulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

// Account and Region are those of everything on the emulator.
const (
	Account = "000000000000"
	Region  = "us-east-1"
)

// HostArchitecture returns this machine's architecture by Lambda's name. Functions of the other one
// run under qemu.
func HostArchitecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

// startTimeout bounds the wait for the emulator's first healthy answer; it takes about a second where the machine is
// not busy with something else.
const startTimeout = 5 * time.Minute

// Options say how an Emulator is started.
type Options struct {
	// Name keeps emulators that run at the same time apart: its files lie in
	// .build/emulator-<Name>, which Start empties. Required.
	Name string
	// Auth turns the emulator's IAM checks on. Default: false, every call is allowed.
	Auth bool
	// Images lets functions be container images, which run on the Docker engine of the caller's
	// environment (DOCKER_HOST). Default: false, the emulator knows of no engine.
	Images bool
	// Environment is added, as KEY=value, to the emulator's own environment, which its functions have too. Default: nothing.
	Environment []string
}

// Emulator is a running ministack. It is safe for concurrent use.
type Emulator struct {
	// URL is where all of the emulated AWS APIs answer, such as http://127.0.0.1:41234.
	URL string
	// Dir is the folder of this emulator's files: log, temporary files, the CDK's output.
	Dir string

	// CLIEnvironment is added to the environment of the CDK CLI, as KEY=value.
	CLIEnvironment []string

	root    string
	process *process
}

// Start starts an emulator and returns once it answers. ctx bounds the start alone; the
// emulator runs until Stop, or until the caller's process ends.
func Start(ctx context.Context, options Options) (*Emulator, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	program := filepath.Join(root, ".venv", "bin", "ministack")
	if options.Images {
		// This one has Python's docker package, without which there are no image functions.
		program = filepath.Join(root, ".venv-containers", "bin", "ministack")
	}
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("the emulator is not installed (%w): run it through `make demo`, `make test-e2e` or `make test-containers`, which install it", err)
	}
	e := &Emulator{Dir: filepath.Join(root, ".build", "emulator-"+options.Name), root: root}
	if err := os.RemoveAll(e.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(e.temporary(), 0o755); err != nil {
		return nil, err
	}
	log, err := os.Create(e.LogFile())
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the child holds its own copy
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	e.URL = "http://127.0.0.1:" + strconv.Itoa(port)

	cmd := exec.Command(program)
	cmd.Dir = e.Dir
	cmd.Env = e.ownEnvironment(port, options)
	cmd.Stdout, cmd.Stderr = log, log
	if e.process, err = startProcess("ministack", cmd); err != nil {
		return nil, err
	}
	if err := e.waitHealthy(ctx); err != nil {
		_ = e.Stop()
		return nil, err
	}
	return e, nil
}

// Stop ends the emulator and every process it started, and removes its temporary files. The
// log stays.
func (e *Emulator) Stop() error {
	if err := e.process.stop(); err != nil {
		return err
	}
	return os.RemoveAll(e.temporary())
}

// LogFile returns the path of the emulator's output.
func (e *Emulator) LogFile() string { return filepath.Join(e.Dir, "ministack.log") }

func (e *Emulator) temporary() string { return filepath.Join(e.Dir, "tmp") }

// ownEnvironment returns the emulator's environment. It is short on purpose: the emulator passes all
// of it on to Lambda functions, whose environment on AWS has nothing of this machine's.
func (e *Emulator) ownEnvironment(port int, options Options) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + e.temporary(),
		"TMPDIR=" + e.temporary(),
		"STATE_DIR=" + filepath.Join(e.temporary(), "state"),
		"S3_DATA_DIR=" + filepath.Join(e.temporary(), "s3"),
		"LANG=C.UTF-8",
		// The functions' own AWS calls come back here: ministack does not tell Go binaries otherwise.
		"AWS_ENDPOINT_URL=" + e.URL,
		"BIND_HOST=127.0.0.1",
		"GATEWAY_PORT=" + strconv.Itoa(port),
		"AUTH=" + strconv.FormatBool(options.Auth),
	}
	if host := os.Getenv("DOCKER_HOST"); options.Images && host != "" {
		env = append(env, "DOCKER_HOST="+host)
	}
	return append(env, options.Environment...)
}

func (e *Emulator) waitHealthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for !e.healthy(ctx) {
		select {
		case <-e.process.exited:
			return fmt.Errorf("ministack ended while starting (%w); its log is %s", e.process.err, e.LogFile())
		case <-ctx.Done():
			return fmt.Errorf("waiting for ministack at %s: %w; its log is %s", e.URL, ctx.Err(), e.LogFile())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func (e *Emulator) healthy(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.URL+"/_ministack/health", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// freePort returns a port that nobody listens on. If another program takes it before the emulator
// does, the emulator says so and Start fails.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// moduleRoot returns the folder above the working directory that holds this module's go.mod: tests
// run in their package's folder, the demo in the root.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for from := dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "cdk.json")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no cdk.json in %s or above: run this inside the project", from)
		}
	}
}
