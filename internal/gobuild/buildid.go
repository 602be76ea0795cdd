package gobuild

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// goBuildID matches the go command's build IDs: hashes of the link's inputs, of
// the main package's inputs, of the main package, and of the binary.
var goBuildID = regexp.MustCompile(`^[\w-]{20}(/[\w-]{20}){3}$`)

const ownBuildID = `; set one of your own in Ldflags, such as "-buildid=orders"`

// normalise replaces a binary's build IDs, in place, with hashes of the rest of
// its bytes.
//
// The go command's build ID hashes how a binary was built, down to the spelling
// of go.mod's go line: "go 1.26" and "go 1.26.0" give the same code but two IDs.
// The linker's GNU build ID is a hash of it. IDs that the user chose with the
// linker's -buildid and -B are kept.
func normalise(binary []byte, ldflags []string) error {
	if _, given := linkerFlag(ldflags, "buildid"); given {
		return nil // the GNU build ID is a hash of it or chosen as well
	}
	notes, err := elfNotes(binary)
	if err != nil {
		return err
	}
	id, err := notes.only("Go", 4)
	if err != nil {
		return err
	}
	if id == nil {
		return errors.New("it has no Go build ID" + ownBuildID)
	}
	if !goBuildID.Match(id) {
		return fmt.Errorf("its Go build ID is %q; four hashes of 20 characters were expected"+ownBuildID, id)
	}
	gnu, err := notes.only("GNU", 3)
	if err != nil {
		return err
	}
	if value, _ := linkerFlag(ldflags, "B"); value != "" && value != "gobuildid" {
		gnu = nil
	} else if gnu != nil && len(gnu) != 20 {
		return fmt.Errorf("its GNU build ID has %d bytes; 20 were expected"+ownBuildID, len(gnu))
	}

	// Like the go command, replace the ID wherever it occurs, not only in the
	// note.
	places := occurrences(binary, bytes.Clone(id))
	for _, place := range places {
		clear(place)
	}
	clear(gnu)
	sum := sha256.Sum256(binary)
	content := base64.RawURLEncoding.EncodeToString(sum[:15])
	for _, place := range places {
		copy(place, strings.Repeat(content+"/", 4))
	}
	copy(gnu, sum[:])
	return nil
}

// isAsLinked reports whether a binary is what the go command made: the last of the four
// hashes in its build ID is the one of its other bytes. The GNU build ID counts as
// zeros, because it is a hash of the Go build ID.
func isAsLinked(binary []byte) bool {
	binary = bytes.Clone(binary)
	notes, err := elfNotes(binary)
	if err != nil {
		return false
	}
	id, err := notes.only("Go", 4)
	if err != nil || !goBuildID.Match(id) {
		return false
	}
	gnu, err := notes.only("GNU", 3)
	if err != nil {
		return false
	}
	content := string(id[len(id)-20:])
	for _, place := range occurrences(binary, bytes.Clone(id)) {
		clear(place)
	}
	clear(gnu)
	sum := sha256.Sum256(binary)
	return base64.RawURLEncoding.EncodeToString(sum[:15]) == content
}

// occurrences returns the offsets of text in binary.
func occurrences(binary, text []byte) [][]byte {
	var places [][]byte
	for {
		i := bytes.Index(binary, text)
		if i < 0 {
			return places
		}
		places = append(places, binary[i:i+len(text)])
		binary = binary[i+len(text):]
	}
}

// ldflag matches a word of -ldflags as the go command splits them.
var ldflag = regexp.MustCompile(`'([^']*)'|"([^"]*)"|([^ \t\r\n]+)`)

// linkerFlag returns the last value of a linker flag, and whether it is given at
// all.
func linkerFlag(ldflags []string, name string) (value string, given bool) {
	var words []string
	for _, match := range ldflag.FindAllStringSubmatch(strings.Join(ldflags, " "), -1) {
		words = append(words, match[1]+match[2]+match[3])
	}
	for i, word := range words {
		word, isFlag := strings.CutPrefix(word, "-")
		word, text, inline := strings.Cut(strings.TrimPrefix(word, "-"), "=")
		if !isFlag || word != name {
			continue
		}
		if !inline && i+1 < len(words) {
			text = words[i+1]
		}
		value, given = text, true
	}
	return value, given
}
