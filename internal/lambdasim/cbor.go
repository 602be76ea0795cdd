package lambdasim

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// CloudWatch and Compute Optimizer speak the protocol rpc-v2-cbor with the SDK, unless it is told to speak JSON: the same
// values in another encoding. Their operations here are written as if it was JSON.

// apiTime is a time in an answer, in either encoding.
type apiTime time.Time

// MarshalJSON writes seconds since 1970.
func (t apiTime) MarshalJSON() ([]byte, error) { return json.Marshal(seconds(time.Time(t))) }

// spokenCBOR returns the operation of a request in that protocol, "" for others.
func spokenCBOR(r *http.Request) string {
	if r.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
		return ""
	}
	return r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:] // /service/SERVICE/operation/OPERATION
}

// fromCBOR returns a request's body as JSON.
func fromCBOR(body []byte) ([]byte, *APIError) {
	if len(body) == 0 {
		return nil, nil
	}
	value, err := cbor.Decode(body)
	if err != nil {
		return nil, &APIError{Status: http.StatusBadRequest, Code: "SerializationException", Message: err.Error()}
	}
	text, err := json.Marshal(plain(value))
	if err != nil {
		panic(err) // maps, lists, numbers and texts
	}
	return text, nil
}

func plain(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Uint:
		return uint64(v)
	case cbor.NegInt:
		return -int64(v)
	case cbor.Float32:
		return float64(v)
	case cbor.Float64:
		return float64(v)
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	case *cbor.Tag: // a time
		return plain(v.Value)
	case cbor.List:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case cbor.Map:
		all := map[string]any{}
		for name := range v {
			all[name] = plain(v[name])
		}
		return all
	}
	return nil
}

// asCBOR encodes an answer or an error.
func (r response) asCBOR() response {
	value := r.body
	if value == nil { // an error
		var fields map[string]any
		if err := json.Unmarshal(r.raw, &fields); err != nil {
			panic(err) // APIError.body wrote it
		}
		if message, capital := fields["Message"]; capital {
			fields["message"] = message
		}
		value = fields
	}
	r.raw, r.body = cbor.Encode(encoded(reflect.ValueOf(value))), nil
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header["Content-Type"], r.header["Smithy-Protocol"] = "application/cbor", "rpc-v2-cbor"
	return r
}

func encoded(v reflect.Value) cbor.Value {
	if !v.IsValid() {
		return &cbor.Nil{}
	}
	if t, is := reflect.TypeAssert[apiTime](v); is {
		return &cbor.Tag{ID: 1, Value: cbor.Float64(seconds(time.Time(t)))}
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return encoded(v.Elem())
	case reflect.String:
		return cbor.String(v.String())
	case reflect.Bool:
		return cbor.Bool(v.Bool())
	case reflect.Float64:
		return cbor.Float64(v.Float())
	case reflect.Int, reflect.Int64:
		if v.Int() < 0 {
			return cbor.NegInt(-v.Int())
		}
		return cbor.Uint(v.Int())
	case reflect.Slice:
		list := cbor.List{}
		for i := range v.Len() {
			list = append(list, encoded(v.Index(i)))
		}
		return list
	case reflect.Map:
		all := cbor.Map{}
		for _, key := range v.MapKeys() {
			all[key.String()] = encoded(v.MapIndex(key))
		}
		return all
	case reflect.Struct:
		all := cbor.Map{}
		for i := range v.NumField() {
			all[v.Type().Field(i).Name] = encoded(v.Field(i))
		}
		return all
	}
	panic("lambdasim answers with no " + v.Kind().String())
}
