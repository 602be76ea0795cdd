package binarch

import (
	"strings"

	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// base is the system under a runtime. The zero value is one that nobody knows: that of a customer-managed runtime, which
// is its publisher's image.
type base struct {
	name  string
	glibc Version
}

// glibcs are what Lambda's base systems have (the Amazon Linux user guides, read on 2026-11-25).
var glibcs = map[lambdaruntime.System]Version{
	lambdaruntime.AmazonLinux1: {2, 17}, lambdaruntime.AmazonLinux2: {2, 26}, newestSystem: {2, 34},
}

// newestSystem is that of runtimes which are newer than the table, and stands for "": what needs more than that runs
// nowhere on Lambda.
const newestSystem = lambdaruntime.AmazonLinux2023

// baseOf is the system under a runtime by Lambda's identifier.
func baseOf(runtime string) base {
	if runtime == lambdaruntime.Custom {
		return base{}
	}
	system := newestSystem
	if r, known := lambdaruntime.Find(runtime); known {
		system = r.System
	}
	return base{string(system), glibcs[system]}
}

func (b base) known() bool { return b != base{} }

// brings reports whether a managed runtime has the interpreter that a script asks for. Every runtime has sh and bash; the
// languages are only in their own.
func brings(runtime, interpreter string) bool {
	for _, language := range []string{"python", "node", "ruby", "java", "dotnet", "perl", "php"} {
		if strings.HasPrefix(interpreter, language) {
			return runtime == "" || strings.HasPrefix(runtime, language)
		}
	}
	return true
}
