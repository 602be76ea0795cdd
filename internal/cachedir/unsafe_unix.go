//go:build unix

package cachedir

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

const groupWrite, othersWrite = 0o020, 0o002

// whyUnsafe returns what lets others change a folder (itself), or exchange a folder below it, and "" if nothing does.
func whyUnsafe(info fs.FileInfo, itself bool) string {
	mode := info.Mode()
	owner, known := info.Sys().(*syscall.Stat_t)
	switch {
	case itself && mode&(groupWrite|othersWrite) != 0:
		return othersMayWrite(info)
	case itself && known && owner.Uid != 0 && int(owner.Uid) != os.Geteuid():
		return fmt.Sprintf("belongs to the user %d", owner.Uid)
	case itself, mode&fs.ModeSticky != 0: // nobody moves another's folder out of a sticky one
		return ""
	case mode&othersWrite != 0:
		return othersMayWrite(info)
	// Many systems give each user a group of the same number, and let its members write.
	case mode&groupWrite != 0 && known && owner.Gid != owner.Uid && int(owner.Gid) != os.Getegid():
		return othersMayWrite(info)
	}
	return ""
}

func othersMayWrite(info fs.FileInfo) string {
	return fmt.Sprintf("can be written to by others (%s)", info.Mode())
}
