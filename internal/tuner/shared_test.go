package tuner

import (
	"os"
)

const armFunction = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"

// renewGolden reports whether golden files are written instead of compared (make golden).
var renewGolden = os.Getenv("UPDATE_SNAPS") == "always"
