package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

func TestJSON(t *testing.T) {
	inFolder(t, map[string]string{"bootstrap": binarchtest.Program(t, arm)})
	status, stdout, stderr := dualarch(t, "check", "--json", "--arch", "x86_64", "bootstrap")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `{
  "errors": 1,
  "warnings": 0,
  "checked": [
    {
      "name": "bootstrap",
      "targets": [
        {
          "architecture": "x86_64"
        }
      ],
      "path": "bootstrap",
      "files": 1,
      "bytes": 64,
      "native": 1,
      "findings": [
        {
          "rule": "wrong-architecture",
          "severity": "error",
          "path": "bootstrap",
          "builtFor": "arm64 Linux",
          "deployedTo": "x86_64",
          "reason": "it cannot be executed there",
          "ecosystem": "native",
          "remedy": "compile it with x86_64-linux-gnu-gcc, clang --target=x86_64-linux-gnu or, from Rust, --target x86_64-unknown-linux-gnu"
        }
      ]
    }
  ]
}
`, stdout)
}
