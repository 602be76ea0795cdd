package adopt

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// elsewhereSaid are properties that are said by other props than Function, or by none.
var elsewhereSaid = []string{"Architectures", "Code", "Handler", "ImageConfig", "PackageType", "Role", "Runtime", "Tags"}

// optionsOf write the fields of awslambda.FunctionOptions, in the order in which people give them. Each reports whether it
// could say the whole property.
var optionsOf = []struct {
	property string
	write    func(*writer, any) bool
}{
	{"FunctionName", func(w *writer, v any) bool { w.field("FunctionName", goString(v), w.comment(v)); return true }},
	{"Description", func(w *writer, v any) bool { w.field("Description", goString(v), w.comment(v)); return true }},
	{"MemorySize", func(w *writer, v any) bool { w.field("MemorySize", goNumber(v), w.comment(v)); return true }},
	{"Timeout", func(w *writer, v any) bool { w.field("Timeout", goSeconds(v), w.comment(v)); return true }},
	{"EphemeralStorage", (*writer).storage},
	{"Environment", (*writer).environment},
	{"KmsKeyArn", (*writer).key},
	{"ReservedConcurrentExecutions", func(w *writer, v any) bool {
		w.field("ReservedConcurrentExecutions", goNumber(v), w.comment(v))
		return true
	}},
	{"Layers", (*writer).layers},
	{"VpcConfig", (*writer).vpc},
	{"FileSystemConfigs", (*writer).fileSystem},
	{"DeadLetterConfig", (*writer).deadLetters},
	{"TracingConfig", (*writer).tracing},
	{"LoggingConfig", (*writer).logging},
	{"RuntimeManagementConfig", (*writer).runtimeManagement},
	{"SnapStart", (*writer).snapStart},
	{"RecursiveLoop", (*writer).recursiveLoop},
	{"CodeSigningConfigArn", (*writer).codeSigning},
	{"TenancyConfig", (*writer).tenancy},
	{"DurableConfig", (*writer).durable},
}

// options writes the prop Function. A property that no option can say is kept as it is.
func (w *writer) options() {
	before := w.b.Len()
	w.line("Function: &awslambda.FunctionOptions{")
	empty := w.b.Len()
	known := slices.Clone(elsewhereSaid)
	for _, option := range optionsOf {
		known = append(known, option.property)
		if value := w.Properties[option.property]; value != nil && !option.write(w, value) {
			w.kept = append(w.kept, option.property)
		}
	}
	for _, property := range slices.Sorted(maps.Keys(w.Properties)) {
		if !slices.Contains(known, property) {
			w.kept = append(w.kept, property)
		}
	}
	w.role()
	w.retention()
	w.asynchronous()
	w.provisioned()
	if w.b.Len() == empty {
		text := w.b.String()[:before]
		w.b.Reset()
		w.b.WriteString(text)
		return
	}
	w.line("},")
}

// only returns the one entry of an object, if it has that one alone.
func only(value any, key string) (any, bool) {
	v, _ := value.(map[string]any)
	one, is := v[key]
	return one, is && len(v) == 1
}

// constant writes a field whose value is one of CDK's constants.
func (w *writer) constant(field string, value any, prefix string, known ...string) bool {
	text, _ := value.(string)
	text = strings.ToUpper(text)
	if !slices.Contains(known, text) {
		return false
	}
	w.field(field, prefix+text, "")
	return true
}

func (w *writer) storage(value any) bool {
	size, is := only(value, "Size")
	if is {
		w.field("EphemeralStorageSize", "awscdk.Size_Mebibytes("+goNumber(size)+")", w.comment(size))
	}
	return is
}

func (w *writer) environment(value any) bool {
	given, is := only(value, "Variables")
	variables, isMap := given.(map[string]any)
	if !is || !isMap {
		return false
	}
	w.line("Environment: &map[string]*string{")
	for _, key := range slices.Sorted(maps.Keys(variables)) {
		w.field(strconv.Quote(key), goString(variables[key]), w.comment(variables[key]))
	}
	w.line("},")
	return true
}

func (w *writer) key(value any) bool {
	w.field("EnvironmentEncryption", w.parameter("key", "awskms.IKey", "the key of its environment: "+w.named(value)), "")
	return true
}

// named says what a value refers to.
func (w *writer) named(value any) string {
	if comment := w.comment(value); comment != "" {
		return comment
	}
	return goAny(value)
}

func (w *writer) layers(value any) bool {
	list, is := value.([]any)
	if !is {
		return false
	}
	var names []string
	for _, layer := range list {
		names = append(names, w.named(layer))
	}
	if len(names) > 0 {
		w.field("Layers", w.parameter("layers", "*[]awslambda.ILayerVersion", "its layers: "+strings.Join(names, ", ")), "")
	}
	return true
}

