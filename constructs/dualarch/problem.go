package dualarch

import (
	"errors"
	"fmt"
	"strings"
)

// problem is one thing that is wrong with a construct's props.
type problem struct {
	property string // as the user writes it: Function.MemorySize
	text     string // what was given and what would be right
}

// refuse stops synthesis where there is a problem, with all of them at once and
// the construct's path in front. It is called before anything is created.
func refuse(kind, path string, problems []problem) {
	if len(problems) == 0 {
		return
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %q cannot be made, nothing was created:", kind, path)
	for _, p := range problems {
		fmt.Fprintf(&text, "\n  - %s: %s", p.property, p.text)
	}
	panic(errors.New(text.String()))
}
