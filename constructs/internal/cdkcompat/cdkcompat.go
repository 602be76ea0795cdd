// Package cdkcompat is the only place that knows how the supported CDKs differ. go.mod names the oldest,
// test/consumer/newest-cdk the newest that is tested; CONTRIBUTING.md says what to do if a newer one does not
// compile.
package cdkcompat

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Warn adds a warning to a construct, unless somebody has acknowledged it. CDK 2.270 heeds acknowledgements on
// a construct's parents, but overlooks those on the construct itself that come before the warning, as they do
// for the guard. So the warning is first tried on a child, which does not get it in either case.
func Warn(construct constructs.IConstruct, id, text string) {
	add := func(on constructs.IConstruct) {
		oldest[func(id, message *string)](awscdk.Annotations_Of(on).AddWarningV2)(jsii.String(id), jsii.String(text))
	}
	if scope, ok := construct.(constructs.Construct); ok {
		child := constructs.NewConstruct(scope, jsii.String("DualArchAcknowledged"))
		add(child)
		acknowledged := len(*child.Node().Metadata()) == 0
		scope.Node().TryRemoveChild(child.Node().Id())
		if acknowledged {
			return
		}
	}
	add(construct)
}

// Inform adds information to a construct. There may be much of it, so it is added without trying.
func Inform(construct constructs.IConstruct, id, text string) {
	oldest[func(id, message *string)](awscdk.Annotations_Of(construct).AddInfoV2)(jsii.String(id), jsii.String(text))
}

// oldest returns a function of the CDK with the signature F that it has in the oldest supported CDK. Each
// optional parameter that the CDK adds changes the signature in Go; here it is zero, which jsii takes as not
// given. oldest panics if the function differs in more than that.
func oldest[F any](function any) F {
	if same, ok := function.(F); ok {
		return same
	}
	want, have := reflect.TypeFor[F](), reflect.ValueOf(function)
	if !extends(have.Type(), want) {
		name := strings.TrimSuffix(runtime.FuncForPC(have.Pointer()).Name(), "-fm")
		panic(fmt.Errorf("this version of the CDK has %s as %s, and dualarch expects %s: take a newer dualarch, or a version of the CDK that its README names",
			name, have.Type(), want))
	}
	parameters := have.Type().NumIn()
	if have.Type().IsVariadic() {
		parameters--
	}
	return reflect.MakeFunc(want, func(given []reflect.Value) []reflect.Value {
		for i := len(given); i < parameters; i++ {
			given = append(given, reflect.Zero(have.Type().In(i)))
		}
		return have.Call(given)
	}).Interface().(F)
}

// extends reports whether a function differs from an older one only in parameters at its end.
func extends(newer, older reflect.Type) bool {
	return !older.IsVariadic() && newer.NumIn() > older.NumIn() &&
		slices.Equal(slices.Collect(newer.Ins())[:older.NumIn()], slices.Collect(older.Ins())) &&
		slices.Equal(slices.Collect(newer.Outs()), slices.Collect(older.Outs()))
}
