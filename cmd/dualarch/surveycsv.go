package main

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/survey/summary"
)

// surveyColumn is a column of the CSV. A cell is a text or a number, empty if nothing is known.
type surveyColumn struct {
	name string
	text func(survey.Function) string
	// number is nil for texts.
	number func(survey.Function) (v float64, known bool)
}

// surveyColumns are the columns of the CSV, in order. Columns are only ever added, at the end.
var surveyColumns = []surveyColumn{
	{name: "functionArn", text: func(f survey.Function) string { return f.ARN }},
	{name: "functionName", text: func(f survey.Function) string { return f.Name }},
	{name: "region", text: func(f survey.Function) string { return f.Region }},
	{name: "architecture", text: func(f survey.Function) string { return string(f.Architecture) }},
	{name: "runtime", text: func(f survey.Function) string { return f.Runtime }},
	{name: "packageType", text: func(f survey.Function) string { return f.PackageType }},
	{name: "memorySizeMb", number: func(f survey.Function) (float64, bool) { return float64(f.MemorySize), true }},
	{name: "ephemeralStorageMb", number: func(f survey.Function) (float64, bool) { return float64(f.EphemeralStorage), true }},
	{name: "timeoutS", number: func(f survey.Function) (float64, bool) { return float64(f.Timeout), true }},
	{name: "codeSizeBytes", number: func(f survey.Function) (float64, bool) { return float64(f.CodeSize), true }},
	{name: "layers", text: func(f survey.Function) string { return strings.Join(f.Layers, " ") }},
	{name: "snapStart", text: func(f survey.Function) string { return strconv.FormatBool(f.SnapStart) }},
	{name: "provisionedConcurrency", number: func(f survey.Function) (float64, bool) { return float64(f.ProvisionedConcurrency), true }},
	{name: "versions", text: summary.Versions},
	{name: "stack", text: func(f survey.Function) string { return f.Stack }},
	{name: "logicalId", text: func(f survey.Function) string { return f.LogicalID }},
	{name: "invocations", number: ofUsage(func(u survey.Usage) float64 { return u.Invocations })},
	{name: "errors", number: ofUsage(func(u survey.Usage) float64 { return u.Errors })},
	{name: "durationMs", number: ofUsage(func(u survey.Usage) float64 { return u.DurationMs })},
	{name: "maxConcurrency", number: ofUsage(func(u survey.Usage) float64 { return u.MaxConcurrency })},
	{name: "maxMemoryMb", number: func(f survey.Function) (float64, bool) {
		if f.Usage == nil {
			return 0, false
		}
		return f.Usage.MaxMemoryMB, f.Usage.MaxMemoryMB > 0
	}},
	{name: "invocationsPerMonth", number: ofEstimate(func(e survey.Estimate) float64 { return e.Invocations })},
	{name: "gbSecondsPerMonth", number: ofEstimate(func(e survey.Estimate) float64 { return e.GBSeconds })},
	{name: "estimatedTodayUsd", number: ofEstimate(func(e survey.Estimate) float64 { return e.Today })},
	{name: "estimatedArm64Usd", number: ofEstimate(func(e survey.Estimate) float64 { return e.Arm64 })},
	{name: "estimatedSavingUsd", number: ofEstimate(func(e survey.Estimate) float64 { return e.Saving })},
	{name: "readiness", text: func(f survey.Function) string { return string(f.Readiness.Status) }},
	{name: "obstacles", text: func(f survey.Function) string {
		var all []string
		for _, line := range guard.Lines(f.Readiness.Obstacles) {
			all = append(all, line.Text())
		}
		return strings.Join(all, "; ")
	}},
	{name: "unchecked", text: func(f survey.Function) string { return strings.Join(f.Readiness.Unchecked, "; ") }},
	{name: "awsComputeOptimizerFinding", text: ofAdvice(func(a survey.Advice) string { return a.Finding })},
	{name: "awsComputeOptimizerReasons", text: ofAdvice(func(a survey.Advice) string { return strings.Join(a.Reasons, " ") })},
	{name: "awsComputeOptimizerMemorySizeMb", number: func(f survey.Function) (float64, bool) {
		if f.Advice == nil {
			return 0, false
		}
		return float64(f.Advice.MemorySize), f.Advice.MemorySize > 0
	}},
	{name: "awsComputeOptimizerSavingUsd", number: func(f survey.Function) (float64, bool) {
		if f.Advice == nil {
			return 0, false
		}
		return f.Advice.SavingUSD, true
	}},
	{name: "measuredAt", text: ofMeasured(func(m survey.Measured) string { return m.At.UTC().Format(time.RFC3339) })},
	{name: "measuredExecution", text: ofMeasured(func(m survey.Measured) string { return m.ExecutionARN })},
	{name: "measuredArchitecture", text: ofMeasured(func(m survey.Measured) string { return string(m.Architecture) })},
	{name: "measuredMemorySizeMb", number: func(f survey.Function) (float64, bool) {
		if f.Measured == nil {
			return 0, false
		}
		return float64(f.Measured.MemorySize), true
	}},
	{name: "measuredCheaperPercent", number: ofCheaper(func(percent, _, _ float64) float64 { return percent })},
	{name: "measuredCheaperLow", number: ofCheaper(func(_, low, _ float64) float64 { return low })},
	{name: "measuredCheaperHigh", number: ofCheaper(func(_, _, high float64) float64 { return high })},
	{name: "measuredConfirmed", text: ofMeasured(func(m survey.Measured) string { return strconv.FormatBool(m.Confirmed) })},
	{name: "measuredSavingUsd", number: func(f survey.Function) (float64, bool) {
		if f.Measured == nil || f.Measured.SavingUSD == nil {
			return 0, false
		}
		return *f.Measured.SavingUSD, true
	}},
	{name: "untunable", text: func(f survey.Function) string { return f.Untunable }},
	{name: "remarks", text: func(f survey.Function) string {
		var all []string
		for _, remark := range f.Remarks {
			all = append(all, remark.Rule+": "+remark.Text)
		}
		return strings.Join(all, "; ")
	}},
	{name: "problems", text: func(f survey.Function) string {
		var all []string
		for _, p := range f.Problems {
			all = append(all, p.What+": "+p.Why)
		}
		return strings.Join(all, "; ")
	}},
}

