package cfn

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
)

// Stages returns the files of the templates in a cdk.out: first the app's own, then those of each stage in it. What
// one holds can refer to each other.
func Stages(dir string) ([][]string, error) {
	entries, err := os.ReadDir(dir) // in the order of their names
	if err != nil {
		return nil, err
	}
	own := []string{}
	var stages [][]string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		switch {
		case strings.HasSuffix(entry.Name(), ".template.json"):
			own = append(own, path)
		case entry.IsDir() && strings.HasPrefix(entry.Name(), guard.StagePrefix):
			below, err := Stages(path)
			if err != nil {
				return nil, err
			}
			stages = append(stages, below...)
		}
	}
	return append([][]string{own}, stages...), nil
}
