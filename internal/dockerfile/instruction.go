package dockerfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// instruction is one instruction of a Dockerfile, with its continuation lines joined.
type instruction struct {
	line int
	name string // in capitals
	// flags are what stands before the arguments: --from=build is "from" with the value "build".
	flags map[string]string
	// text is what follows them, and list the same if it is a list in JSON, which is nil otherwise.
	text string
	list []string
	// documents are the here-documents that the instruction names, without their words.
	documents []string
}

// known are the instructions of the Dockerfile reference. An instruction of another name is an error for BuildKit too.
var known = []string{
	"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN",
	"SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}

var (
	directive = regexp.MustCompile(`^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)
	document  = regexp.MustCompile(`^\d*<<(-?)\s*([^<]+)$`)
)

// lines reads a Dockerfile line by line.
type lines struct {
	scanner *bufio.Scanner
	number  int
	escape  byte
}

// longestLine is what one line may have: BuildKit's limit is smaller.
const longestLine = 1 << 20

// instructions reads a Dockerfile, and the character that escapes in it.
func instructions(r io.Reader) (all []instruction, escape byte, err error) {
	l := &lines{scanner: bufio.NewScanner(r), escape: '\\'}
	l.scanner.Buffer(nil, longestLine)
	directives := true // they stand before anything else
	for l.next() {
		line := bytes.TrimSpace(bytes.TrimPrefix(l.scanner.Bytes(), []byte("\ufeff")))
		if found := directive.FindSubmatch(line); found != nil && directives {
			if directives, err = l.direct(strings.ToLower(string(found[1])), string(found[2])); err != nil {
				return nil, 0, err
			}
			continue
		}
		directives = false
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		i, err := l.instruction(string(line))
		if err != nil {
			return nil, 0, err
		}
		all = append(all, i)
	}
	return all, l.escape, l.scanner.Err()
}

func (l *lines) next() bool {
	if !l.scanner.Scan() {
		return false
	}
	l.number++
	return true
}

// direct follows a parser directive. It reports whether it was one: any other comment ends them.
func (l *lines) direct(name, value string) (bool, error) {
	if name != "escape" {
		return name == "syntax" || name == "check", nil
	}
	if value != "`" && value != `\` {
		return false, parseError(l.number, "invalid escape token '%s' does not match ` or \\", value)
	}
	l.escape = value[0]
	return true, nil
}

func parseError(line int, format string, args ...any) error {
	return fmt.Errorf("dockerfile parse error on line %d: %s", line, fmt.Sprintf(format, args...))
}

// instruction reads the instruction that a line begins.
func (l *lines) instruction(line string) (instruction, error) {
	i := instruction{line: l.number, flags: map[string]string{}}
	text, goesOn := l.continued(line)
	for goesOn && l.next() {
		more := strings.TrimRight(l.scanner.Text(), "\r")
		if trimmed := strings.TrimSpace(more); trimmed == "" || trimmed[0] == '#' {
			continue // both may stand between
		}
		more, goesOn = l.continued(more)
		text += more
	}
	i.name, i.text = firstWord(text)
	i.name = strings.ToUpper(i.name)
	if !slices.Contains(known, i.name) {
		return i, parseError(i.line, "unknown instruction: %s%s", i.name, suggestion(i.name))
	}
	i.takeFlags(l.escape)
	if strings.HasPrefix(i.text, "[") {
		_ = json.Unmarshal([]byte(i.text), &i.list) // what is no list of strings is taken for a command of the shell
	}
	if i.list == nil && slices.Contains([]string{"ADD", "COPY", "RUN"}, i.name) {
		return i, l.documents(&i)
	}
	return i, nil
}

// continued returns a line without the character that continues it, and whether it was there.
func (l *lines) continued(line string) (string, bool) {
	trimmed := strings.TrimRight(line, " \t\r")
	if !strings.HasSuffix(trimmed, string(l.escape)) || strings.HasSuffix(trimmed, strings.Repeat(string(l.escape), 2)) {
		return line, false
	}
	return trimmed[:len(trimmed)-1], true
}

func firstWord(text string) (first, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}

// takeFlags takes the words from the beginning of the text that begin with "--".
func (i *instruction) takeFlags(escape byte) {
	if !slices.Contains([]string{"ADD", "COPY", "FROM", "RUN", "HEALTHCHECK"}, i.name) {
		return
	}
	for strings.HasPrefix(i.text, "--") {
		word := splitWords(i.text, escape)[0]
		i.text = strings.TrimSpace(i.text[len(word):])
		if word == "--" {
			return
		}
		name, value, _ := strings.Cut(word[2:], "=")
		i.flags[name] = value
	}
}

// documents reads the here-documents that an instruction names.
func (l *lines) documents(i *instruction) error {
	var words []string
	for _, word := range splitWords(i.text, l.escape) {
		found := document.FindStringSubmatch(word)
		if found == nil {
			words = append(words, word)
			continue
		}
		name, err := unquoted(found[2])
		if err != nil {
			return parseError(i.line, "%v", err)
		}
		var content strings.Builder
		ended := false
		for !ended && l.next() {
			line := strings.TrimRight(l.scanner.Text(), "\r")
			if found[1] == "-" {
				line = strings.TrimLeft(line, "\t")
			}
			if ended = line == name; !ended {
				content.WriteString(line + "\n")
			}
		}
		if !ended {
			return parseError(i.line, "unterminated heredoc")
		}
		i.documents = append(i.documents, content.String())
	}
	if i.documents != nil && i.name != "RUN" {
		i.text = strings.Join(words, " ")
	}
	return nil
}

// words returns the arguments of an instruction that takes a list of them.
func (i *instruction) words(escape byte) []string {
	if i.list != nil {
		return i.list
	}
	return splitWords(i.text, escape)
}

// splitWords splits a text at spaces outside of quotes. The quotes stay.
func splitWords(text string, escape byte) []string {
	var words []string
	begin, quote := -1, byte(0)
	for at := 0; at < len(text); at++ {
		c := text[at]
		switch {
		case quote == 0 && (c == ' ' || c == '\t'):
			if begin >= 0 {
				words = append(words, text[begin:at])
			}
			begin = -1
			continue
		case begin < 0:
			begin = at
		}
		switch {
		case c == escape && quote != '\'':
			at++ // whatever follows, it is part of the word
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	if begin >= 0 {
		words = append(words, text[begin:])
	}
	return words
}

// suggestion names the instruction that differs from a wrong one by a typing error.
func suggestion(wrong string) string {
	for _, name := range known {
		if misspelt(wrong, name) {
			return fmt.Sprintf(" (did you mean %s?)", name)
		}
	}
	return ""
}

// misspelt reports whether one word is another with one letter more, less, another or exchanged with its neighbour.
func misspelt(wrong, right string) bool {
	if len(wrong) < len(right) {
		wrong, right = right, wrong
	}
	for i := range len(wrong) {
		rest := wrong[i+1:]
		switch {
		case len(wrong) == len(right)+1 && wrong[:i]+rest == right,
			len(wrong) == len(right) && wrong[:i] == right[:i] && rest == right[i+1:],
			len(wrong) == len(right) && i+1 < len(wrong) && wrong[:i]+wrong[i+1:i+2]+wrong[i:i+1]+wrong[i+2:] == right:
			return true
		}
	}
	return false
}