func ofUsage(value func(survey.Usage) float64) func(survey.Function) (float64, bool) {
	return func(f survey.Function) (float64, bool) {
		if f.Usage == nil {
			return 0, false
		}
		return value(*f.Usage), true
	}
}

func ofEstimate(value func(survey.Estimate) float64) func(survey.Function) (float64, bool) {
	return func(f survey.Function) (float64, bool) {
		if f.Estimate == nil {
			return 0, false
		}
		return value(*f.Estimate), true
	}
}

func ofAdvice(value func(survey.Advice) string) func(survey.Function) string {
	return func(f survey.Function) string {
		if f.Advice == nil {
			return ""
		}
		return value(*f.Advice)
	}
}

func ofMeasured(value func(survey.Measured) string) func(survey.Function) string {
	return func(f survey.Function) string {
		if f.Measured == nil {
			return ""
		}
		return value(*f.Measured)
	}
}

func ofCheaper(value func(percent, low, high float64) float64) func(survey.Function) (float64, bool) {
	return func(f survey.Function) (float64, bool) {
		if f.Measured == nil || f.Measured.Cheaper == nil {
			return 0, false
		}
		c := f.Measured.Cheaper
		return value(c.Percent, c.Low, c.High), true
	}
}

// surveyCSV returns a line for each function, as RFC 4180 has it.
func surveyCSV(r *survey.Report) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	var cells []string
	for _, c := range surveyColumns {
		cells = append(cells, c.name)
	}
	lines := [][]string{cells}
	for _, f := range r.Functions {
		cells = nil
		for _, c := range surveyColumns {
			cells = append(cells, c.cell(f))
		}
		lines = append(lines, cells)
	}
	err := w.WriteAll(lines)
	return b.Bytes(), err
}

func (c surveyColumn) cell(f survey.Function) string {
	if c.number == nil {
		return inert(guard.Printable(c.text(f)))
	}
	v, known := c.number(f)
	if !known {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// formula finds what a spreadsheet takes for one: at the beginning of a cell, and behind a semicolon, which many of them
// divide cells by, whatever is quoted.
var formula = regexp.MustCompile(`(^|;)( *[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])`)

// inert returns a text that no spreadsheet takes for a formula: names and tags are anybody's, and a formula can send the
// other cells away. (https://owasp.org/www-community/attacks/CSV_Injection)
func inert(text string) string { return formula.ReplaceAllString(text, "$1'$2") }
