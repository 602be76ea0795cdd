package adopt

import (
	"regexp"

	"github.com/dualarch/dualarch/internal/cfn"
)

// qualifier begins what follows a function's name or ARN, if it means a version or an alias.
var qualifier = regexp.MustCompile(`^:[0-9A-Za-z_-]`)

// substitution is a variable of Fn::Sub before a qualifier.
var substitution = regexp.MustCompile(`\$\{([^!}][^}]*)\}:[0-9A-Za-z_-]`)

// unqualified returns a value without the names and ARNs of the function that a version or an alias follows.
func (s *subject) unqualified(t *cfn.Template, value any) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = s.unqualified(t, one)
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for key, below := range v {
			switch key {
			case "Fn::Join":
				below = s.unqualifiedJoin(t, below)
			case "Fn::Sub":
				below = s.unqualifiedSub(t, below)
			}
			all[key] = s.unqualified(t, below)
		}
		return all
	}
	return value
}

func (s *subject) unqualifiedJoin(t *cfn.Template, value any) any {
	join, _ := value.([]any)
	if len(join) != 2 {
		return value
	}
	separator, _ := join[0].(string)
	parts, isList := join[1].([]any)
	if !isList {
		return value
	}
	all := make([]any, len(parts))
	for i, part := range parts {
		all[i] = part
		if i+1 == len(parts) {
			break
		}
		next, isText := parts[i+1].(string)
		if _, is := s.means(t, part); is && isText && qualifier.MatchString(separator+next) {
			all[i] = ""
		}
	}
	return []any{separator, all}
}

func (s *subject) unqualifiedSub(t *cfn.Template, value any) any {
	without := func(text string) string {
		return substitution.ReplaceAllStringFunc(text, func(found string) string {
			if _, is := s.means(t, map[string]any{"Fn::Sub": found}); is {
				return ""
			}
			return found
		})
	}
	switch v := value.(type) {
	case string:
		return without(v)
	case []any:
		if len(v) == 2 {
			if text, is := v[0].(string); is {
				return []any{without(text), v[1]}
			}
		}
	}
	return value
}
