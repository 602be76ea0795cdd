package powertuning

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkPayload returns a default payload as JSON, or nil if none was given.
func checkPayload(property string, payload any, found *problems) json.RawMessage {
	if payload == nil {
		return nil
	}
	written, err := marshal(payload)
	if err != nil {
		found.Add(property, "it cannot be written as JSON (%v); give a value that encoding/json can write", err)
		return nil
	}
	if len(written) > maxPayloadBytes {
		found.Add(property, "%d bytes of JSON are too many; give at most %d bytes, or use the input's payloadS3 and PayloadBucket", len(written), maxPayloadBytes)
	}
	var read any
	if err := json.Unmarshal(written, &read); err != nil {
		found.Add(property, "its JSON cannot be read back (%v); give a value whose MarshalJSON writes JSON", err)
		return nil
	}
	for _, path := range pathKeys("", read) {
		found.Add(property, `the key %s ends with ".$", which Step Functions would read as a path; rename it, or give the payload with the execution's input`, path)
	}
	return written
}

// decodeObject reads a JSON object without rounding its numbers.
func decodeObject(text json.RawMessage, into *map[string]any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var read map[string]any
	if err := decoder.Decode(&read); err != nil {
		return err
	}
	if read == nil {
		return errors.New("it is null")
	}
	*into = read
	return nil
}

// pathKeys lists the JSON pointers of keys that end with ".$".
func pathKeys(at string, value any) []string {
	var found []string
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			path := at + "/" + key
			if strings.HasSuffix(key, ".$") {
				found = append(found, path)
			}
			found = append(found, pathKeys(path, v[key])...)
		}
	case []any:
		for i, element := range v {
			found = append(found, pathKeys(fmt.Sprintf("%s/%d", at, i), element)...)
		}
	}
	return found
}
