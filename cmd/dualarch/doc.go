// Command dualarch answers which architecture and memory size Lambda functions should have.
//
// "dualarch survey" looks at all functions of an account (internal/survey, and internal/survey/look for their code) and
// ranks them: survey.go, then surveyprogress.go, surveytable.go and surveycsv.go for what it prints and writes, in words
// that it shares with the page (internal/survey/summary).
//
// "dualarch check PATH…" lists the files of a package, a layer, an image archive, a
// template or a synthesized CDK app that cannot run on arm64 or x86_64. It turns the
// paths into subjects (a folder is one, a cdk.out has one for each function and layer),
// scans each subject once, has internal/guard and internal/binarch judge it, and prints
// the results with one writer: a table, JSON or SARIF.
//
// "dualarch adopt" reads templates (internal/cfn) and prints the Go that makes their functions
// serving functions (internal/adopt), or what deploying one over another would lose
// (internal/loss).
//
// "dualarch report VERDICT…" reads results of tuning (internal/verdicts) and surveys, and
// writes them as one page (internal/page). "dualarch tune" starts the deployed state machine, follows
// it (internal/execution) and ends with the verdict: tune.go, then aws.go, tuneinput.go,
// tunerun.go, tuneestimate.go, tuneexecute.go and tuneprogress.go, verdict.go and
// markdown.go for what it prints, judge.go for --fail-on, tunecomplete.go for shells.
// "dualarch history" shows the verdicts of past runs, and "dualarch restore" puts a
// function back that a run which was cut off left changed.
package main
