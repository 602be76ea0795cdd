package lambdaapi

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/tuning"
)

// configuration converts the answers of GetFunctionConfiguration, PublishVersion and
// ListVersionsByFunction to one form: the SDK has a struct for each, with the same fields.
func configuration(answer any) types.FunctionConfiguration {
	var c types.FunctionConfiguration
	to, from := reflect.ValueOf(&c).Elem(), reflect.Indirect(reflect.ValueOf(answer))
	for i := range to.NumField() {
		name := to.Type().Field(i)
		if field := from.FieldByName(name.Name); name.IsExported() && field.IsValid() && field.Type() == name.Type {
			to.Field(i).Set(field)
		}
	}
	return c
}

// translate returns the configuration as the tuner sees it; raw is the API's answer.
func translate(c types.FunctionConfiguration, raw any) cloud.FunctionConfiguration {
	t := cloud.FunctionConfiguration{
		Version: aws.ToString(c.Version), Architecture: tuning.X86,
		MemorySize: int(aws.ToInt32(c.MemorySize)), Description: aws.ToString(c.Description), Timeout: int(aws.ToInt32(c.Timeout)),
		CodeSHA256: aws.ToString(c.CodeSha256), CodeSize: c.CodeSize, RevisionID: aws.ToString(c.RevisionId),
		LastModified: aws.ToString(c.LastModified),
		State:        string(c.State), LastUpdateStatus: string(c.LastUpdateStatus),
		EphemeralStorage: 512, PackageType: string(c.PackageType), Runtime: string(c.Runtime),
		LogGroup: "/aws/lambda/" + aws.ToString(c.FunctionName), LogFormat: string(types.LogFormatText),
		Managed:     c.CapacityProviderConfig != nil && c.CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig != nil,
		Durable:     c.DurableConfig != nil,
		Tenancy:     c.TenancyConfig != nil && c.TenancyConfig.TenantIsolationMode != "",
		SnapStart:   c.SnapStart != nil && c.SnapStart.ApplyOn == types.SnapStartApplyOnPublishedVersions,
		Fingerprint: fingerprint(raw), ConfigSHA256: aws.ToString(c.ConfigSha256),
	}
	if e := c.Environment; e != nil && len(e.Variables) > 0 {
		t.Environment = hash(e.Variables)
	}
	if len(c.Architectures) > 0 {
		t.Architecture = tuning.Architecture(c.Architectures[0])
	}
	t.StateReason = stateReason(c)
	if c.EphemeralStorage != nil {
		t.EphemeralStorage = int(aws.ToInt32(c.EphemeralStorage.Size))
	}
	if l := c.LoggingConfig; l != nil {
		if l.LogGroup != nil {
			t.LogGroup = *l.LogGroup
		}
		if l.LogFormat != "" {
			t.LogFormat = string(l.LogFormat)
		}
		t.SystemLogLevel = string(l.SystemLogLevel)
	}
	return t
}

// Unusable says why a function in the state that AWS answers cannot be tuned; "" if that does not prevent it.
func Unusable(c types.FunctionConfiguration) string {
	t := cloud.FunctionConfiguration{State: string(c.State), LastUpdateStatus: string(c.LastUpdateStatus), StateReason: stateReason(c)}
	why := t.Unusable()
	if why == "" && t.LastUpdateStatus == "Failed" {
		why = "its last update failed"
		if t.StateReason != "" {
			why += " (" + t.StateReason + ")"
		}
	}
	return why
}

// stateReason returns why a function is in its state, or else why its last update is.
func stateReason(c types.FunctionConfiguration) string {
	if why := reason(string(c.StateReasonCode), aws.ToString(c.StateReason)); why != "" {
		return why
	}
	return reason(string(c.LastUpdateStatusReasonCode), aws.ToString(c.LastUpdateStatusReason))
}

// reason returns AWS's code and text for a state's reason, if there are any.
func reason(code, text string) string {
	if code == "" || text == "" {
		return code + text
	}
	return code + ": " + text
}
