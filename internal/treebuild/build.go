package treebuild

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/cachedir"
	"github.com/dualarch/dualarch/internal/links"
)

// CacheDirEnv names the environment variable with the folder for results.
// Default: dualarch/built in the user's cache folder (os.UserCacheDir).
const CacheDirEnv = "DUALARCH_BUILT_DIR"

var folder = cachedir.Kind{Name: "built", Variable: CacheDirEnv, Holds: "results"}

// Output is a finished tree.
type Output struct {
	Dir string // the folder to deploy
	Key string // of what went in, SHA-256 in hexadecimal
}

// Build runs the command, unless the same input was built before. An error has the
// command's whole output.
func Build(s Spec) (Output, error) {
	key, err := s.Key()
	if err != nil {
		return Output{}, err
	}
	cache, err := folder.Path()
	if err != nil {
		return Output{}, err
	}
	if err := folder.Make(cache); err != nil {
		return Output{}, err
	}
	out := Output{Dir: filepath.Join(cache, key), Key: key}
	if isAsMade(out.Dir) {
		return out, s.checkLinks(out.Dir)
	}
	work, err := os.MkdirTemp(cache, "scratch-*")
	if err != nil {
		return Output{}, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := copyTree(s.Dir, work, s.Exclude); err != nil {
		return Output{}, err
	}
	if err := s.run(work); err != nil {
		return Output{}, err
	}
	made, err := s.made(work)
	if err != nil {
		return Output{}, err
	}
	if err := s.checkLinks(made); err != nil {
		return Output{}, err
	}
	return out, keep(made, out.Dir)
}

func (s Spec) run(work string) error {
	argv := s.argv()
	where := "here, in a copy of the folder"
	if s.Container != "" {
		argv = append(s.container(work), argv...)
		where = "in " + s.Container + ", in a copy of the folder"
	}
	command := exec.Command(argv[0], argv[1:]...)
	command.Dir = work
	// The last one wins: the architecture's variables are never the caller's.
	command.Env = append(os.Environ(), s.env()...)
	output, err := command.CombinedOutput()
	if err == nil {
		return nil
	}
	text := fmt.Sprintf("%s for %s: %s, run %s: %v", s.Dir, s.Architecture.Lambda, strings.Join(s.argv(), " "), where, err)
	if said := strings.TrimSpace(string(output)); said != "" {
		text += "\n" + said
	}
	return errors.New(text + s.outside())
}

// container returns the command that runs another one in a container of the
// architecture, with the copy of the sources as its working directory.
func (s Spec) container(work string) []string {
	argv := []string{
		cmp.Or(os.Getenv("CDK_DOCKER"), "docker"), "run", "--rm",
		"--platform", s.Architecture.Variables()["DOCKER_PLATFORM"],
		"--volume", work + ":/asset", "--workdir", "/asset",
		// The current user must be able to remove what it writes.
		"--user", fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid()),
	}
	if _, given := s.Env["HOME"]; !given {
		// That user has no home in the image, and npm and cargo write to one.
		argv = append(argv, "--env", "HOME=/tmp")
	}
	for _, variable := range s.env() {
		name, _, _ := strings.Cut(variable, "=")
		argv = append(argv, "--env", name) // its value is the client's
	}
	// The image's own entry point may expect to be Lambda's.
	return append(argv, "--entrypoint", "", s.Container)
}

// made returns the folder in the copy that the command made.
func (s Spec) made(work string) (string, error) {
	made := filepath.Join(work, s.Output)
	entries, err := os.ReadDir(made)
	if err != nil || len(entries) == 0 {
		return "", fmt.Errorf("%s for %s: %s left nothing in %q of the copy of the folder; set Output to the folder that it makes",
			s.Dir, s.Architecture.Lambda, strings.Join(s.argv(), " "), cmp.Or(s.Output, "."))
	}
	return made, nil
}

// checkLinks refuses a folder whose links would lead to nothing on Lambda, as those that npm
// makes for packages of the same repository.
func (s Spec) checkLinks(dir string) error {
	lost, err := links.FindLost(dir)
	if err != nil || len(lost) == 0 {
		return err
	}
	const most = 10
	lines := []string{fmt.Sprintf("%s for %s: what %s leaves has links that lead to nothing once they are deployed:",
		s.Dir, s.Architecture.Lambda, strings.Join(s.argv(), " "))}
	for i, link := range lost {
		if i == most {
			lines = append(lines, fmt.Sprintf("  and %d more", len(lost)-most))
			break
		}
		lines = append(lines, "  - "+link.String())
	}
	return errors.New(strings.Join(lines, "\n") + "\nput copies in their places, as npm does with --install-links, and give a dir that has in it what they lead to")
}

func copyTree(from, to string, exclude []string) error {
	return walk(from, exclude, func(rel string, info fs.FileInfo) error {
		source, target := filepath.Join(from, rel), filepath.Join(to, rel)
		switch kind := info.Mode().Type(); {
		case kind == fs.ModeSymlink:
			link, err := os.Readlink(source)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case kind.IsDir():
			return os.Mkdir(target, 0o755)
		}
		return copyFile(source, target, info.Mode().Perm())
	})
}

func copyFile(from, to string, mode fs.FileMode) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	sink, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()
	_, err = io.Copy(sink, source)
	return err
}
