package powertuning

import (
	"errors"
	"fmt"
	"strings"
)

// problems collects all that is wrong, so that it can be said at once.
type problems []string

// add notes one problem: the property as the user writes it, then what was given and what would be right.
func (p *problems) add(property, format string, args ...any) {
	*p = append(*p, property+": "+fmt.Sprintf(format, args...))
}

// refuse stops synthesis where there is a problem. what names the construct by its path and says what
// cannot be done.
func (p problems) refuse(what string) {
	if len(p) > 0 {
		panic(errors.New(what + ":\n  - " + strings.Join(p, "\n  - ")))
	}
}
