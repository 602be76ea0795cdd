package packing

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/tuning"
)

// Samples travel from step to step inside the state, which Step Functions limits to 256 KB. As JSON,
// 46 sizes of two functions with 100 samples each would be 2.4 MB; as columns of small integers they
// are 19 KB. The columns are: runs of equal configurations, then one column a field.

const (
	samplesFormat = 1
	// maxSamples keeps a damaged state from asking for endless memory.
	maxSamples = 1 << 20
)

// Sources in the order of their codes in the flags column.
var Sources = []tuning.Source{tuning.LogTail, tuning.CloudWatchLogs, tuning.ClientClock}

// columns are the fields of a sample as integers: times in units of 0.01 ms, as the platform gives them,
// and each as far as possible as a difference to what is expected, so that most are 0.
var columns = []struct {
	put func(s, previous tuning.Sample) int64
	get func(v int64, s *tuning.Sample, previous tuning.Sample)
}{
	{
		func(s, _ tuning.Sample) int64 { return flags(s) },
		func(v int64, s *tuning.Sample, _ tuning.Sample) {
			s.Source = Sources[(v&3)%int64(len(Sources))]
			s.Cold, s.Confirming, s.Failed = v&4 != 0, v&8 != 0, v&16 != 0
		},
	},
	{
		func(s, previous tuning.Sample) int64 { return hundredths(s.Duration) - hundredths(previous.Duration) },
		func(v int64, s *tuning.Sample, previous tuning.Sample) {
			s.Duration = float64(hundredths(previous.Duration)+v) / 100
		},
	},
	{
		func(s, _ tuning.Sample) int64 { return hundredths(s.InitDuration) },
		func(v int64, s *tuning.Sample, _ tuning.Sample) { s.InitDuration = float64(v) / 100 },
	},
	{
		func(s, _ tuning.Sample) int64 { return hundredths(s.RestoreDuration) },
		func(v int64, s *tuning.Sample, _ tuning.Sample) { s.RestoreDuration = float64(v) / 100 },
	},
	{
		func(s, _ tuning.Sample) int64 { return beyondExpected(s) },
		func(v int64, s *tuning.Sample, _ tuning.Sample) { s.BilledDuration = float64(expectedBill(*s) + v) },
	},
	{
		func(s, _ tuning.Sample) int64 {
			if restore := int64(math.Ceil(s.BilledRestoreDuration)); restore != beyondExpected(s) || restore == 0 {
				return restore
			}
			return restoreBilled
		},
		func(v int64, s *tuning.Sample, _ tuning.Sample) {
			if s.BilledRestoreDuration = float64(v); v == restoreBilled {
				s.BilledRestoreDuration = float64(beyondExpected(*s))
			}
		},
	},
	{
		func(s, previous tuning.Sample) int64 { return int64(s.MaxMemoryUsed - previous.MaxMemoryUsed) },
		func(v int64, s *tuning.Sample, previous tuning.Sample) {
			s.MaxMemoryUsed = previous.MaxMemoryUsed + int(v)
		},
	},
	{
		func(s, previous tuning.Sample) int64 { return int64(s.Sandbox - previous.Sandbox) },
		func(v int64, s *tuning.Sample, previous tuning.Sample) { s.Sandbox = previous.Sandbox + int(v) },
	},
	{
		func(s, previous tuning.Sample) int64 { return int64(s.Payload - previous.Payload) },
		func(v int64, s *tuning.Sample, previous tuning.Sample) { s.Payload = previous.Payload + int(v) },
	},
}

func hundredths(ms float64) int64 { return int64(math.Round(ms * 100)) }

// expectedBill returns what the platform bills for a sample without a restore: initialisation included, rounded up.
func expectedBill(s tuning.Sample) int64 {
	return (hundredths(s.Duration) + hundredths(s.InitDuration) + 99) / 100
}

// beyondExpected returns what a sample was billed beyond that: a restore, mostly.
func beyondExpected(s tuning.Sample) int64 { return int64(s.Billed()) - expectedBill(s) }

// restoreBilled stands for a BilledRestoreDuration that the column before it tells.
const restoreBilled = -1

func flags(s tuning.Sample) int64 {
	var v int64
	for i, source := range Sources {
		if s.Source == source {
			v = int64(i)
		}
	}
	for bit, set := range []bool{s.Cold, s.Confirming, s.Failed} {
		if set {
			v |= 4 << bit
		}
	}
	return v
}

