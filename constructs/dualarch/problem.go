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
	p.stop(fmt.Sprintf("%s %q cannot be made, nothing was created", kind, path))
}

// stop panics with all problems below a title, where there are any.
func (p problems) stop(title string) {
	if len(p) > 0 {
		panic(errors.New(title + ":\n  - " + strings.Join(p, "\n  - ")))
	}
}
