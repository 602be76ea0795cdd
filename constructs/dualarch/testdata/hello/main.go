// Command hello is what the package's tests deploy: the smallest Go program.
package main

func main() {}
