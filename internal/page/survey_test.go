package page

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

func goldenSurvey(t testing.TB) *survey.Report {
	t.Helper()
	r, err := survey.Decode([]byte(golden(t, "survey")))
	require.NoError(t, err)
	return r
}

func writeSurveys(t testing.TB, functions []verdicts.Function, surveys ...*survey.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, functions, Options{Written: time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC), Version: "v1.2.3", Surveys: surveys}))
	return b.String()
}

func TestSurvey(t *testing.T) {
	page := writeSurveys(t, nil, goldenSurvey(t))
	require.NotContains(t, page, "{{")
	const file = "testdata/survey.txt"
	if os.Getenv("UPDATE_SNAPS") == "always" {
		require.NoError(t, os.WriteFile(file, []byte(lines(page)), 0o644))
	}
	require.Equal(t, content(t, file), lines(page), "renew it with UPDATE_SNAPS=always")
	require.Equal(t, 5, strings.Count(page, `<svg class="bar"`), "of those that moving would save something of")
	require.NotContains(t, page, "<article")
	require.NotContains(t, page, "\x1b")
	require.NotContains(t, page, "\u202e")
}

// Rows link to the functions' verdicts, by any version's ARN.
func TestSurveyBesideVerdicts(t *testing.T) {
	r := goldenSurvey(t)
	var all []verdicts.Verdict
	for _, document := range []string{golden(t, "foreign"), orders(t, 1)} {
		found, err := verdicts.Read("file", []byte(document))
		require.NoError(t, err)
		all = append(all, found...)
	}
	for i := range all[1].Output.Targets {
		if all[1].Output.Targets[i].Architecture == tuning.X86 {
			all[1].Output.Targets[i].FunctionARN = r.Functions[0].ARN + ":live"
		}
	}
	page := writeSurveys(t, verdicts.ByFunction(all), r)
	require.Contains(t, page, `<h1>Tuning report: 2 functions</h1>`)
	require.Contains(t, page, `<th scope="row"><a href="#f2">orders</a>`)
	require.Contains(t, page, `<article id="f2"`)
	require.Contains(t, page, `<th scope="row">thumbnails<td>`)
	require.Less(t, strings.Index(page, "Survey of account 123456789012"), strings.Index(page, "By monthly saving"))
}

func TestSurveysOfSeveralAccounts(t *testing.T) {
	other := goldenSurvey(t)
	other.Account, other.Interrupted, other.Functions, other.Problems = "210987654321", true, nil, nil
	page := writeSurveys(t, nil, goldenSurvey(t), other)
	text := lines(page)
	require.Contains(t, page, "<title>10 functions of 123456789012 and 210987654321: survey</title>")
	require.Contains(t, text, "\nSurvey of account 210987654321\n")
	require.Contains(t, text, "\nIncomplete: the survey was interrupted before it had looked at everything.\n")
	require.Contains(t, text, "\nNo function was found.\n")
	require.Equal(t, 1, strings.Count(page, `id="s1-f"`))
}

// The functions' ARNs say which account a survey is of.
func TestSurveyWithoutFunctions(t *testing.T) {
	none := goldenSurvey(t)
	none.Account, none.Functions, none.Problems = "", nil, nil
	page := writeSurveys(t, nil, none)
	require.Contains(t, page, "<title>0 functions: survey</title>")
	require.Contains(t, lines(page), "\nSurvey\n")
	require.Contains(t, writeSurveys(t, nil, none, goldenSurvey(t)), "<title>10 functions of 123456789012: survey</title>")
}

// Ten thousand functions are a page that a browser opens.
func TestSizeOfALargeSurvey(t *testing.T) {
	r := goldenSurvey(t)
	f := r.Functions[0]
	r.Functions = nil
	for i := range 10_000 {
		f.Name = fmt.Sprintf("service-%05d", i)
		f.Remarks = []survey.Remark{{Rule: "never-invoked", Text: "nobody invoked it in the last 30 days"}}
		f.Readiness = survey.Readiness{Status: guard.Blocked, Unchecked: []string{"a layer"}}
		r.Functions = append(r.Functions, f)
	}
	page := writeSurveys(t, nil, r)
	t.Logf("%d bytes", len(page))
	require.Less(t, len(page), 2_000_000)
	text := lines(page)
	require.Contains(t, text, "service-00999 |")
	require.NotContains(t, text, "service-01000")
	require.Contains(t, text, "And 9000 more, which save less: the survey's CSV and JSON have all.")
	require.Equal(t, 2, strings.Count(text, "And 9000 more: the survey's CSV and JSON have all."))
}

// What a report's reader is shown is never markup.
func TestSurveyIsEscaped(t *testing.T) {
	const evil = `<script>alert(1)</script>"'>` + "\x1b[2J\u202e"
	r := &survey.Report{Format: survey.Format, Account: evil, Regions: []string{evil}, Problems: []survey.Problem{{Region: evil, What: evil, Why: evil}},
		Functions: []survey.Function{{
			ARN: evil, Name: evil, Region: evil, Architecture: evil, Runtime: evil, PackageType: evil, Layers: []string{evil}, Stack: evil, LogicalID: evil,
			Versions: []survey.Version{{Version: evil, Alias: evil}}, Untunable: evil,
			Readiness: survey.Readiness{Status: evil, Unchecked: []string{evil}, Obstacles: []guard.Finding{{Package: evil}}},
			Advice:    &survey.Advice{Finding: evil, Reasons: []string{evil}}, Measured: &survey.Measured{Architecture: evil},
			Remarks: []survey.Remark{{Rule: evil, Text: evil}}, Problems: []survey.Problem{{What: evil, Why: evil}},
		}, {Name: "other", Readiness: survey.Readiness{Status: guard.Blocked, Unchecked: []string{evil}, Obstacles: []guard.Finding{{Package: evil}}}}},
	}
	page := writeSurveys(t, nil, r)
	for _, never := range []string{"<script", "\x1b", "\u202e", `"'>`} {
		require.NotContains(t, page, never)
	}
}
