package tuner

// reason is the failure in words; with disablePayloadLogs without the message, since functions quote there
// what they were given.
func (m *measuring) reason(a errorAnswer) string {
	if m.in.DisablePayloadLogs {
		a.Message = ""
	}
	return a.reason()
}
