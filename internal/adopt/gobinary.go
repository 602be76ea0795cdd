package adopt

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// goBinary is what a package's program says of itself.
type goBinary struct {
	read, is bool   // whether there is a program, and whether it is Go's
	pkg      string // its import path
	folder   string // from the module's, "" if it does not say
}

// largest bounds what is read of a zip: Lambda takes 250 MB unpacked.
const largest = 250 << 20

// readGo reads the program "bootstrap" of a folder or a zip.
func readGo(asset string) goBinary {
	program, err := bootstrap(asset)
	if err != nil || program == nil {
		return goBinary{}
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return goBinary{read: true}
	}
	found := goBinary{read: true, is: true, pkg: info.Path}
	if folder, inside := strings.CutPrefix(info.Path, info.Main.Path+"/"); inside && info.Main.Path != "" {
		found.folder = folder
	} else if info.Path == info.Main.Path && info.Path != "" {
		found.folder = "."
	}
	return found
}

// bootstrap returns the bytes of the program, nil if there is none.
func bootstrap(asset string) ([]byte, error) {
	const name = "bootstrap"
	if asset == "" {
		return nil, nil
	}
	info, err := os.Stat(asset)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		file, err := os.Open(filepath.Join(asset, name))
		if err != nil {
			return nil, err
		}
		defer file.Close() //nolint:errcheck // it is only read
		return io.ReadAll(io.LimitReader(file, largest))
	}
	archive, err := zip.OpenReader(asset)
	if err != nil {
		return nil, err
	}
	defer archive.Close() //nolint:errcheck // it is only read
	file, err := archive.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it is only read
	return io.ReadAll(io.LimitReader(file, largest))
}
