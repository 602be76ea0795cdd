package cloud

import (
	"context"
	"errors"
	"strconv"
)

// Versions lists all versions of a function, page by page.
func (a *Session) Versions(ctx context.Context, function string) ([]FunctionConfiguration, error) {
	var all []FunctionConfiguration
	for marker := ""; ; {
		page, err := Read(ctx, a, func() ([]FunctionConfiguration, error) {
			page, next, err := a.Lambda.Versions(ctx, function, marker)
			if err == nil {
				marker = next
			}
			return page, err
		})
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); marker == "" {
			return all, nil
		}
	}
}

// DeleteVersion deletes a version; it reports false if an alias keeps it.
func (a *Session) DeleteVersion(ctx context.Context, function, version string) (bool, error) {
	for try := 0; ; try++ {
		err := a.Lambda.DeleteVersion(ctx, function, version)
		switch {
		case err == nil, errors.Is(err, ErrNotFound):
			return true, nil
		case errors.Is(err, ErrInUse):
			return false, nil
		}
		if err := a.Again(ctx, try, err); err != nil {
			return false, err
		}
	}
}

// VersionNumber returns a version's number; 0 for $LATEST.
func VersionNumber(v FunctionConfiguration) int {
	n, _ := strconv.Atoi(v.Version)
	return n
}
