package look

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/cachedir"
	"github.com/dualarch/dualarch/internal/tunerbinary"
)

const (
	// What is held of inventories, as they are encoded: of layers, which many functions share, and of functions' own code.
	maxLayers = 24 << 20
	maxCode   = 8 << 20
	// maxEntry is the largest file that is read in the cache folder.
	maxEntry = 64 << 20
)

// store keeps inventories: in memory those that were asked for last, and all of them in a folder if there is one.
type store struct {
	folder  string
	version string

	mu           sync.Mutex
	layers, code recent
	broken       bool // nothing can be written to the folder
}

// newStore opens a folder, "" for none.
func newStore(folder string) (*store, error) {
	s := &store{folder: folder, layers: newRecent(maxLayers), code: newRecent(maxCode)}
	if folder == "" {
		return s, nil
	}
	var err error
	if s.folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	why, err := cachedir.Unsafe(s.folder)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	if why != "" {
		return nil, fmt.Errorf("cache: %s, and what others put there would be believed; give a folder that only you can write to", why)
	}
	s.version, err = guardVersion()
	return s, err
}

// guardVersion names the program that judges: a release by its version, any other build by its hash.
var guardVersion = sync.OnceValues(func() (string, error) {
	version := tunerbinary.Version()
	if version != "(devel)" {
		return version, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	program, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer program.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, program); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
})

// get returns what is kept under a key, nil if nothing is. stoodFor are the bytes of code that would have been read if
// the folder had not had it.
func (s *store) get(key string) (inventory *binarch.Inventory, stoodFor int64) {
	encoded := s.remembered(key)
	if encoded == nil && s.folder != "" {
		if encoded, stoodFor = s.fromFolder(key); encoded != nil {
			s.remember(key, encoded)
		}
	}
	if encoded == nil {
		return nil, 0
	}
	inventory, err := binarch.Decode(bytes.NewReader(encoded))
	if err != nil { // it will be read, and put again
		return nil, 0
	}
	return inventory, stoodFor
}

// put keeps an inventory, for which so many bytes of code were read. It returns an error the first time that the folder
// cannot be written to.
func (s *store) put(key string, inventory *binarch.Inventory, read int64) error {
	var encoded bytes.Buffer
	if err := inventory.Encode(&encoded); err != nil {
		return err
	}
	s.remember(key, encoded.Bytes())
	if s.folder == "" {
		return nil
	}
	err := s.write(s.entry(key, read, encoded.Bytes()), encoded.Bytes())
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil || s.broken {
		return nil
	}
	s.broken = true
	return fmt.Errorf("cache: %w", err)
}

func (s *store) remembered(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recent(key).get(key)
}

func (s *store) remember(key string, encoded []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent(key).put(key, slices.Clone(encoded))
}

func (s *store) recent(key string) *recent {
	if strings.HasPrefix(key, layerKey) {
		return &s.layers
	}
	return &s.code
}

// recent holds what was asked for last, up to so many bytes.
type recent struct {
	most, size int
	held       map[string][]byte
	order      []string // the one asked for last is the last
}

func newRecent(most int) recent { return recent{most: most, held: map[string][]byte{}} }

func (r *recent) get(key string) []byte {
	held := r.held[key]
	if held != nil {
		at := slices.Index(r.order, key)
		r.order = append(slices.Delete(r.order, at, at+1), key)
	}
	return held
}

func (r *recent) put(key string, b []byte) {
	if len(b) > r.most {
		return
	}
	if before, known := r.held[key]; known {
		r.size -= len(before)
	} else {
		r.order = append(r.order, key)
	}
	r.held[key] = b
	for r.size += len(b); r.size > r.most; r.order = r.order[1:] {
		r.size -= len(r.held[r.order[0]])
		delete(r.held, r.order[0])
	}
}

// entry is the first line of a file in the folder; the inventory stands behind it.
type entry struct {
	Guard  string `json:"guard"`
	Key    string `json:"key"`
	Read   int64  `json:"bytesRead"`
	SHA256 string `json:"sha256"`
}

func (s *store) entry(key string, read int64, encoded []byte) entry {
	sum := sha256.Sum256(encoded)
	return entry{s.version, key, read, hex.EncodeToString(sum[:])}
}

func (s *store) file(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.folder, hex.EncodeToString(sum[:])+".inventory")
}

// fromFolder returns an inventory as it is encoded, nil if there is none, or one of another version of the guard, or one
// that is damaged; and how many bytes were read for it.
func (s *store) fromFolder(key string) (encoded []byte, read int64) {
	file, err := os.Open(s.file(key))
	if err != nil {
		return nil, 0
	}
	defer file.Close() //nolint:errcheck // it was only read
	all, err := io.ReadAll(io.LimitReader(file, maxEntry))
	if err != nil {
		return nil, 0
	}
	line, encoded, _ := bytes.Cut(all, []byte("\n"))
	var is entry
	if json.Unmarshal(line, &is) != nil || is != s.entry(key, is.Read, encoded) {
		return nil, 0
	}
	return encoded, is.Read
}

// write puts a file in its place at once, so that surveys can share the folder.
func (s *store) write(e entry, encoded []byte) (err error) {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(s.folder, "*.new") // for this user alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(slices.Concat(line, []byte("\n"), encoded))
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), s.file(e.Key))
}
