package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// tuneInput is the input of an execution, from a file and from flags, which take precedence.
type tuneInput struct {
	file        string
	strategy    string
	payload     string
	num         int
	exploration string
	maxCost     float64
	maxMinutes  int
	perMonth    float64
	command     *cobra.Command
}

// inputFlags are the names of the flags that make the input.
var inputFlags = []string{"input", "strategy", "payload", "num", "exploration", "max-cost", "max-minutes", "invocations-per-month"}

func (in *tuneInput) flags(command *cobra.Command) {
	in.command = command
	flags := command.Flags()
	flags.StringVar(&in.file, "input", "", "file with the input of the execution, as JSON (docs/tuning-input.md)")
	flags.StringVar(&in.strategy, "strategy", "", "what the winner is chosen by: cost, speed or balanced")
	flags.StringVar(&in.payload, "payload", "", "what is sent, as JSON, or @FILE")
	flags.IntVar(&in.num, "num", 0, "invocations of each memory size; without --exploration adaptive, all are measured so often")
	flags.StringVar(&in.exploration, "exploration", "", "adaptive or exhaustive")
	flags.Float64Var(&in.maxCost, "max-cost", 0, "the most that exploring may cost, in USD; with a Fleet of all functions")
	flags.IntVar(&in.maxMinutes, "max-minutes", 0, "the most minutes that a run may take")
	flags.Float64Var(&in.perMonth, "invocations-per-month", 0, "how often the function runs, for the saving a month")
}

// members returns the input's fields. What they mean is the tuner's own decoder's business.
func (in *tuneInput) members() (map[string]json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	if in.file != "" {
		text, err := os.ReadFile(in.file)
		if err != nil {
			return nil, fmt.Errorf("--input: %w", err)
		}
		if err := json.Unmarshal(text, &members); err != nil || members == nil {
			return nil, fmt.Errorf("--input %s: it is no JSON object; give the input of an execution, {\"strategy\": \"speed\"} for example", in.file)
		}
	}
	for flag, field := range map[string]struct {
		name  string
		value any
	}{
		"strategy": {"strategy", in.strategy}, "num": {"num", in.num}, "exploration": {"exploration", in.exploration},
		"max-cost": {"maxCost", in.maxCost}, "max-minutes": {"maxMinutes", in.maxMinutes}, "invocations-per-month": {"invocationsPerMonth", in.perMonth},
	} {
		if !in.command.Flags().Changed(flag) {
			continue
		}
		text, err := json.Marshal(field.value)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", flag, err)
		}
		members[field.name] = text
	}
	if in.command.Flags().Changed("payload") {
		text := []byte(in.payload)
		if file, is := strings.CutPrefix(in.payload, "@"); is {
			var err error
			if text, err = os.ReadFile(file); err != nil {
				return nil, fmt.Errorf("--payload: %w", err)
			}
		}
		if !json.Valid(text) {
			return nil, fmt.Errorf("--payload: it is no JSON; give {\"id\": 7} for example, \"text\" in double quotes, or @FILE")
		}
		members["payload"] = text
	}
	return members, nil
}
