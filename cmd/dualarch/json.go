package main

import (
	"encoding/json"
	"io"

	"github.com/dualarch/dualarch/internal/binarch"
)

// writeJSON prints everything, information included. Fields are only ever added.
func writeJSON(w io.Writer, results []result) error {
	type target struct {
		Architecture binarch.Architecture `json:"architecture"`
		Runtime      string               `json:"runtime,omitempty"`
		Layer        bool                 `json:"layer,omitempty"`
	}
	type checked struct {
		Name    string   `json:"name"`
		Targets []target `json:"targets"`
		binarch.Report
		Unchecked []string `json:"unchecked,omitempty"`
	}
	output := struct {
		Errors    int       `json:"errors"`
		Warnings  int       `json:"warnings"`
		Unchecked int       `json:"unchecked,omitempty"`
		Checked   []checked `json:"checked"`
	}{count(results, binarch.Error), count(results, binarch.Warning), countUnchecked(results), []checked{}}
	for _, r := range results {
		c := checked{Name: r.name, Targets: []target{}, Report: r.Report, Unchecked: r.unread()}
		for _, t := range r.targets {
			c.Targets = append(c.Targets, target(t))
		}
		output.Checked = append(output.Checked, c)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(output)
}
