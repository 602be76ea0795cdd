// Package adopt reads the Lambda functions of synthesized templates and writes the Go that makes each of them the serving
// function of a DualArchFunction.
//
// Functions finds them (function.go), and refuses those that cannot be moved (refused.go). The lines are made of the
// template alone: of the function's properties (options.go), its package (code.go), its event source mappings
// (mapping.go, events.go, kafka.go), its alias (alias.go, aliaskept.go), and its logical ids, if they are not those that
// CDK would make (ids.go). What the template refers to is a parameter of the lines (writer.go), because the app has that
// construct already. A property that no option of CDK's has is set as it is, so that nothing gets lost. callers.go lists
// who reaches the function without an alias (qualified.go), and changes.go says what the first deployment changes and
// what stays in the app for good.
//
// Everything in a template is somebody else's text: in the lines it is quoted, and comments are printable.
package adopt
