package zstd

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// texts are of all kinds that a compressor treats differently.
func texts(t testing.TB) map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise, words := make([]byte, 300_000), []byte{}
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for len(words) < 400_000 {
		words = fmt.Appendf(words, "%s %d, ", []string{"architecture", "memory", "sibling", "layer", "of", "a"}[random.IntN(6)], random.IntN(1000))
	}
	program, err := os.ReadFile("/proc/self/exe")
	require.NoError(t, err)
	return map[string][]byte{
		"nothing": {}, "a byte": {7}, "zeros": make([]byte, 1<<20), "noise": noise, "words": words, "a text": []byte(strings.Repeat("abcd", 5) + "e"),
		"a program": program[:min(len(program), 1<<20)], "both": append(bytes.Clone(noise), words...),
	}
}

func read(b []byte) ([]byte, error) { return io.ReadAll(NewReader(bytes.NewReader(b), 64<<20)) }

func TestWhatWasCompressedComesBack(t *testing.T) {
	for name, text := range texts(t) {
		for _, level := range []zstd.EncoderLevel{zstd.SpeedFastest, zstd.SpeedBestCompression} {
			for _, options := range [][]zstd.EOption{nil, {zstd.WithSingleSegment(true), zstd.WithEncoderCRC(false)}, {zstd.WithWindowSize(1 << 10)}, {zstd.WithNoEntropyCompression(true)}} {
				var b bytes.Buffer
				w, err := zstd.NewWriter(&b, append(options, zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1))...)
				require.NoError(t, err)
				_, err = w.Write(text)
				require.NoError(t, err)
				require.NoError(t, w.Close())
				got, err := read(b.Bytes())
				require.NoError(t, err, "%s, %s", name, level)
				require.True(t, bytes.Equal(text, got), "%s, %s", name, level)
				whole := w.EncodeAll(text, nil)
				got, err = read(append(whole, b.Bytes()...))
				require.NoError(t, err, "%s, %s, twice", name, level)
				require.True(t, bytes.Equal(append(bytes.Clone(text), text...), got), "%s, %s, twice", name, level)
			}
		}
	}
}

// A file that was cut off anywhere says so, after what can be read of it.
func TestWhatWasCutOff(t *testing.T) {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	text := []byte(strings.Repeat("a text that repeats itself, ", 10))
	whole := w.EncodeAll(text, nil)
	for n := range len(whole) {
		got, err := read(whole[:n])
		if n == 0 {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d of %d bytes", n, len(whole))
		require.True(t, bytes.HasPrefix(text, got))
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for content, want := range map[string]string{
		"text":                                 errCorrupt.Error(),
		"\x28\xb5\x2f\xfd\x00\x88":             ErrWindow.Error(), // 128 MiB
		"\x28\xb5\x2f\xfd\x01\x00\x07":         "it needs a dictionary",
		"\x28\xb5\x2f\xfd\x08\x00":             errCorrupt.Error(), // a bit that is reserved
		"\x28\xb5\x2f\xfd\x00\x00\x07\x00\x00": errCorrupt.Error(), // a block of the type that is reserved
		"\x5a\x2a\x4d\x18\x04\x00\x00\x00a":    io.ErrUnexpectedEOF.Error(),
	} {
		_, err := read([]byte(content))
		require.EqualError(t, err, want, "%q", content)
	}
}

// Whatever is read, it ends: like the library, or with an error where that accepts what is of no use here.
func FuzzReader(f *testing.F) {
	w, err := zstd.NewWriter(nil)
	require.NoError(f, err)
	for _, text := range []string{"", "a", strings.Repeat("abc", 100), "\x00\x01\x02" + strings.Repeat("x", 1000) + "yz"} {
		f.Add(w.EncodeAll([]byte(text), nil))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := io.ReadAll(io.LimitReader(NewReader(bytes.NewReader(content), 1<<20), 1<<22))
		if err != nil || len(got) == 1<<22 {
			return
		}
		d, err := zstd.NewReader(bytes.NewReader(content), zstd.WithDecoderConcurrency(1), zstd.IgnoreChecksum(true))
		require.NoError(t, err)
		defer d.Close()
		want, err := io.ReadAll(io.LimitReader(d, 1<<22))
		if err == nil {
			require.True(t, bytes.Equal(want, got))
		}
	})
}
