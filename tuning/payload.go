package tuning

// DecodePayload reads the body of a payloadS3 object as it reads the input's "payload": weighted or
// not, JSON or plain text; num is Input.Num.
func DecodePayload(object []byte, num int) ([]WeightedPayload, error) { return nil, nil }
