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
	// cxx is the libstdc++ that every release of the system has, and cxxNewest the one of
	// its newest release.
	cxx, cxxNewest Cxx
}

// glibcs are what Lambda's base systems have (the Amazon Linux user guides, read on 2026-11-25).
var glibcs = map[lambdaruntime.System]Version{
	lambdaruntime.AmazonLinux1: {2, 17}, lambdaruntime.AmazonLinux2: {2, 26}, newestSystem: {2, 34},
}

// cxxs are the versions of libstdc++ that the oldest and the newest release of Lambda's base systems have:
//
//   - Amazon Linux: GCC 4.8, and 7.2 beside it (github.com/awslabs/aws-lambda-cpp, issue 79);
//   - Amazon Linux 2: GCC 7.3 (Amazon Linux 2023 user guide, "glibc, gcc, and binutils");
//   - Amazon Linux 2023: GCC 11, and GCC 14's since release 2023.7 of April 2025
//     (github.com/amazonlinux/container-images, issue 132). Lambda's runtimes still had GCC
//     11's in October 2025 (github.com/duckdb/duckdb-node-neo, issue 302 and pull request 314).
//
// Which release of GCC has which versions stands in the ABI policy of its libstdc++ manual. All read on 2026-11-27.
var cxxs = map[lambdaruntime.System][2]Cxx{
	lambdaruntime.AmazonLinux1: {{19, 7}, {24, 11}}, lambdaruntime.AmazonLinux2: {{24, 11}, {24, 11}}, newestSystem: {{29, 13}, {33, 15}},
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
	return base{string(system), glibcs[system], cxxs[system][0], cxxs[system][1]}
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
