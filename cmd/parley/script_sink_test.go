package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// sink is a target of hooks out that writes what it is sent into sink.log: the headers that matter, and the body.
type sink struct {
	server *http.Server
	status atomic.Int64 // what it answers
}

// cmdSink is: sink STATUS. The first one starts it on $SINK_PORT, each further one says what it answers from then on.
func cmdSink(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sink STATUS")
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	if w.sink == nil {
		l, err := net.Listen("tcp", "127.0.0.1:"+ts.Getenv("SINK_PORT"))
		ts.Check(err)
		log, err := os.OpenFile(ts.MkAbs("sink.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		ts.Check(err)
		s := &sink{}
		s.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // what was cut off is written as it came
			status := int(s.status.Load())
			fmt.Fprintf(log, "%d\t%s\t%s\t%s\t%s\t%s\n", status, r.Header.Get("X-Parley-Event"), r.Header.Get("X-Parley-Delivery"),
				r.Header.Get("X-Parley-Timestamp"), r.Header.Get("X-Parley-Signature"), body)
			w.WriteHeader(status)
		})}
		w.sink = s
		go func() { _ = s.server.Serve(l) }() // until the script ends
	}
	w.sink.status.Store(int64(status))
}
