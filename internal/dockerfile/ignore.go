package dockerfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

// ignoreList is what a .dockerignore leaves out of a build context. Later lines go before earlier ones.
type ignoreList struct {
	patterns   []ignorePattern
	exceptions bool // a line begins with "!"
}

type ignorePattern struct {
	expression *regexp.Regexp
	exception  bool
}

// readIgnore returns the lines of a .dockerignore that say something.
func readIgnore(r io.Reader) ([]string, error) {
	var lines []string
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		line := string(bytes.TrimPrefix(scanner.Bytes(), []byte("\ufeff")))
		if trimmed := strings.TrimSpace(line); trimmed != "" && line[0] != '#' {
			lines = append(lines, trimmed)
		}
	}
	return lines, scanner.Err()
}

func newIgnoreList(lines []string) (ignoreList, error) {
	var list ignoreList
	for _, line := range lines {
		text, exception := strings.CutPrefix(strings.TrimSpace(line), "!")
		text = strings.TrimSpace(text)
		if text == "" {
			if exception {
				return list, fmt.Errorf(`illegal exclusion pattern: "!"`)
			}
			continue
		}
		if text = path.Clean(text); len(text) > 1 {
			text = strings.TrimPrefix(text, "/")
		}
		if _, err := path.Match(text, "."); err != nil {
			return list, err
		}
		expression, err := regexp.Compile("^" + ignoreExpression(text) + "$")
		if err != nil {
			return list, path.ErrBadPattern
		}
		list.patterns = append(list.patterns, ignorePattern{expression, exception})
		list.exceptions = list.exceptions || exception
	}
	return list, nil
}

// matches reports whether a file or folder is left out, itself or with a folder that it is in.
func (l ignoreList) matches(name string) bool {
	ignored := false
	for _, pattern := range l.patterns {
		if pattern.exception != ignored {
			continue // it would change nothing
		}
		for at := name; at != "." && at != "/"; at = path.Dir(at) {
			if pattern.expression.MatchString(at) {
				ignored = !pattern.exception
				break
			}
		}
	}
	return ignored
}

// ignoreExpression returns the regular expression of a pattern: "*" and "?" are within one name, and "**" is any number
// of folders.
func ignoreExpression(pattern string) string {
	if rest, found := strings.CutPrefix(pattern, "**"); found && rest != "" && rest[0] != '/' && !strings.ContainsAny(rest, `*?[\`) {
		return `.*` + regexp.QuoteMeta(rest)
	}
	var out strings.Builder
	for pattern != "" {
		if rest, found := strings.CutPrefix(pattern, "**"); found {
			rest = strings.TrimPrefix(rest, "/")
			if pattern = rest; rest == "" {
				out.WriteString(`.*`)
			} else {
				out.WriteString(`(.*/)?`)
			}
			continue
		}
		c := pattern[:1]
		pattern = pattern[1:]
		switch {
		case c == "*":
			out.WriteString(`[^/]*`)
		case c == "?":
			out.WriteString(`[^/]`)
		case c == `\` && pattern != "":
			out.WriteString(regexp.QuoteMeta(pattern[:1]))
			pattern = pattern[1:]
		case c == "[" && strings.Contains(pattern, "]"):
			end := strings.Index(pattern, "]") + 1
			out.WriteString(c + pattern[:end])
			pattern = pattern[end:]
		default:
			out.WriteString(regexp.QuoteMeta(c))
		}
	}
	return out.String()
}
