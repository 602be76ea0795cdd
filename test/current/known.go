package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
	"github.com/dualarch/dualarch/test/current/models"
)

// known returns what this module knows. What its packages keep to themselves is read from
// their source: this tool is no reason to export it.
func known(root string) (knowledge, error) {
	calls, err := readSource(filepath.Join(root, callsHome))
	if err != nil {
		return knowledge{}, err
	}
	k := knowledge{
		calls: calls, callsHome: callsHome,
		runtimes:   table{home: "internal/lambdaruntime", facts: []string{lambdaruntime.Custom}},
		dates:      table{home: "internal/lambdaruntime"},
		limits:     table{home: "internal/lambdalimits"},
		documented: table{home: "internal/lambdalimits"},
		properties: table{"what internal/guard and constructs read", append(propertiesOf(guard.Properties{}), checkedProperties...)},
		services:   table{"what " + callsHome + " calls", []string{lambda}},
	}
	for _, r := range lambdaruntime.All() {
		k.runtimes.facts = append(k.runtimes.facts, r.Name)
		k.dates.facts = append(k.dates.facts, datesOf(r.Name, models.Lifecycle{
			Deprecated: r.Deprecated, CreateBlock: r.CreateBlocked, UpdateBlock: r.UpdateBlocked,
		})...)
	}
	for _, s := range []lambdalimits.Setting{lambdalimits.MemorySize, lambdalimits.EphemeralStorage, lambdalimits.Timeout} {
		at := cmp.Or(map[string]string{"EphemeralStorage": "EphemeralStorage.Size"}[s.Name], s.Name)
		least, most := float64(s.Least), float64(s.Extended)
		k.limits.facts = append(k.limits.facts, bounds(at, models.Range{Min: &least, Max: &most}))
		for _, n := range []int{s.Most, s.Extended} {
			k.documented.facts = append(k.documented.facts, fmt.Sprintf("%s %d %s", s.Name, n, s.Unit))
		}
	}
	return k, k.readTables(root)
}

// decided are the parts of a function's configuration that a deployment alone decides. All
// of it is in the fingerprint, and so is what AWS adds; what AWS moves by itself belongs to
// what internal/lambdaapi leaves out of it.
var decided = []string{
	"AcceleratorConfig.AcceleratorMemorySize", "Architectures",
	"CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn",
	"CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.ExecutionEnvironmentMemoryGiBPerVCpu",
	"CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.PerExecutionEnvironmentMaxConcurrency",
	"CodeSha256", "CodeSize", "DeadLetterConfig.TargetArn",
	"DurableConfig.ExecutionTimeout", "DurableConfig.KMSKeyArn", "DurableConfig.RetentionPeriodInDays",
	"EphemeralStorage.Size",
	"FileSystemConfigs.Arn", "FileSystemConfigs.LocalMountPath", "FileSystemConfigs.S3FilesConfig.DirectS3Read",
	"FunctionName", "Handler",
	"ImageConfigResponse.ImageConfig.Command", "ImageConfigResponse.ImageConfig.EntryPoint", "ImageConfigResponse.ImageConfig.WorkingDirectory",
	"KMSKeyArn", "Layers.Arn", "Layers.CodeSize", "Layers.SigningJobArn", "Layers.SigningProfileVersionArn",
	"LoggingConfig.ApplicationLogLevel", "LoggingConfig.LogFormat", "LoggingConfig.LogGroup", "LoggingConfig.SystemLogLevel",
	"PackageType", "Role", "Runtime", "RuntimeConfig.RuntimeAlias", "RuntimeConfig.RuntimeArn",
	"SigningJobArn", "SigningProfileVersionArn", "SnapStart.ApplyOn", "TenancyConfig.TenantIsolationMode", "Timeout", "TracingConfig.Mode",
	"VpcConfig.Ipv6AllowedForDualStack", "VpcConfig.SecurityGroupIds", "VpcConfig.SubnetIds", "VpcConfig.VpcId",
}

// checkedProperties are those of AWS::Lambda::Function that the constructs check, or look
// at to say whether a function can be tuned.
var checkedProperties = []string{
	"CapacityProviderConfig", "Description", "DurableConfig", "EphemeralStorage", "FunctionName", "MemorySize",
	"ReservedConcurrentExecutions", "Timeout",
}

// readTables reads the tables that packages keep to themselves.
func (k *knowledge) readTables(root string) error {
	// read adds the strings of a package's variable to a table.
	var failed error
	read := func(into *table, folder, variable string) {
		found, err := stringsOf(filepath.Join(root, folder), variable)
		if err != nil && failed == nil {
			failed = err
		}
		into.home = strings.TrimPrefix(into.home+" or "+folder+" ("+variable+")", " or ")
		into.facts = append(into.facts, found...)
	}
	read(&k.errors, callsHome, "meanings")
	k.configuration = table{"test/current (decided)", decided}
	read(&k.configuration, callsHome, "undecided")
	read(&k.regions, "internal/tuner/price", "regionalRates")
	read(&k.partitions, "internal/tuner/price", "unpricedPartitions")
	k.resources = table{"cmd/dualarch", []string{"AWS::Lambda::Function", "AWS::Lambda::LayerVersion"}}
	read(&k.resources, "internal/guard", "uncheckedTypes")
	k.resources.facts = slices.DeleteFunc(k.resources.facts, func(name string) bool {
		return !slices.ContainsFunc(resourcePrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	})

	var states, updates table
	read(&states, "internal/tuner/cloud", "states")
	read(&updates, "internal/tuner/cloud", "updates")
	for _, t := range []*table{&states, &updates} { // "" stands for what older emulators leave out
		t.facts = slices.DeleteFunc(t.facts, func(value string) bool { return value == "" })
	}
	k.enums = []enumeration{
		{lambda, "State", states},
		{lambda, "LastUpdateStatus", updates},
		{lambda, "Architecture", table{"tuning", []string{"arm64", "x86_64"}}},
		{lambda, "PackageType", table{"internal/guard", []string{"Image", "Zip"}}},
		{lambda, "LogFormat", table{callsHome, []string{"JSON", "Text"}}},
		{lambda, "SystemLogLevel", table{"internal/tuner", []string{"DEBUG", "INFO", "WARN"}}},
		{lambda, "SnapStartApplyOn", table{callsHome, []string{"None", "PublishedVersions"}}},
		{lambda, "TenantIsolationMode", table{callsHome, []string{"PER_TENANT"}}},
		{"sfn", "ExecutionStatus", table{callsHome, []string{"ABORTED", "FAILED", "PENDING_REDRIVE", "RUNNING", "SUCCEEDED", "TIMED_OUT"}}},
	}
	return failed
}

// propertiesOf returns the names of a struct's fields in JSON, with those of structs in it:
// "Code", "Code.S3Key".
func propertiesOf(structure any) []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeOf(structure)) {
		name := nameInJSON(field)
		names = append(names, name)
		if field.Type.Kind() == reflect.Struct {
			for _, below := range reflect.VisibleFields(field.Type) {
				names = append(names, name+"."+nameInJSON(below))
			}
		}
	}
	return names
}

func nameInJSON(field reflect.StructField) string {
	tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return cmp.Or(tag, field.Name)
}
