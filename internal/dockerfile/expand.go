package dockerfile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// expansion replaces the variables of a word and takes its quotes away, as BuildKit does outside of RUN.
type expansion struct {
	rest   string
	escape byte
	values map[string]string
}

// expandWord returns a word with its variables replaced; those without a value become "".
func expandWord(word string, escape byte, values map[string]string) (string, error) {
	e := &expansion{word, escape, values}
	return e.until(0)
}

// unquoted returns a word without its quotes.
func unquoted(word string) (string, error) {
	return expandWord(strings.ReplaceAll(word, "$", `\$`), '\\', nil)
}

var errOpen = errors.New("unexpected end of statement while looking for a matching quote or brace")

// until returns what comes before a character, which it takes as well; 0 is the end of the word.
func (e *expansion) until(end byte) (string, error) {
	var out strings.Builder
	for e.rest != "" {
		c := e.take()
		switch {
		case c == end && end != 0:
			return out.String(), nil
		case c == e.escape && end == '"' && (e.rest == "" || !strings.ContainsRune(`"$`+string(e.escape), rune(e.rest[0]))):
			out.WriteByte(c) // within double quotes it escapes only these
		case c == e.escape:
			if e.rest != "" {
				out.WriteByte(e.take())
			}
		case c == '\'' && end != '"':
			text, rest, closed := strings.Cut(e.rest, "'")
			if !closed {
				return "", errOpen
			}
			out.WriteString(text)
			e.rest = rest
		case c == '"':
			text, err := e.until('"')
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		case c == '$':
			text, err := e.variable()
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		default:
			out.WriteByte(c)
		}
	}
	if end != 0 {
		return "", errOpen
	}
	return out.String(), nil
}

func (e *expansion) take() byte {
	c := e.rest[0]
	e.rest = e.rest[1:]
	return c
}

var nameOfVariable = regexp.MustCompile(`^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#])`)

// name takes a variable's name, "" if there is none.
func (e *expansion) name() string {
	name := nameOfVariable.FindString(e.rest)
	e.rest = e.rest[len(name):]
	return name
}

// variable returns what stands for what follows a "$".
func (e *expansion) variable() (string, error) {
	if !strings.HasPrefix(e.rest, "{") {
		if name := e.name(); name != "" {
			return e.values[name], nil
		}
		return "$", nil
	}
	e.take()
	name := e.name()
	if name == "" || e.rest == "" {
		return "", fmt.Errorf("bad substitution: ${%s%s", name, e.rest)
	}
	value, set := e.values[name]
	operator := string(e.take())
	if operator == "}" {
		return value, nil
	}
	if e.rest != "" && (operator == ":" || e.rest[0] == operator[0] && strings.Contains("#%/", operator)) {
		operator += string(e.take())
	}
	if operator == "/" || operator == "//" {
		return e.replaced(value, operator == "//")
	}
	word, err := e.until('}')
	if err != nil {
		return "", err
	}
	if operator[0] == ':' {
		set = value != ""
		operator = operator[1:]
	}
	switch operator {
	case "-":
		if !set {
			value = word
		}
	case "+":
		if value = ""; set {
			value = word
		}
	case "?":
		if !set {
			return "", fmt.Errorf("%s: not allowed to be unset or empty: %s", name, word)
		}
	case "#", "##":
		value = value[len(matched(value, "^"+pattern(word, operator == "##"))):]
	case "%", "%%":
		value = withoutSuffix(value, word, operator == "%%")
	default:
		return "", fmt.Errorf("unsupported modifier (%s) in substitution", operator)
	}
	return value, nil
}

// replaced replaces the first or every place that a pattern matches.
func (e *expansion) replaced(value string, every bool) (string, error) {
	from, err := e.until('/')
	if err != nil {
		return "", err
	}
	to, err := e.until('}')
	if err != nil {
		return "", err
	}
	at := regexp.MustCompile(pattern(from, true))
	if every {
		return at.ReplaceAllLiteralString(value, to), nil
	}
	if place := at.FindStringIndex(value); place != nil {
		value = value[:place[0]] + to + value[place[1]:]
	}
	return value, nil
}

// withoutSuffix takes the shortest suffix away that a pattern matches, or the longest.
func withoutSuffix(value, word string, longest bool) string {
	whole := regexp.MustCompile("^" + pattern(word, true) + "$")
	found := value
	for i := len(value); i >= 0; i-- {
		if whole.MatchString(value[i:]) {
			if found = value[:i]; !longest {
				break
			}
		}
	}
	return found
}

func matched(value, expression string) string {
	return regexp.MustCompile(expression).FindString(value)
}

// pattern returns the regular expression of a pattern of the shell: "*" is any text and "?" any character.
func pattern(word string, greedy bool) string {
	text := `(?s:.*)`
	if !greedy {
		text = `(?s:.*?)`
	}
	return strings.NewReplacer(`\*`, text, `\?`, `(?s:.)`).Replace(regexp.QuoteMeta(word))
}
