package decide

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/tuning"
)

// visualization returns a URL that draws the measured sizes: for one function in the form of AWS Lambda Power Tuning,
// #<sizes>;<times>;<costs>, for two as a comparison, which its page also knows:
// #<sizes>;<times>;<costs>;<sizes>;<times>;<costs>;<name>;<name>. Each list is base64 of little-endian numbers, int16
// for sizes (MB), float32 for times (ms) and costs (USD); names are URI-encoded.
func visualization(base string, candidates []ranking.Candidate) string {
	var order []tuning.Architecture
	series := map[tuning.Architecture][]ranking.Candidate{}
	for _, c := range candidates {
		if !c.Asked {
			continue
		}
		if !slices.Contains(order, c.Architecture) {
			order = append(order, c.Architecture)
		}
		series[c.Architecture] = append(series[c.Architecture], c)
	}
	var parts, legend []string
	for _, a := range order {
		var sizes []int16
		var times, costs []float32
		for _, c := range series[a] {
			sizes = append(sizes, int16(min(c.MemorySize, math.MaxInt16)))
			times = append(times, float32(c.Duration))
			costs = append(costs, float32(c.Cost))
		}
		parts = append(parts, littleEndian(sizes), littleEndian(times), littleEndian(costs))
		legend = append(legend, url.PathEscape(string(a)))
	}
	if len(order) == 2 {
		parts = append(parts, legend...)
	}
	return base + "#" + strings.Join(parts, ";")
}

func littleEndian[T int16 | float32](values []T) string {
	var b bytes.Buffer
	// Writing numbers to a buffer cannot fail.
	_ = binary.Write(&b, binary.LittleEndian, values)
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
