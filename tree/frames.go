package tree

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// maxFrame is the longest packet that pkg/sftp reads, in bytes after its length.
	maxFrame = 256 << 10

	openPacket, opendirPacket = 3, 11 // SSH_FXP_OPEN and SSH_FXP_OPENDIR

	// What one session may ask: a transfer of 32 KiB packets at 60 MiB/s fits, and a flood of the smallest takes some per cent of a core.
	packetRate  = 2000 // a second
	packetBurst = 4000
)

var errFrame = errors.New("a packet of that length is not of the file transfer protocol")

// frames lets nothing follow a packet that opens something before all packets are answered. pkg/sftp makes what is opened
// usable while it is being opened, so a client that guesses its handle would make it read what another goroutine writes.
type frames struct {
	mu       sync.Mutex // a leaf
	answered sync.Cond
	asked    int // packets that were passed on
	replied  int // packets that were sent back
	head     []byte
	left     int // bytes of the answer that is being sent
	ended    bool
}

func newFrames() *frames {
	f := &frames{}
	f.answered.L = &f.mu
	return f
}

// pass copies packets until the input ends.
func (f *frames) pass(to io.Writer, in io.Reader) error {
	head := make([]byte, 5)
	rates := rate.NewLimiter(packetRate, packetBurst)
	for {
		if _, err := io.ReadFull(in, head); err != nil {
			return err
		}
		n := binary.BigEndian.Uint32(head)
		if n == 0 || n > maxFrame {
			return errFrame
		}
		time.Sleep(rates.Reserve().Delay())
		f.mu.Lock()
		f.asked++
		f.mu.Unlock()
		if _, err := to.Write(head); err != nil {
			return err
		}
		if _, err := io.CopyN(to, in, int64(n)-1); err != nil {
			return err
		}
		if head[4] == openPacket || head[4] == opendirPacket {
			f.wait()
		}
	}
}

// wait returns when all packets are answered, or the session has ended.
func (f *frames) wait() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.replied < f.asked && !f.ended {
		f.answered.Wait()
	}
}

func (f *frames) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	f.answered.Broadcast()
}

// sent counts the packets in what is sent.
func (f *frames) sent(p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(p) > 0 {
		if f.left == 0 {
			n := min(4-len(f.head), len(p))
			f.head, p = append(f.head, p[:n]...), p[n:]
			if len(f.head) < 4 {
				return
			}
			f.left, f.head = int(binary.BigEndian.Uint32(f.head)), f.head[:0]
		}
		n := min(f.left, len(p))
		p = p[n:]
		if f.left -= n; f.left == 0 {
			f.replied++
			f.answered.Broadcast()
		}
	}
}
