package gobuild

import (
	"os"
	"path/filepath"
	"strings"
)

// groups splits binaries into what one go command can build: the same module and
// flags, and no two of the same file name, which would overwrite each other in
// the go command's output folder.
func groups(bins []*Binary) [][]*Binary {
	var all [][]*Binary
	index := map[string][]int{} // groups by flags
	taken := map[int]map[string]bool{}
	for _, bin := range bins {
		key := bin.target.Flags.key()
		name := strings.ToLower(bin.target.Name) // some file systems ignore case
		place := -1
		for _, i := range index[key] {
			if !taken[i][name] {
				place = i
				break
			}
		}
		if place < 0 {
			place = len(all)
			all = append(all, nil)
			index[key] = append(index[key], place)
			taken[place] = map[string]bool{}
		}
		all[place] = append(all[place], bin)
		taken[place][name] = true
	}
	return all
}

// build compiles one group and keeps what comes out of it.
//
// The go command leaves a binary alone that its output folder already has and
// that its sources and flags would give again. So the folder starts with the
// binaries of the last build, as copies: the go command sets the time of what it
// leaves alone, and CDK remembers a file's hash by its time.
func (b *Builder) build(group []*Binary) error {
	scratch, err := b.store.scratch()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()

	for _, bin := range group {
		if err := b.store.seed(bin.target.key(), filepath.Join(scratch, bin.target.Name)); err != nil {
			return err
		}
	}
	if err := b.compile(group, scratch); err != nil {
		return err
	}
	for _, bin := range group {
		bin.out, err = b.store.keep(bin.target.key(), filepath.Join(scratch, bin.target.Name))
		if err != nil {
			return err
		}
	}
	return nil
}