// Encode packs samples for the state. Times are kept to 0.01 ms, as the platform gives them; the cost is left out,
// because it follows from the rest. Samples come back in an order of their own.
func Encode(samples []tuning.Sample) (string, error) {
	if len(samples) == 0 {
		return "", nil
	}
	samples = packingOrder(samples)
	packed := []byte{samplesFormat}
	packed = binary.AppendUvarint(packed, uint64(len(samples)))
	for i := 0; i < len(samples); {
		run := i
		for run < len(samples) && samples[run].Configuration == samples[i].Configuration {
			run++
		}
		isArm := uint64(0)
		if samples[i].Architecture == tuning.Arm {
			isArm = 1
		}
		packed = binary.AppendUvarint(packed, uint64(samples[i].MemorySize)<<1|isArm)
		packed = binary.AppendUvarint(packed, uint64(run-i))
		i = run
	}
	for _, column := range columns {
		var previous tuning.Sample
		for _, s := range samples {
			if s.Configuration != previous.Configuration {
				previous = tuning.Sample{Configuration: s.Configuration}
			}
			packed = binary.AppendVarint(packed, column.put(s, previous))
			previous = s
		}
	}
	var compressed bytes.Buffer
	w, err := flate.NewWriter(&compressed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(packed); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(compressed.Bytes()), nil
}

// packingOrder sorts samples next to those they resemble: by configuration, in the order of first appearance, then by
// everything that repeats, then by duration.
func packingOrder(samples []tuning.Sample) []tuning.Sample {
	first := map[tuning.Configuration]int{}
	for i, s := range samples {
		if _, seen := first[s.Configuration]; !seen {
			first[s.Configuration] = i
		}
	}
	return slices.SortedStableFunc(slices.Values(samples), func(a, b tuning.Sample) int {
		return cmp.Or(
			cmp.Compare(first[a.Configuration], first[b.Configuration]),
			cmp.Compare(flags(a), flags(b)),
			cmp.Compare(a.Sandbox, b.Sandbox),
			cmp.Compare(a.Payload, b.Payload),
			cmp.Compare(a.Duration, b.Duration),
		)
	})
}

// quickest is how long samples may last whose durations take four bytes before they are compressed: 2^27
// hundredths of a millisecond are 22 minutes.
const quickest = (1<<27 - 1) * time.Millisecond / 100

// Limit returns an upper bound of Encode's length, in bytes, for the given number of samples that last up to longest,
// of which at most half are cold starts, or all are, and these may be restores of SnapStart. (Samples that resemble
// each other take a quarter of that.)
func Limit(samples int, longest time.Duration, allCold, restores bool) int {
	each := 9
	if longest > quickest {
		each++
	}
	if allCold {
		each += 3
	}
	if restores {
		each += 3
	}
	return 4096 + each*samples
}

var errSamples = errors.New("the samples in the state are damaged")

// Decode unpacks what Encode packed; "" is no samples. Cost is 0.
func Decode(packed string) ([]tuning.Sample, error) {
	if packed == "" {
		return nil, nil
	}
	compressed, err := base64.RawStdEncoding.DecodeString(packed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSamples, err)
	}
	r := flate.NewReader(bytes.NewReader(compressed))
	b, err := io.ReadAll(io.LimitReader(r, 64*maxSamples))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSamples, err)
	}
	d := &integers{bytes: b}
	if d.unsigned() != samplesFormat {
		return nil, fmt.Errorf("%w: not format %d", errSamples, samplesFormat)
	}
	count := d.unsigned()
	if count > maxSamples || count > uint64(len(b)) {
		return nil, fmt.Errorf("%w: %d samples in %d bytes", errSamples, count, len(b))
	}
	samples := make([]tuning.Sample, 0, count)
	for uint64(len(samples)) < count && !d.ended {
		c := d.unsigned()
		configuration := tuning.Configuration{Architecture: tuning.X86, MemorySize: int(c >> 1)}
		if c&1 == 1 {
			configuration.Architecture = tuning.Arm
		}
		for range min(d.unsigned(), count-uint64(len(samples))) {
			samples = append(samples, tuning.Sample{Configuration: configuration})
		}
	}
	for _, column := range columns {
		var previous tuning.Sample
		for i := range samples {
			if samples[i].Configuration != previous.Configuration {
				previous = tuning.Sample{Configuration: samples[i].Configuration}
			}
			column.get(d.signed(), &samples[i], previous)
			previous = samples[i]
		}
	}
	if d.ended {
		return nil, fmt.Errorf("%w: they end too early", errSamples)
	}
	return samples, nil
}

// integers reads variable-length integers and remembers when there were none left.
type integers struct {
	bytes []byte
	ended bool
}

func (d *integers) unsigned() uint64 {
	v, n := binary.Uvarint(d.bytes)
	return advance(d, v, n)
}

func (d *integers) signed() int64 {
	v, n := binary.Varint(d.bytes)
	return advance(d, v, n)
}

func advance[T uint64 | int64](d *integers, v T, n int) T {
	if n <= 0 {
		d.ended, d.bytes = true, nil
		return 0
	}
	d.bytes = d.bytes[n:]
	return v
}
