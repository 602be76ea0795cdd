package lambdasim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"reflect"
)

// Configuration is a function's or version's configuration as the API returns it.
type Configuration struct {
	FunctionName, FunctionArn string
	Version                   string
	Description               string
	Architectures             []string
	MemorySize                int    // MB
	Timeout                   int    // seconds
	Runtime                   string `json:",omitempty"`
	Handler                   string `json:",omitempty"`
	Role                      string
	PackageType               string
	CodeSha256                string
	CodeSize                  int64        // bytes
	Environment               *Environment `json:",omitempty"`
	EphemeralStorage          EphemeralStorage
	LoggingConfig             LoggingConfig
	SnapStart                 SnapStart
	TracingConfig             TracingConfig
	Layers                    []Layer                 `json:",omitempty"`
	VpcConfig                 *VpcConfig              `json:",omitempty"`
	TenancyConfig             *TenancyConfig          `json:",omitempty"`
	DurableConfig             *DurableConfig          `json:",omitempty"`
	CapacityProviderConfig    *CapacityProviderConfig `json:",omitempty"`
	RuntimeConfig             *RuntimeConfig          `json:",omitempty"`
	AcceleratorConfig         *AcceleratorConfig      `json:",omitempty"`
	// More are fields that nobody knows yet.
	More map[string]any `json:"-"`

	ConfigSha256               string
	LastModified               string
	RevisionId                 string
	State                      string
	StateReason                string `json:",omitempty"`
	StateReasonCode            string `json:",omitempty"`
	LastUpdateStatus           string
	LastUpdateStatusReason     string `json:",omitempty"`
	LastUpdateStatusReasonCode string `json:",omitempty"`
}

// Environment holds the environment variables, or says why they are not shown: for want of a permission
// on their KMS key.
type Environment struct {
	Variables map[string]string `json:",omitempty"`
	Error     *EnvironmentError `json:",omitempty"`
}

// EnvironmentError replaces variables that cannot be decrypted.
type EnvironmentError struct{ ErrorCode, Message string }

// EphemeralStorage is the size of /tmp.
type EphemeralStorage struct{ Size int } // MB

// LoggingConfig says in which format and where logs are written. A system log level above INFO
// (JSON format only) leaves the platform's reports out.
type LoggingConfig struct {
	LogFormat           string // Text, JSON
	LogGroup            string
	ApplicationLogLevel string `json:",omitempty"`
	SystemLogLevel      string `json:",omitempty"` // DEBUG, INFO, WARN
}

// SnapStart is whether versions start from a snapshot.
type SnapStart struct {
	ApplyOn            string // None, PublishedVersions
	OptimizationStatus string // On (a version that has its snapshot), Off
}

// TracingConfig is X-Ray's mode.
type TracingConfig struct{ Mode string } // PassThrough, Active

// Layer is a layer of a function.
type Layer struct {
	Arn      string
	CodeSize int64
}

// VpcConfig is where a function is connected to.
type VpcConfig struct{ SubnetIds, SecurityGroupIds []string }

// TenancyConfig belongs to a function that isolates by tenant.
type TenancyConfig struct{ TenantIsolationMode string }

// DurableConfig belongs to a durable function.
type DurableConfig struct{ ExecutionTimeout, RetentionPeriodInDays int }

// CapacityProviderConfig belongs to a function on managed instances.
type CapacityProviderConfig struct {
	LambdaManagedInstancesCapacityProviderConfig struct{ CapacityProviderArn string }
}

// RuntimeConfig belongs to a function on a customer-managed runtime.
type RuntimeConfig struct{ RuntimeArn, RuntimeAlias string }

// AcceleratorConfig belongs to a function with an accelerator.
type AcceleratorConfig struct{ AcceleratorMemorySize int } // GB

// MarshalJSON adds More.
func (c Configuration) MarshalJSON() ([]byte, error) {
	type fields Configuration
	shown, err := json.Marshal(fields(c))
	if err != nil || len(c.More) == 0 {
		return shown, err
	}
	all := map[string]any{}
	if err := json.Unmarshal(shown, &all); err != nil {
		return nil, err
	}
	maps.Copy(all, c.More)
	return json.Marshal(all)
}

// summed sets ConfigSha256, which covers everything that an update can change.
func (c Configuration) summed() Configuration {
	text, err := json.Marshal(c.timeless())
	if err != nil {
		panic(err) // structs of this package, and what a test puts into More
	}
	sum := sha256.Sum256(text)
	c.ConfigSha256 = base64.StdEncoding.EncodeToString(sum[:])
	return c
}

// States of a function or version and of its last update.
const (
	Pending    = "Pending"
	Active     = "Active"
	InProgress = "InProgress"
	Successful = "Successful"
	Latest     = "$LATEST"
)

// clone copies what can be changed in place.
func (c Configuration) clone() Configuration {
	if c.Environment != nil {
		c.Environment = &Environment{Variables: maps.Clone(c.Environment.Variables), Error: c.Environment.Error}
	}
	c.More = maps.Clone(c.More)
	return c
}

// timeless returns the configuration without what changes on its own or differs between a version and
// the $LATEST that it was published from.
func (c Configuration) timeless() Configuration {
	c.RevisionId, c.LastModified, c.Version, c.FunctionArn, c.ConfigSha256 = "", "", "", "", ""
	c.State, c.StateReason, c.StateReasonCode = "", "", ""
	c.LastUpdateStatus, c.LastUpdateStatusReason, c.LastUpdateStatusReasonCode = "", "", ""
	c.SnapStart.OptimizationStatus = ""
	return c
}

func (c Configuration) same(other Configuration) bool {
	return reflect.DeepEqual(c.timeless(), other.timeless())
}
