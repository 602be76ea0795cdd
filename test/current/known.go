package main

// known is what this module knows.
func known(calls source) knowledge {
	return knowledge{calls: calls, callsHome: callsHome}
}
