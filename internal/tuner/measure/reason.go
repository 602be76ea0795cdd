package measure

import "github.com/dualarch/dualarch/internal/tuner/report"

// reason is the failure in words; with disablePayloadLogs without the message, since functions quote there
// what they were given.
func (m *measuring) reason(a report.FunctionError) string {
	if m.in.DisablePayloadLogs {
		a.Message = ""
	}
	return a.Reason()
}
