// Command numbersapi stands in for the numbers service that the demo function
// number asks, for the demo and the end-to-end tests: it listens on loopback
// and answers /{number}/{type} with a sentence that depends on nothing else.
//
// It prints its URL as its first line when it is ready, and runs until it is
// ended.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"
)

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1; 0 takes a free one")
	flag.Parse()
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	server := &http.Server{Handler: service(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// facts has a sentence for each type, with a place for the number.
var facts = map[string]string{
	"trivia": "%d is a number that the stub was asked for trivia about.\n",
	"math":   "%d is a number that the stub can count to.\n",
	"date":   "day %d of the year is a day on which the stub was asked.\n",
	"year":   "%d is a year in which the stub does not know what happened.\n",
}

func service() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{number}/{type}", func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
		sentence, known := facts[r.PathValue("type")]
		if err != nil || !known {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, sentence, number) // the client has gone where it fails
	})
	return mux
}
