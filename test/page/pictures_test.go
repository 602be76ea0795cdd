package page

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// renew reports whether pictures are written instead of compared (make picture).
var renew = flag.Bool("renew", false, "write the pictures instead of comparing with them")

const (
	// tolerance is how much a colour may differ: edges of letters do from one version of Chromium to the next.
	tolerance = 40
	// differing is the share of a picture that may differ by more.
	differing = 0.01
)

// difference returns the share of pixels that differ.
func difference(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	n := 0
	bounds := a.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if far(a.At(x, y), b.At(x, y)) {
				n++
			}
		}
	}
	return float64(n) / float64(bounds.Dx()*bounds.Dy())
}

func far(a, b color.Color) bool {
	p, q := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	return apart(p.R, q.R) || apart(p.G, q.G) || apart(p.B, q.B)
}

func apart(a, b uint8) bool { return int(a)-int(b) > tolerance || int(b)-int(a) > tolerance }

// compare compares a screenshot with the stored one; what differs is left in .build/page.
func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	if *renew {
		require.NoError(t, os.WriteFile(file, got, 0o644))
		return
	}
	stored, err := os.ReadFile(file)
	require.NoError(t, err, "make picture writes it")
	want, err := png.Decode(bytes.NewReader(stored))
	require.NoError(t, err)
	seen, err := png.Decode(bytes.NewReader(got))
	require.NoError(t, err)
	if d := difference(want, seen); d > differing {
		kept := filepath.Join("../../.build/page", filepath.Base(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(kept), 0o755))
		require.NoError(t, os.WriteFile(kept, got, 0o644))
		t.Errorf("%s: %.1f %% of it differ, see %s; if that is meant, make picture renews it", file, 100*d, kept)
	}
}

// The comparison sees what a reader would, and not what nobody sees.
func TestDifference(t *testing.T) {
	paint := func(c color.NRGBA, rows int) image.Image {
		m := image.NewNRGBA(image.Rect(0, 0, 100, 100))
		for i := range 100 * 100 {
			m.SetNRGBA(i%100, i/100, color.NRGBA{255, 255, 255, 255})
			if i/100 < rows {
				m.SetNRGBA(i%100, i/100, c)
			}
		}
		return m
	}
	white := paint(color.NRGBA{}, 0)
	require.Zero(t, difference(white, paint(color.NRGBA{225, 225, 225, 255}, 100)))
	require.InDelta(t, 0.02, difference(white, paint(color.NRGBA{255, 0, 255, 255}, 2)), 1e-9)
	require.Equal(t, 1.0, difference(white, image.NewNRGBA(image.Rect(0, 0, 100, 99))))
}
