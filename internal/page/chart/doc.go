// Package chart draws a page's pictures as SVG.
//
// Read axis.go (values to places, and ticks), chart.go (points, curves with their bands, and marks on two axes), then
// interval.go (a saving with its interval, for a table's cell). Pictures have no colours, fonts or sizes of text of their
// own: the page's style sheet has them by class, so that they follow it in the dark and on paper. That, and that a page
// of many pictures stays small, is why they are drawn here and not by a library: those that are kept (gonum/plot,
// go-chart) write colours and text as outlines or attributes, and draw with fonts that they bring.
package chart
