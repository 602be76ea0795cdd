package main

import (
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// The part of SARIF 2.1.0 (OASIS, 2020-03) that is used here.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               binarch.Rule `json:"id"`
		ShortDescription sarifText    `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID binarch.Rule `json:"ruleId"`
		// Kind is "open" if nothing could be decided, and left out for findings.
		Kind      string          `json:"kind,omitempty"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		// Suppressions say why the result is accepted.
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		PhysicalLocation struct {
			ArtifactLocation struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
		LogicalLocations []sarifLogical `json:"logicalLocations"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

var sarifLevels = map[binarch.Severity]string{binarch.Error: "error", binarch.Warning: "warning", binarch.Info: "note"}

// writeSARIF prints a result for each finding. Its physical location is a file on disk,
// an archive if the file is in one; its logical location is the full path.
func writeSARIF(w io.Writer, results []result) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver.Name = "dualarch"
	for _, rule := range binarch.Rules() {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{rule.ID, sarifText{rule.Text}})
	}
	for _, r := range results {
		for _, f := range r.Findings {
			location := sarifLocation{LogicalLocations: []sarifLogical{{path.Join(filepath.ToSlash(r.files.Path), f.Path)}}}
			location.PhysicalLocation.ArtifactLocation.URI = r.uri(f)
			if f.Line > 0 {
				location.PhysicalLocation.Region = &sarifRegion{f.Line}
			}
			result := sarifResult{
				RuleID: f.Rule, Level: sarifLevels[f.Severity], Message: sarifText{f.String()}, Locations: []sarifLocation{location},
			}
			if f.Rule == binarch.NotChecked {
				result.Kind, result.Level = "open", "none"
			}
			if f.Accepted != "" {
				result.Suppressions = []sarifSuppression{{Kind: "external", Justification: f.Accepted}}
			}
			run.Results = append(run.Results, result)
		}
	}
	for _, r := range results {
		for _, text := range r.unchecked {
			location := sarifLocation{LogicalLocations: []sarifLogical{{r.name}}}
			location.PhysicalLocation.ArtifactLocation.URI = r.uri(binarch.Finding{})
			run.Results = append(run.Results, sarifResult{
				RuleID: binarch.NotChecked, Kind: "open", Level: "none", Message: sarifText{text}, Locations: []sarifLocation{location},
			})
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// uri returns the finding's file on disk, relative if the given path was. A layer's ARN
// and the runtime of a function without files are found in the template.
func (r result) uri(f binarch.Finding) string {
	name := filepath.ToSlash(r.files.Path)
	if r.files.Path == "" || slices.Contains(r.arns, f.Path) {
		return (&url.URL{Path: filepath.ToSlash(r.template)}).EscapedPath()
	}
	if info, err := os.Stat(r.files.Path); err == nil && info.IsDir() {
		outer, _, _ := strings.Cut(f.Path, "!/")
		name = path.Join(name, outer)
	}
	return (&url.URL{Path: name}).EscapedPath()
}
