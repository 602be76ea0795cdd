package bench

import (
	"flag"
	"fmt"
	"strconv"
	"testing"
)

// figures is what `make bench` sets: everything is measured whole, which takes minutes, and printed.
// Without it the same code runs on a sample of the same runs, so that a change that breaks it is noticed.
var figures = flag.Bool("figures", false, "measure whole and print one line a figure")

// figure reports what was measured: a line of its own on standard output, "name value unit".
func figure(t testing.TB, name string, value float64, unit string) {
	t.Helper()
	line := fmt.Sprintf("%s %s %s", name, strconv.FormatFloat(value, 'g', 6, 64), unit)
	if *figures {
		fmt.Println(line)
		return
	}
	t.Log(line)
}
