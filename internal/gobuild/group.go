package gobuild

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// groups splits binaries into groups that one go command can build: with the same
// module and flags, and without two of the same file name, which would overwrite
// each other in the output folder.
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

// build compiles one group and keeps the results.
//
// The go command does not link a binary again if its output folder has one with
// the same sources and flags. So the folder starts with the last build's
// binaries: as they were linked, because the go command recognises them by the
// build ID that normalise replaces, and as copies, because it touches those that
// it keeps, and CDK caches a file's hash by its time.
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
		if bin.out, err = b.finish(bin.target, filepath.Join(scratch, bin.target.Name)); err != nil {
			return err
		}
	}
	return nil
}

// finish makes the deployed binary from the linked one, and keeps both.
func (b *Builder) finish(t target, file string) (Output, error) {
	binary, err := os.ReadFile(file)
	if err != nil {
		return Output{}, err
	}
	if out, same := b.store.again(t.key(), binary); same {
		return out, nil
	}
	linked, err := b.store.keepLinked(t.key(), binary)
	if err != nil {
		return Output{}, err
	}
	if err := normalise(binary, t.Flags.Ld); err != nil {
		return Output{}, fmt.Errorf("go build for %s in %s made a binary of package %s whose build ID cannot be replaced: %w",
			t.Flags.GOARCH, t.Flags.Root, t.Rel, err)
	}
	out, err := b.store.put(binary)
	if err != nil {
		return Output{}, err
	}
	return out, b.store.write(t.key()+".deployed", linked+" "+out.SHA256)
}
