// Package terms has what is agreed on before anything is explored: what invocations spend, what the first round may
// take, and which configurations need not be tried (again). It only computes with packages of the standard library, so
// that whoever reads or checks an input need not have what explores. Package explore has the same names.
package terms
