package models

import (
	"archive/zip"
	"fmt"
	"path/filepath"
	"strings"
)

// Wheel is a Python package as pip downloads it.
type Wheel struct {
	*zip.ReadCloser // an fs.FS
	Version         string
}

// OpenWheel opens a wheel: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
func OpenWheel(file string) (Wheel, error) {
	parts := strings.Split(filepath.Base(file), "-") // name, version, and what it runs on
	if len(parts) < 5 || filepath.Ext(file) != ".whl" {
		return Wheel{}, fmt.Errorf("%s: the name of a wheel has the form name-version-python-abi-platform.whl", file)
	}
	archive, err := zip.OpenReader(file)
	if err != nil {
		return Wheel{}, fmt.Errorf("%s: %w", file, err)
	}
	return Wheel{archive, parts[1]}, nil
}