func (w *writer) vpc(value any) bool {
	config, is := value.(map[string]any)
	if !is {
		return false
	}
	w.field("Vpc", w.parameter("vpc", "awsec2.IVpc", "the VPC of its subnets"), "")
	w.field("VpcSubnets", w.parameter("subnets", "*awsec2.SubnetSelection", "what the app selects them by today: "+w.named(config["SubnetIds"])), "")
	if own, found := w.below("SecurityGroup", "AWS::EC2::SecurityGroup"); !found || !w.refersTo(config["SecurityGroupIds"], own) {
		w.field("SecurityGroups", w.parameter("securityGroups", "*[]awsec2.ISecurityGroup", "its security groups: "+w.named(config["SecurityGroupIds"])), "")
	}
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if key != "SubnetIds" && key != "SecurityGroupIds" {
			if text, known := goBool(config[key]); known && key == "Ipv6AllowedForDualStack" {
				w.field(key, text, "")
				continue
			}
			w.note("VpcConfig.%s is set today and is not in the lines", key)
		}
	}
	return true
}

func (w *writer) fileSystem(value any) bool {
	w.field("Filesystem", w.parameter("fileSystem", "awslambda.FileSystem", "what it mounts: "+w.named(value)), "")
	return true
}

func (w *writer) deadLetters(value any) bool {
	target, is := only(value, "TargetArn")
	if !is {
		return false
	}
	if own, found := w.below("DeadLetterQueue", "AWS::SQS::Queue"); found && w.refersTo(target, own) && !w.elsewhere && hasOwnID(w.in.Resources[own], own) {
		w.field("DeadLetterQueueEnabled", "jsii.Bool(true)", "")
		return true
	}
	field, kind := "DeadLetterQueue", "awssqs.IQueue"
	if w.isTopic(target) {
		field, kind = "DeadLetterTopic", "awssns.ITopic"
	}
	w.field(field, w.parameter("deadLetters", kind, "its dead-letter target: "+w.named(target)), "")
	return true
}

// isTopic reports whether a target is an SNS topic.
func (w *writer) isTopic(target any) bool {
	if found := w.assembly.Targets(w.in, target); len(found) > 0 {
		return found[0].Resource().Type == "AWS::SNS::Topic"
	}
	return strings.Contains(goAny(target), ":sns:")
}

func (w *writer) tracing(value any) bool {
	mode, is := only(value, "Mode")
	if mode == "PassThrough" {
		mode = "PASS_THROUGH"
	}
	return is && w.constant("Tracing", mode, "awslambda.Tracing_", "ACTIVE", "PASS_THROUGH")
}

func (w *writer) runtimeManagement(value any) bool {
	config, _ := value.(map[string]any)
	mode := "awslambda.RuntimeManagementMode_"
	switch config["UpdateRuntimeOn"] {
	case "Auto":
		mode += "AUTO()"
	case "FunctionUpdate":
		mode += "FUNCTION_UPDATE()"
	case "Manual":
		mode += "Manual(" + goString(config["RuntimeVersionArn"]) + ")"
		w.note("RuntimeManagementConfig pins a runtime version, which is of one architecture: the siblings and a move need another one; prefer FunctionUpdate")
	default:
		return false
	}
	w.field("RuntimeManagementMode", mode, "")
	return true
}

func (w *writer) snapStart(value any) bool {
	on, is := only(value, "ApplyOn")
	switch {
	case is && on == "PublishedVersions":
		w.field("SnapStart", "awslambda.SnapStartConf_ON_PUBLISHED_VERSIONS()", "")
		return true
	case is && on == "None":
		return true
	}
	return false
}

func (w *writer) recursiveLoop(value any) bool {
	return w.constant("RecursiveLoop", value, "awslambda.RecursiveLoop_", "ALLOW", "TERMINATE")
}

func (w *writer) codeSigning(value any) bool {
	w.field("CodeSigningConfig", w.parameter("signing", "awslambda.ICodeSigningConfig", "its code signing: "+w.named(value)), "")
	return true
}

func (w *writer) tenancy(value any) bool {
	mode, is := only(value, "TenantIsolationMode")
	if !is || mode != "PER_TENANT" {
		return false
	}
	w.field("TenancyConfig", "awslambda.TenancyConfig_PER_TENANT()", "")
	w.note("the tuner needs a tenant to invoke the siblings for: PowerTuning.TenantId, or tenantId in the input")
	return true
}

func (w *writer) durable(value any) bool {
	config, _ := value.(map[string]any)
	if config["ExecutionTimeout"] == nil {
		return false
	}
	text := "ExecutionTimeout: " + goSeconds(config["ExecutionTimeout"])
	if days := config["RetentionPeriodInDays"]; days != nil {
		text += ", RetentionPeriod: awscdk.Duration_Days(" + goNumber(days) + ")"
	}
	w.field("DurableConfig", "&awslambda.DurableConfig{"+text+"}", "")
	return true
}

// role gives a role that the app made itself. The one that CDK made for the function is made again.
func (w *writer) role() {
	if role, _ := w.ownRole(); role != "" || w.Properties["Role"] == nil {
		return
	}
	w.field("Role", w.parameter("role", "awsiam.IRole", "its role: "+w.named(w.Properties["Role"])), "")
}
