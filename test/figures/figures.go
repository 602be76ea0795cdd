package figures

import (
	"flag"
	"fmt"
	"strconv"
	"testing"
)

var whole = flag.Bool("figures", false, "measure whole and print one line a figure")

// Whole reports whether everything is to be measured.
func Whole() bool { return *whole }

// Report reports a figure: a line of its own on standard output, "name value unit".
func Report(t testing.TB, name string, value float64, unit string) {
	t.Helper()
	line := fmt.Sprintf("%s %s %s", name, strconv.FormatFloat(value, 'g', 6, 64), unit)
	if *whole {
		fmt.Println(line)
		return
	}
	t.Log(line)
}
