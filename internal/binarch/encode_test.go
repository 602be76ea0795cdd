package binarch

import (
	"bytes"
	"debug/elf"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// What is decoded is what was encoded, with every field that an inventory has.
func TestAnInventoryCanBeKept(t *testing.T) {
	var whole Inventory
	fill(reflect.ValueOf(&whole).Elem())
	require.Len(t, whole.Trees, 1)
	require.Equal(t, &whole, kept(t, &whole))

	scanned, err := Scan(t.Context(), files{
		"bootstrap*": string(elfSpec{machine: elf.EM_X86_64}.build()), "a/b.py": "x", "c.dist-info/WHEEL": "Tag: cp312-cp312-manylinux2014_x86_64\n", "broken.zip": "PK\x03\x04",
	}.folder(t), Options{})
	require.NoError(t, err)
	again := kept(t, scanned)
	for _, target := range []Target{{Architecture: Arm64, Runtime: "python3.12"}, {Architecture: X8664}} {
		require.NotEmpty(t, scanned.Report([]Target{target}).Findings)
		require.Equal(t, scanned.Report([]Target{target}), again.Report([]Target{target}))
	}
	require.True(t, again.Has("a/b.py"))
	require.False(t, again.Has("a/c.py"))
}

func TestWhatIsNoInventoryIsRefused(t *testing.T) {
	var other bytes.Buffer
	require.NoError(t, (&Inventory{}).Encode(&other))
	for given, want := range map[string]string{
		"":                                     "encoded inventory: EOF",
		"text":                                 "encoded inventory: unexpected EOF",
		gzipped(t, "{"):                        "encoded inventory: unexpected EOF",
		gzipped(t, `{"Format":99,"Trees":[]}`): "encoded inventory: format 99; this program reads format 1",
		other.String()[:other.Len()-9]:         "encoded inventory: unexpected EOF",
	} {
		_, err := Decode(bytes.NewReader([]byte(given)))
		require.EqualError(t, err, want)
	}
}

func kept(t *testing.T, inventory *Inventory) *Inventory {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, inventory.Encode(&b))
	again, err := Decode(&b)
	require.NoError(t, err)
	return again
}

// fill sets everything in a value, unexported fields included, to something that is not the zero value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem())
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(1<<63 + 7)
	default:
		panic(v.Kind())
	}
}
