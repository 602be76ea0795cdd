package prop

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// Problems are what is wrong with a construct's props. Each names the property as the user writes it,
// what was given and what would be right.
type Problems []string

// Add notes one problem.
func (p *Problems) Add(property, format string, args ...any) {
	*p = append(*p, property+": "+fmt.Sprintf(format, args...))
}

// Refuse panics with all problems at once and the construct's path in front, if there are any. It is
// called before anything is created.
func (p Problems) Refuse(kind, path string) {
	p.Stop(fmt.Sprintf("%s %q cannot be made, nothing was created", kind, path))
}

// Stop panics with all problems below a title, if there are any.
func (p Problems) Stop(title string) {
	if len(p) > 0 {
		panic(errors.New(title + ":\n  - " + strings.Join(p, "\n  - ")))
	}
}

// Whole requires a whole number from least to most, if one is given. A token passes: only CloudFormation
// knows its value.
func (p *Problems) Whole(property string, number *float64, least, most float64, unit string) {
	if number == nil || *awscdk.Token_IsUnresolved(number) || IsWhole(*number, least, most) {
		return
	}
	if most == math.MaxInt32 {
		p.Add(property, "%v %s were given; give a whole number, %v or more", *number, unit, least)
	} else {
		p.Add(property, "%v %s were given; give a whole number from %v to %v", *number, unit, least, most)
	}
}

// Seconds requires a whole number of seconds from least to most, if a duration is given.
func (p *Problems) Seconds(property string, duration awscdk.Duration, least, most float64) {
	if duration != nil && !*duration.IsUnresolved() {
		p.Whole(property, duration.ToSeconds(&awscdk.TimeConversionOptions{Integral: new(bool)}), least, most, "seconds")
	}
}

// IsWhole reports whether a number is a whole one from least to most. A token, a number far below zero,
// is not.
func IsWhole(number, least, most float64) bool {
	return number == math.Trunc(number) && number >= least && number <= most
}
