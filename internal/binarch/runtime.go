package binarch

import "strings"

// Lambda's base systems and their glibc (AWS Lambda developer guide, "Lambda
// runtimes", and the Amazon Linux user guides, read on 2026-11-25).
var (
	amazonLinux1    = base{"Amazon Linux", Version{2, 17}}
	amazonLinux2    = base{"Amazon Linux 2", Version{2, 26}}
	amazonLinux2023 = base{"Amazon Linux 2023", Version{2, 34}}
)

type base struct {
	name  string
	glibc Version
}

// Runtimes that came before the first one on Amazon Linux 2023 of their language.
// All others, and all that will come, are on it or on something newer.
var olderRuntimes = map[string]base{
	"provided": amazonLinux1, "go1.x": amazonLinux1, "java8": amazonLinux1,
	"python2.7": amazonLinux1, "python3.6": amazonLinux1, "python3.7": amazonLinux1,
	"ruby2.5": amazonLinux1, "dotnetcore2.1": amazonLinux1, "nodejs8.10": amazonLinux1,

	"provided.al2": amazonLinux2, "java8.al2": amazonLinux2, "java11": amazonLinux2, "java17": amazonLinux2,
	"python3.8": amazonLinux2, "python3.9": amazonLinux2, "python3.10": amazonLinux2, "python3.11": amazonLinux2,
	"nodejs10.x": amazonLinux2, "nodejs12.x": amazonLinux2, "nodejs14.x": amazonLinux2, "nodejs16.x": amazonLinux2,
	"nodejs18.x": amazonLinux2, "ruby2.7": amazonLinux2, "ruby3.2": amazonLinux2,
	"dotnetcore3.1": amazonLinux2, "dotnet6": amazonLinux2, "dotnet7": amazonLinux2,
}

// baseOf is the system under a runtime by Lambda's identifier. "" stands for the
// newest system: what needs more than that runs nowhere on Lambda.
func baseOf(runtime string) base {
	if b, ok := olderRuntimes[runtime]; ok {
		return b
	}
	return amazonLinux2023
}

// brings is true where the managed runtime has the interpreter that a script asks
// for. Every runtime has sh and bash; the languages are only in their own.
func brings(runtime, interpreter string) bool {
	for _, language := range []string{"python", "node", "ruby", "java", "dotnet", "perl", "php"} {
		if strings.HasPrefix(interpreter, language) {
			return runtime == "" || strings.HasPrefix(runtime, language)
		}
	}
	return true
}
