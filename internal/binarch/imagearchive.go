package binarch

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// maxArchiveBlobs is how many files an image archive has at most; a tar with more
// is an ordinary one.
const maxArchiveBlobs = 10_000

// archiveBlobs are the files of an image archive, found by one pass over its
// headers and then read where they lie.
type archiveBlobs struct {
	r     io.ReaderAt
	files map[string]archiveBlob
}

type archiveBlob struct {
	offset, size int64
	link         string
}

// openImageArchive gives nil for a tar that is no image archive.
func openImageArchive(s *scan, c *content) Blobs {
	section := io.NewSectionReader(c.disk, 0, c.size)
	archive := &archiveBlobs{r: c.disk, files: map[string]archiveBlob{}}
	entries := tar.NewReader(section)
	for len(archive.files) <= maxArchiveBlobs && s.ctx.Err() == nil {
		header, err := entries.Next()
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			break // also a damaged tar: reading it as an ordinary one reports that
		}
		name, _ := entryName(header.Name)
		switch header.Typeflag {
		case tar.TypeReg:
			// archive/tar reads block by block: the data begins where it stopped.
			offset, err := section.Seek(0, io.SeekCurrent)
			if err != nil {
				return nil
			}
			archive.files[name] = archiveBlob{offset: offset, size: header.Size}
		case tar.TypeSymlink, tar.TypeLink:
			target := header.Linkname
			if header.Typeflag == tar.TypeSymlink {
				target = path.Join(path.Dir(name), target)
			}
			target, _ = entryName(target)
			archive.files[name] = archiveBlob{link: target}
		}
	}
	if len(archive.files) <= maxArchiveBlobs && (archive.has("index.json") && archive.has("oci-layout") || archive.describesImages()) {
		return archive
	}
	return nil
}

func (a *archiveBlobs) has(name string) bool {
	_, ok := a.files[name]
	return ok
}

// describesImages tells Docker's manifest.json from the many other ones.
func (a *archiveBlobs) describesImages() bool {
	var manifest []struct {
		Config string
		Layers []string
	}
	return readJSON(a, "manifest.json", &manifest) == nil && len(manifest) > 0 && manifest[0].Config != ""
}

func (a *archiveBlobs) Open(name string) (io.ReadCloser, error) {
	name, _ = entryName(name)
	for range 8 { // old Dockers link equal layers to each other
		blob, ok := a.files[name]
		if !ok {
			return nil, fmt.Errorf("image archive: %s: %w", name, fs.ErrNotExist)
		}
		if blob.link == "" {
			return io.NopCloser(io.NewSectionReader(a.r, blob.offset, blob.size)), nil
		}
		name = blob.link
	}
	return nil, fmt.Errorf("image archive: %s: too many links", name)
}

// folderBlobs are the files of an OCI layout in a folder.
type folderBlobs struct{ dir string }

// openLayoutFolder gives nil for a folder that is no OCI layout.
func openLayoutFolder(dir string) Blobs {
	layout := folderBlobs{dir}
	for _, name := range []string{"oci-layout", "index.json"} {
		f, err := layout.Open(name)
		if err != nil {
			return nil
		}
		if f.Close() != nil {
			return nil
		}
	}
	return layout
}

// open stays inside the folder, whatever the name says and wherever links lead to.
func (b folderBlobs) Open(name string) (io.ReadCloser, error) {
	root, err := os.OpenRoot(b.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // opened for this one call
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("image archive: %s: not a regular file", name)
	}
	return root.Open(name)
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
