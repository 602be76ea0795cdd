package binarch

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"path"
	"strings"
)

// layer looks at one layer's files, those apart that a higher layer hides.
func (s *scan) layer(archive Blobs, name string, t *Tree, merged *overlay) error {
	blob, err := archive.Open(name)
	if err != nil {
		return fmt.Errorf("image layer: %w", err)
	}
	defer blob.Close() //nolint:errcheck // it was only read
	here, r, end, err := s.unpackLayer(place{tree: t}, blob)
	if err != nil {
		return fmt.Errorf("image layer %s: %w", name, err)
	}
	defer end()
	err = s.tarEntries(here, r, func(header *tar.Header, entry io.Reader) error {
		name, _ := entryName(header.Name)
		folder := header.Typeflag == tar.TypeDir
		if !merged.visible(name, folder) || folder {
			return nil
		}
		p := here
		p.name, p.mode = name, header.FileInfo().Mode()
		if header.Typeflag != tar.TypeReg {
			s.found.name(t, name)
			return nil
		}
		return s.streamed(p, entry, header.Size)
	})
	merged.nextLayer()
	return err
}

// unpackLayer goes by the first bytes: media types of layers are often wrong.
func (s *scan) unpackLayer(p place, blob io.Reader) (inside place, unpacked io.Reader, end func(), err error) {
	r := bufio.NewReaderSize(blob, 64<<10)
	head, err := r.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return p, nil, nil, err
	}
	if format := sniff(head); decompressions[format].open != nil {
		return s.decompressor(p, format, r)
	}
	return p, s.metered(r), func() {}, nil
}

// overlay knows which paths the layers read so far, the higher ones, hide from the
// layers below. Paths are kept as 64-bit hashes with a random seed: an image may
// have a million of them.
type overlay struct {
	seed   maphash.Seed
	hidden map[uint64]hiding
	layer  int
}

// hiding is what one layer said about a path.
type hiding struct {
	// covered is the layer, counted from the top, that has the path itself.
	covered int
	// subtree is the layer that hides everything below the path: it removed or
	// replaced the folder, or declared it opaque.
	subtree int
}

func newOverlay() *overlay {
	return &overlay{seed: maphash.MakeSeed(), hidden: map[uint64]hiding{}, layer: 1}
}

func (o *overlay) nextLayer() { o.layer++ }

func (o *overlay) key(name string) uint64 { return maphash.String(o.seed, name) }

// visible takes the next entry of the current layer and tells whether it is part of
// the image.
func (o *overlay) visible(name string, folder bool) bool {
	const whiteout, opaque = ".wh.", ".wh..wh..opq"
	parent, base := path.Split(name)
	parent = strings.TrimSuffix(parent, "/")
	switch {
	case base == opaque:
		o.hideBelow(parent)
		return false
	case strings.HasPrefix(base, whiteout):
		removed := strings.TrimPrefix(path.Join(parent, strings.TrimPrefix(base, whiteout)), "/")
		o.cover(removed)
		o.hideBelow(removed)
		return false
	}
	if h, ok := o.hidden[o.key(name)]; ok && h.covered != 0 && h.covered < o.layer {
		return false
	}
	for above := parent; ; above = strings.TrimSuffix(path.Dir(above), ".") {
		if h, ok := o.hidden[o.key(above)]; ok && h.subtree != 0 && h.subtree < o.layer {
			return false
		}
		if above == "" {
			break
		}
	}
	o.cover(name)
	if !folder { // the files of a folder add to those of the layers below
		o.hideBelow(name)
	}
	return true
}

// cover and hideBelow remember the highest layer: what it hides, it hides from all
// layers below it.
func (o *overlay) cover(name string) {
	h := o.hidden[o.key(name)]
	if h.covered == 0 {
		h.covered = o.layer
	}
	o.hidden[o.key(name)] = h
}

func (o *overlay) hideBelow(name string) {
	h := o.hidden[o.key(name)]
	if h.subtree == 0 {
		h.subtree = o.layer
	}
	o.hidden[o.key(name)] = h
}
