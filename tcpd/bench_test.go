package tcpd

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

// minimal is the server that Echo is measured beside: the shortest one that
// answers lines that arrive together together. It checks nothing and bounds
// nothing.
func minimal(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			in, out := bufio.NewReader(conn), bufio.NewWriter(conn)
			for {
				line, err := in.ReadBytes('\n')
				if err != nil {
					return
				}
				out.Write(line)
				if in.Buffered() == 0 && out.Flush() != nil {
					return
				}
			}
		}()
	}
}

// BenchmarkEcho sends lines of 64 bytes: "turns" waits for each answer before
// the next line, "stream" has 16 KiB under way on each connection. One op is
// one line; both servers share the machine with their clients.
func BenchmarkEcho(b *testing.B) {
	line := append(bytes.Repeat([]byte("x"), 63), '\n')
	block := bytes.Repeat(line, 16<<10/len(line))
	for _, load := range []struct {
		name string
		send []byte
	}{{"turns", line}, {"stream", block}} {
		for _, clients := range []int{1, 64, 1000} {
			b.Run(fmt.Sprintf("%s/conns=%d/server=parley", load.name, clients), func(b *testing.B) {
				drive(b, start(b, EchoOptions{}).address, clients, load.send, len(line))
			})
			b.Run(fmt.Sprintf("%s/conns=%d/server=minimal", load.name, clients), func(b *testing.B) {
				ln, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					b.Fatal(err)
				}
				defer ln.Close()
				go minimal(ln)
				drive(b, ln.Addr().String(), clients, load.send, len(line))
			})
		}
	}
}

// drive sends b.N lines in all and waits for their answers.
func drive(b *testing.B, address string, clients int, send []byte, line int) {
	conns := make([]net.Conn, clients)
	for i := range conns {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		conns[i] = conn
	}
	b.SetBytes(int64(line))
	turns := b.N*line/len(send)/clients + 1
	var wait sync.WaitGroup
	b.ResetTimer()
	for _, conn := range conns {
		wait.Go(func() {
			answer := make([]byte, len(send))
			for range turns {
				if _, err := conn.Write(send); err != nil {
					b.Error(err)
					return
				}
				if _, err := io.ReadFull(conn, answer); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.StopTimer()
}
