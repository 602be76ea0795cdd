package lambdasim

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

// SetMetric says what CloudWatch knows of one of Lambda's metrics: of a function's resource (its name, or with a version
// or alias), or of the account if resource is "". What nobody sets has no values, as on AWS.
func (s *Simulator) SetMetric(name, resource string, value float64) {
	s.setMetric(metricKey{name: name, resource: resource}, value)
}

// Usage is what CloudWatch has of a function over the time that is asked for, however long that is.
type Usage struct {
	Invocations, Errors float64
	// DurationMs of an invocation, on average.
	DurationMs     float64
	MaxConcurrency float64
	// MaxMemoryMB is Lambda Insights'; 0 if the function is without it.
	MaxMemoryMB float64
	// ByQualifier are invocations by version or alias, "" for those that named none. Provisioned are those that ran on
	// provisioned concurrency.
	ByQualifier, Provisioned map[string]float64
}

// SetUsage says how much a function is used.
func (s *Simulator) SetUsage(function string, u Usage) {
	for name, value := range map[string]float64{
		"Invocations": u.Invocations, "Errors": u.Errors, "Duration": u.DurationMs * u.Invocations, "ConcurrentExecutions": u.MaxConcurrency,
	} {
		s.setMetric(metricKey{name: name, function: function}, value)
	}
	if u.MaxMemoryMB > 0 {
		s.setMetric(metricKey{name: "used_memory_max", function: function}, u.MaxMemoryMB)
	}
	for qualifier, n := range u.ByQualifier {
		s.setMetric(metricKey{name: "Invocations", resource: qualified(function, qualifier)}, n)
	}
	for qualifier, n := range u.Provisioned {
		s.setMetric(metricKey{name: "ProvisionedConcurrencyInvocations", resource: qualified(function, qualifier)}, n)
	}
}

// metricKey is a metric by its name and either a resource or a whole function.
type metricKey struct{ name, resource, function string }

func (s *Simulator) setMetric(key metricKey, value float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.metrics == nil {
		s.metrics = map[metricKey]float64{}
	}
	s.metrics[key] = value
}

// most that GetMetricData takes and answers.
const (
	mostMetricQueries = 500
	mostMetricPoints  = 100_800
)

// getMetricData answers each query that there is a value for: one value for each period, which together make it.
func (s *Simulator) getMetricData(req *request) (response, *APIError) {
	var body struct {
		StartTime, EndTime float64
		NextToken          string
		MetricDataQueries  []struct {
			Id         string
			MetricStat struct {
				Metric struct {
					MetricName string
					Dimensions []struct{ Name, Value string }
				}
				Period float64
				Stat   string
			}
		}
	}
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = "*"
	if len(body.MetricDataQueries) > mostMetricQueries {
		return response{}, statesError("ValidationError", "The collection MetricDataQueries must not have a size greater than 500.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	type result struct {
		Id         string
		StatusCode string
		Values     []float64
		Timestamps []apiTime
	}
	results, points := []result{}, 0
	for _, q := range body.MetricDataQueries {
		key := metricKey{name: q.MetricStat.Metric.MetricName}
		for _, d := range q.MetricStat.Metric.Dimensions {
			switch d.Name {
			case "Resource":
				key.resource = d.Value
			case "FunctionName", "function_name":
				key.function = d.Value
			}
		}
		if key.resource != "" {
			key.function = ""
		}
		r := result{Id: q.Id, StatusCode: "Complete", Values: []float64{}, Timestamps: []apiTime{}}
		if v, ok := s.metrics[key]; ok {
			periods := 0
			for at := body.StartTime; at < body.EndTime; at += q.MetricStat.Period {
				r.Timestamps = append(r.Timestamps, apiTime(time.Unix(int64(at), 0)))
				periods++
			}
			each, rest := v, 0.0
			if q.MetricStat.Stat == "Sum" { // counts stay whole numbers
				each = math.Floor(v / float64(periods))
				rest = v - each*float64(periods)
			}
			r.Values = slices.Repeat([]float64{each}, periods)
			if periods > 0 {
				r.Values[0] += rest
			}
			points += periods
		}
		results = append(results, r)
	}
	s.metricsRead += len(results)
	if points > mostMetricPoints {
		return response{}, statesError("ValidationError", "lambdasim has no second page of metrics")
	}
	return response{status: http.StatusOK, body: map[string]any{"MetricDataResults": results}}, nil
}

// MetricsRead returns how many metrics GetMetricData was asked for: that is what AWS charges for.
func (s *Simulator) MetricsRead() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.metricsRead
}

// listMetrics lists those of functions that have a value, the only ones that anybody asks for: Lambda Insights'.
func (s *Simulator) listMetrics(req *request) (response, *APIError) {
	var body struct{ Namespace, MetricName, NextToken string }
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = "*"
	s.mu.Lock()
	var functions []string
	for key := range s.metrics {
		if key.name == body.MetricName && key.function != "" {
			functions = append(functions, key.function)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(functions, strings.Compare)
	var all []map[string]any
	for _, f := range functions {
		all = append(all, map[string]any{
			"Namespace": body.Namespace, "MetricName": body.MetricName, "Dimensions": []map[string]any{{"Name": "function_name", "Value": f}},
		})
	}
	res, err := s.listed("Metrics", all, body.NextToken)
	if next, more := res.body.(map[string]any)["nextToken"]; more {
		res.body.(map[string]any)["NextToken"] = next
	}
	return res, err
}
