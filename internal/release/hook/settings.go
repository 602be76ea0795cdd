package hook

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// The construct gives the settings in an environment variable, and in a file what is too long for one.
const (
	Variable = "DUALARCH_CHECK"
	// PayloadsFile is in a layer; LayerFile is its path there.
	PayloadsFile = "/opt/" + LayerFile
	LayerFile    = "dualarch/payloads.json"
)

// Settings are what the hook is told.
type Settings struct {
	Function string `json:"function"` // unqualified ARN
	// Payloads are each sent to the new version; nil: they are in PayloadsFile.
	Payloads []json.RawMessage `json:"payloads,omitempty"`
	// TimeoutSeconds is how long an answer may take. Default: the version's own time-out.
	TimeoutSeconds int `json:"timeoutSeconds,omitempty"`
	// TenantID is for a function that isolates tenants.
	TenantID string `json:"tenantId,omitempty"`
	// NotCompared leaves the comparison out; Ignore are JSON pointers that may differ.
	NotCompared bool     `json:"notCompared,omitempty"`
	Ignore      []string `json:"ignore,omitempty"`
}

// ReadSettings reads what the construct wrote.
func ReadSettings(text, payloadsFile string) (Settings, error) {
	var s Settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, fmt.Errorf("%s cannot be read: %w", Variable, err)
	}
	if s.Payloads != nil {
		return s, nil
	}
	content, err := os.ReadFile(payloadsFile)
	if err == nil {
		err = json.Unmarshal(content, &s.Payloads)
	}
	if err != nil {
		return s, fmt.Errorf("the payloads cannot be read: %w", err)
	}
	return s, nil
}

// Longest returns how long an answer of a version with that time-out may take. A little is for the way there.
func (s Settings) Longest(own int) time.Duration {
	if s.TimeoutSeconds > 0 {
		return time.Duration(s.TimeoutSeconds) * time.Second
	}
	return time.Duration(own)*time.Second + 10*time.Second
}
