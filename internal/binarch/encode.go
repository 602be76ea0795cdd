package binarch

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format of encoded inventories. A change of what an inventory holds or means takes another number.
const encodedFormat = 1

// maxEncoded bounds what an encoded inventory may become: ten times the largest that Limits allow for an image.
const maxEncoded = 1 << 30

// encodedInventory is an Inventory with its trees as they are written.
type encodedInventory struct {
	Format int
	Inventory
	Trees []encodedTree
}

// encodedTree is a Tree whose fields can be written.
type encodedTree struct {
	Image       *ImagePlatform
	Files       []File
	Loaders     map[string]bool
	DotnetApps  map[string]bool
	Names       []byte
	Shallow     []string
	NotForLinux map[string]bool
	Jar         bool
	Wheels      map[string]encodedWheel
	HasRecord   map[string]bool
	Recorded    map[string]string
	Unrecorded  map[string][]string
	Sites       map[string]int
}

type encodedWheel struct{ ForLinux, ForAny bool }

// Encode writes the inventory in a form that Decode reads, compressed.
func (inv *Inventory) Encode(w io.Writer) error {
	e := encodedInventory{Format: encodedFormat, Inventory: *inv}
	for _, t := range inv.Trees {
		e.Trees = append(e.Trees, t.encoded())
	}
	zw, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(zw).Encode(e), zw.Close())
}

// Decode reads an inventory. It returns an error for one that another format's Encode wrote.
func Decode(r io.Reader) (*Inventory, error) {
	zr, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("encoded inventory: %w", err)
	}
	var e encodedInventory
	text := io.LimitReader(zr, maxEncoded)
	err = json.NewDecoder(text).Decode(&e)
	if err == nil {
		_, err = io.Copy(io.Discard, text) // the checksum stands at the end
	}
	if err != nil {
		return nil, fmt.Errorf("encoded inventory: %w", err)
	}
	if e.Format != encodedFormat {
		return nil, fmt.Errorf("encoded inventory: format %d; this program reads format %d", e.Format, encodedFormat)
	}
	inv := e.Inventory
	for _, t := range e.Trees {
		inv.Trees = append(inv.Trees, t.decoded())
	}
	return &inv, nil
}

func (t *Tree) encoded() encodedTree {
	e := encodedTree{
		Image: t.Image, Files: t.Files, Loaders: t.loaders, DotnetApps: t.dotnetApps, Shallow: t.names.shallow,
		NotForLinux: t.notForLinux, Jar: t.jar, HasRecord: t.hasRecord, Recorded: t.recorded, Unrecorded: t.unrecorded, Sites: t.sites,
	}
	for _, hash := range t.names.hashes {
		e.Names = binary.LittleEndian.AppendUint64(e.Names, hash)
	}
	if t.wheels != nil {
		e.Wheels = map[string]encodedWheel{}
	}
	for folder, w := range t.wheels {
		e.Wheels[folder] = encodedWheel{w.forLinux, w.forAny}
	}
	return e
}

func (e encodedTree) decoded() *Tree {
	t := &Tree{
		Image: e.Image, Files: e.Files, loaders: e.Loaders, dotnetApps: e.DotnetApps, names: fileNames{shallow: e.Shallow},
		notForLinux: e.NotForLinux, jar: e.Jar, hasRecord: e.HasRecord, recorded: e.Recorded, unrecorded: e.Unrecorded, sites: e.Sites,
	}
	for names := e.Names; len(names) >= 8; names = names[8:] {
		t.names.hashes = append(t.names.hashes, binary.LittleEndian.Uint64(names))
	}
	if e.Wheels != nil {
		t.wheels = map[string]installedWheel{}
	}
	for folder, w := range e.Wheels {
		t.wheels[folder] = installedWheel{w.ForLinux, w.ForAny}
	}
	return t
}
