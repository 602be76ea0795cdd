package dualarch

import (
	"errors"
	"fmt"
	"strings"
)

// problems are what is wrong with a construct's props: each the property as the
// user writes it, then what was given and what would be right.
type problems []string

func (p *problems) add(property, format string, args ...any) {
	*p = append(*p, property+": "+fmt.Sprintf(format, args...))
}

// refuse stops synthesis where there is a problem, with all of them at once and
// the construct's path in front. It is called before anything is created.
func (p problems) refuse(kind, path string) {
	if len(p) > 0 {
		panic(errors.New(fmt.Sprintf("%s %q cannot be made, nothing was created:\n  - ", kind, path) + strings.Join(p, "\n  - ")))
	}
}
