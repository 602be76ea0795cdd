package publish

import (
	"encoding/json"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/tuning"
)

// metrics returns the line that CloudWatch Logs makes a verdict's metrics of, by its embedded metric format. Fields that
// are no metrics are there to be looked for in the log. If nothing says whether the advice changed, that is no metric.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func metrics(p tuning.Published, stateMachine string, compared bool) ([]byte, error) {
	type metric struct{ Name, Unit string }
	defined := []metric{{tuning.SavingMetric, "Percent"}}
	line := map[string]any{
		tuning.TargetDimension: keyname.Of(p.Target), tuning.StateMachineDimension: arn.Name(stateMachine),
		tuning.SavingMetric: p.SavingPercent,
		"Action":            p.Action, "Architecture": p.Architecture, "Power": p.Power, "Confirmed": p.Confirmed, "Certainty": p.Certainty,
		"Execution": p.Execution,
	}
	if compared {
		defined = append(defined, metric{tuning.ChangedMetric, "Count"})
		line[tuning.ChangedMetric] = 0
		if p.AdviceChanged {
			line[tuning.ChangedMetric] = 1
		}
	}
	line["_aws"] = map[string]any{
		"Timestamp": p.Time.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace":  tuning.MetricNamespace,
			"Dimensions": [][]string{{tuning.TargetDimension}, {tuning.StateMachineDimension, tuning.TargetDimension}},
			"Metrics":    defined,
		}},
	}
	return json.Marshal(line)
}
