// Package packages makes deployment packages of any size that take no memory: thousands of them can be had at a time. A
// package is a zip of compressed files that are the same few contents again and again, and is put together where it is
// read.
package packages
