package lambdasim

import "net/http"

// SetMetric says what CloudWatch knows of one of Lambda's metrics: of a function's resource (its name, or with a version
// or alias), or of the account if resource is "". What nobody sets has no values, as on AWS.
func (s *Simulator) SetMetric(name, resource string, value float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.metrics == nil {
		s.metrics = map[[2]string]float64{}
	}
	s.metrics[[2]string{name, resource}] = value
}

// getMetricData answers with one value for each query that there is one for.
func (s *Simulator) getMetricData(req *request) (response, *APIError) {
	var body struct {
		MetricDataQueries []struct {
			Id         string
			MetricStat struct {
				Metric struct {
					MetricName string
					Dimensions []struct{ Name, Value string }
				}
			}
		}
	}
	if err := req.decode(&body); err != nil {
		return response{}, err
	}
	req.Resource = "*"
	s.mu.Lock()
	defer s.mu.Unlock()
	type result struct {
		Id     string
		Values []float64
	}
	results := []result{}
	for _, q := range body.MetricDataQueries {
		resource := ""
		for _, d := range q.MetricStat.Metric.Dimensions {
			if d.Name == "Resource" {
				resource = d.Value
			}
		}
		r := result{Id: q.Id, Values: []float64{}}
		if v, ok := s.metrics[[2]string{q.MetricStat.Metric.MetricName, resource}]; ok {
			r.Values = append(r.Values, v)
		}
		results = append(results, r)
	}
	return response{status: http.StatusOK, body: map[string]any{"MetricDataResults": results}}, nil
}
