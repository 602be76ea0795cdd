package loss

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// at returns the values of a property by its path in the table: "Code/ImageUri", "Rules/*/Name".
func at(properties any, path string) []any {
	name, rest, more := strings.Cut(path, "/")
	var found []any
	switch v := properties.(type) {
	case map[string]any:
		if value, is := v[name]; is {
			found = []any{value}
		}
	case []any:
		if name == "*" {
			found = v
		}
	}
	if !more {
		return found
	}
	var below []any
	for _, value := range found {
		below = append(below, at(value, rest)...)
	}
	return below
}

// canonical writes a value so that two of the same meaning are the same text: CloudFormation takes "512" for 512, and
// Fn::GetAtt in two forms.
func canonical(value any) string {
	var b strings.Builder
	writeCanonical(&b, value)
	return b.String()
}

func writeCanonical(b *strings.Builder, value any) {
	switch v := value.(type) {
	case map[string]any:
		if id, attribute, is := cfn.Attribute(v); is && len(v) == 1 {
			fmt.Fprintf(b, "{%q:[%q,%q]}", "Fn::GetAtt", id, attribute)
			return
		}
		b.WriteByte('{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, "%q:", key)
			writeCanonical(b, v[key])
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, one := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeCanonical(b, one)
		}
		b.WriteByte(']')
	case string:
		fmt.Fprintf(b, "%q", v)
	case nil:
		b.WriteString("null")
	default:
		text, _ := json.Marshal(v) // a number or a truth value
		fmt.Fprintf(b, "%q", text)
	}
}

// isLiteral reports whether a value has no intrinsic function in it.
func isLiteral(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for key, below := range v {
			if key == "Ref" || strings.HasPrefix(key, "Fn::") || !isLiteral(below) {
				return false
			}
		}
	case []any:
		for _, one := range v {
			if !isLiteral(one) {
				return false
			}
		}
	}
	return true
}

// longest is how much of a value a message shows.
const longest = 80

// shown writes a property's values for people, in one line.
func shown(values []any) string {
	if len(values) == 0 {
		return "none"
	}
	parts := make([]string, len(values))
	for i, value := range values {
		text, _ := json.Marshal(value) // it was read from JSON
		parts[i] = string(text)
	}
	text := strings.Join(parts, ", ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return text
}
