package adopt

import (
	"fmt"
	"slices"
	"strings"
)

// logging writes the settings of logs. What one setting cannot say, the whole property does.
func (w *writer) logging(value any) bool {
	config, is := value.(map[string]any)
	if !is {
		return false
	}
	levels := []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}
	for key, allowed := range map[string][]string{"LogFormat": {"TEXT", "JSON"}, "ApplicationLogLevel": levels, "SystemLogLevel": levels[1:4]} {
		text, isText := config[key].(string)
		if config[key] != nil && (!isText || !slices.Contains(allowed, strings.ToUpper(text))) {
			return false
		}
	}
	for key := range config {
		if !slices.Contains([]string{"LogFormat", "ApplicationLogLevel", "SystemLogLevel", "LogGroup"}, key) {
			return false
		}
	}
	w.constant("LoggingFormat", config["LogFormat"], "awslambda.LoggingFormat_", "TEXT", "JSON")
	w.constant("ApplicationLogLevelV2", config["ApplicationLogLevel"], "awslambda.ApplicationLogLevel_", levels...)
	w.constant("SystemLogLevelV2", config["SystemLogLevel"], "awslambda.SystemLogLevel_", levels[1:4]...)
	group := config["LogGroup"]
	if group == nil {
		return true
	}
	if own := w.ownLogGroup(); own == "" || !w.refersTo(group, own) {
		w.field("LogGroup", w.parameter("logGroup", "awslogs.ILogGroup", "its log group: "+w.named(group)), "")
	} else {
		w.note("CDK makes the log group %s because the app sets the flag @aws-cdk/aws-lambda:useCdkManagedLogGroup; keep it set", own)
	}
	return true
}

// retentions are the periods that CDK has names for, in days.
var retentions = map[float64]string{
	1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH", 60: "TWO_MONTHS", 90: "THREE_MONTHS",
	120: "FOUR_MONTHS", 150: "FIVE_MONTHS", 180: "SIX_MONTHS", 365: "ONE_YEAR", 400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS",
	731: "TWO_YEARS", 1096: "THREE_YEARS", 1827: "FIVE_YEARS", 2192: "SIX_YEARS", 2557: "SEVEN_YEARS", 2922: "EIGHT_YEARS",
	3288: "NINE_YEARS", 3653: "TEN_YEARS",
}

// retention gives the retention of the log, if CDK's deprecated way sets it.
func (w *writer) retention() {
	id := w.ownLogGroup()
	r := w.in.Resources[id]
	if id == "" || r.Type != "Custom::LogRetention" {
		return
	}
	name := "INFINITE"
	if days, is := number(r.Properties["RetentionInDays"]); is {
		if name = retentions[days]; name == "" {
			w.note("the log's retention of %s days has no name in CDK: set Function.LogRetention", fmt.Sprint(days))
			return
		}
	}
	w.field("LogRetention", "awslogs.RetentionDays_"+name, "")
}
