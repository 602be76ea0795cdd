package cloud

import (
	"context"
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

// VersionNumber returns a version's number; 0 for $LATEST.
func VersionNumber(v FunctionConfiguration) int {
	n, _ := strconv.Atoi(v.Version)
	return n
}
