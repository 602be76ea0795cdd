// Package page tests the page of internal/page as a reader has it: in headless Chromium, driven over the DevTools protocol
// on a pipe, which needs no library. What is seen is compared with stored pictures, in a font that the tests bring.
package page
