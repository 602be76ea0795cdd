package adopt

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/printable"
)

// number reads a number, which a template may write as text.
func number(value any) (n float64, is bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case string:
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
	}
	return 0, false
}

// goString is an expression of type *string with the meaning of a template's value.
func goString(value any) string {
	switch v := value.(type) {
	case string:
		return "jsii.String(" + strconv.Quote(v) + ")"
	case map[string]any:
		return goReference(v)
	}
	text, _ := json.Marshal(value) // it was read from JSON
	return "jsii.String(" + strconv.Quote(string(text)) + ")"
}

// pseudo are CloudFormation's own parameters in CDK.
var pseudo = map[string]string{
	"AWS::AccountId": "awscdk.Aws_ACCOUNT_ID()", "AWS::Partition": "awscdk.Aws_PARTITION()", "AWS::Region": "awscdk.Aws_REGION()",
	"AWS::StackId": "awscdk.Aws_STACK_ID()", "AWS::StackName": "awscdk.Aws_STACK_NAME()", "AWS::URLSuffix": "awscdk.Aws_URL_SUFFIX()",
}

func goReference(v map[string]any) string {
	if len(v) == 1 {
		if id, is := v["Ref"].(string); is {
			if known := pseudo[id]; known != "" {
				return known
			}
			return "awscdk.Fn_Ref(jsii.String(" + strconv.Quote(id) + "))"
		}
		if id, name, is := cfn.Attribute(v); is {
			return fmt.Sprintf("awscdk.Token_AsString(awscdk.Fn_GetAtt(jsii.String(%q), jsii.String(%q)), nil)", id, name)
		}
		if name, is := v["Fn::ImportValue"].(string); is {
			return "awscdk.Fn_ImportValue(jsii.String(" + strconv.Quote(name) + "))"
		}
	}
	return "awscdk.Token_AsString(" + goAny(v) + ", nil)"
}

// goNumber is an expression of type *float64.
func goNumber(value any) string {
	if n, is := number(value); is {
		return "jsii.Number(" + goAny(n) + ")"
	}
	return "awscdk.Token_AsNumber(" + goAny(value) + ")"
}

// goBool is an expression of type *bool, if the value is known.
func goBool(value any) (text string, ok bool) {
	switch value {
	case true, "true":
		return "jsii.Bool(true)", true
	case false, "false":
		return "jsii.Bool(false)", true
	}
	return "", false
}

func goSeconds(value any) string { return "awscdk.Duration_Seconds(" + goNumber(value) + ")" }

// goAny is an expression for a value as the template has it.
func goAny(value any) string {
	switch v := value.(type) {
	case nil:
		return "nil"
	case string:
		return strconv.Quote(v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64) // beyond an int, it has to look like a float
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = goAny(one)
		}
		return "[]any{" + strings.Join(parts, ", ") + "}"
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, strconv.Quote(key)+": "+goAny(v[key]))
		}
		return "map[string]any{" + strings.Join(parts, ", ") + "}"
	}
	return "nil"
}

// comment names the constructs that a value refers to: "" if there are none.
func (s *subject) comment(value any) string {
	var names []string
	for _, target := range s.assembly.Targets(s.in, value) {
		if name := printable.Line(target.In.Name(target.ID)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
