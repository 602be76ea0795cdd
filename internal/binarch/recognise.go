package binarch

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// look recognises one file, opens it where it is an archive and keeps it where it
// is built for some architecture.
func (s *scan) look(p place, c *content) error {
	s.found.name(p.tree, p.name)
	f, keep, err := s.recognise(p, c)
	if len(f.Architectures) > 0 || keep {
		f.Path = p.name
		f.Executable = p.mode.Perm()&0o111 != 0
		if err := s.found.add(p.tree, f); err != nil {
			return err
		}
	}
	if budget, is := errors.AsType[*diskError](c.err); is && err != nil {
		err = budget // why the file seemed to end early
	}
	return s.readOrNote(p, err)
}

func (s *scan) recognise(p place, c *content) (f File, keep bool, err error) {
	format := formatOf(p, c)
	if decompressions[format].open != nil {
		return f, false, s.nested(p, func() error { return s.compressed(p, format, c) })
	}
	switch format {
	case ELF:
		f, err = s.elf(p, c)
		return f, false, err
	case MachO:
		f, err = readMachO(c)
		return f, false, err
	case PE:
		f, _, err = readPE(c)
		return f, false, err
	case APE:
		f, err = readAPE(c)
		return f, false, err
	case Archive:
		if err := c.fetch(); err != nil {
			return f, false, err
		}
		if isDebian(c.head) {
			return f, false, s.nested(p, func() error { return s.debian(p, c) })
		}
		f, _, err = readArchive(c, c.size)
		return f, false, err
	case zipFile:
		return f, false, s.nested(p, func() error { return s.zip(p, c) })
	case tarFile:
		return f, false, s.nested(p, func() error { return s.tar(p, s.metered(c.stream())) })
	case Script:
		return s.script(p, c)
	}
	return s.plain(p, c)
}

// nested opens an archive unless it lies too deep.
func (s *scan) nested(p place, open func() error) error {
	if p.depth >= s.limits.Depth {
		return fmt.Errorf("archives are opened %d deep, and this one lies deeper", s.limits.Depth)
	}
	return open()
}

// script keeps what Lambda starts, and finds what lies behind a script: a zip (pex, shiv and
// executable jars), which is opened, or what it unpacks by itself.
func (s *scan) script(p place, c *content) (f File, keep bool, err error) {
	if p.startedByLambda() {
		line, _, _ := bytes.Cut(c.head[2:], []byte("\n"))
		f, keep = File{Format: Script, Interpreter: string(line)}, true
	}
	if err := c.fetch(); err != nil {
		return f, keep, err
	}
	if endsAsZip(c, c.size) {
		return f, keep, s.nested(p, func() error { return s.zip(p, c) })
	}
	what, err := payload(c, c.size)
	s.unopened(p, what)
	return f, keep, err
}

// unopened notes what is in the package and is not looked into; "" is nothing.
func (s *scan) unopened(p place, what string) {
	if what != "" {
		s.found.unopened(p.name, what+", which is not opened")
	}
}

// elf reads a program or a library, and what lies behind it.
func (s *scan) elf(p place, c *content) (File, error) {
	e, err := openELF(c)
	if err != nil {
		return File{Format: ELF}, err
	}
	f, err := e.file()
	if err != nil || f.Role == LinkInput {
		return f, err
	}
	if c.size == unknownSize {
		if err := c.fetch(); err != nil {
			return f, err
		}
	}
	what, zipped := e.tail(c.size)
	s.unopened(p, what)
	if zipped {
		err = s.nested(p, func() error { return s.zip(p, c) })
	}
	return f, err
}

// plain reads the text files whose names say that they tell something.
func (s *scan) plain(p place, c *content) (f File, keep bool, err error) {
	switch {
	case isWheelMetadata(p.name):
		b, err := c.whole()
		f, _ = readWheelTags(b)
		s.found.wheel(p.tree, p.name, readWheel(b))
		return f, false, err
	case isWheelRecord(p.name):
		files, err := readRecord(p.name, c.stream())
		s.found.record(p.tree, p.name, files)
		return f, false, err
	case isNodePackage(p.name):
		b, err := c.whole()
		if err == nil && excludesLinux(b) {
			s.found.notForLinux(p.tree, strings.TrimSuffix(p.name, "package.json"))
		}
		return f, false, err
	case p.startedByLambda():
		return File{Format: Plain}, true, nil
	}
	s.unopened(p, unopenedFormat(p, c))
	return f, false, nil
}
