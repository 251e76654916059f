package cluster

// A TCP proxy between crwatch and the API server that does to connections what
// networks do. TLS passes through it unread.

import (
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"
)

// faultConn is one connection through the proxy.
type faultConn struct {
	client, server net.Conn
	cut            int64 // bytes to the client until it is closed; < 0: for ever
	forgotten      bool  // it stays open, and nothing goes through ever again
}

// faults is the proxy; what its fields say holds for all connections.
type faults struct {
	target string
	port   int

	mu       sync.Mutex
	changed  *sync.Cond
	listener net.Listener
	conns    map[*faultConn]bool
	stalled  bool          // nothing goes through, nothing is lost
	dropUp   bool          // what the client sends goes nowhere
	dropDown bool          // what the server sends goes nowhere
	delay    time.Duration // before each piece
}

func startFaults(t testing.TB, target string) *faults {
	t.Helper()
	f := &faults{target: target, conns: map[*faultConn]bool{}}
	f.changed = sync.NewCond(&f.mu)
	if err := f.listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.refuse()
		f.end(false)
	})
	return f
}

// listen takes connections (again), at the same port.
func (f *faults) listen() error {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", f.port))
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.port = l.Addr().(*net.TCPAddr).Port
	f.listener = l
	f.mu.Unlock()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go f.carry(client)
		}
	}()
	return nil
}

// refuse takes no more connections; those that are there stay.
func (f *faults) refuse() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listener.Close()
}

func (f *faults) carry(client net.Conn) {
	server, err := net.DialTimeout("tcp", f.target, 5*time.Second)
	if err != nil {
		client.Close()
		return
	}
	c := &faultConn{client: client, server: server, cut: -1}
	f.mu.Lock()
	f.conns[c] = true
	f.mu.Unlock()
	go f.pump(c, false)
	f.pump(c, true)
}

func (f *faults) pump(c *faultConn, up bool) {
	from, to := c.server, c.client
	if up {
		from, to = c.client, c.server
	}
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 && !f.pass(c, up, to, piece[:n]) {
			break
		}
		if err != nil {
			break
		}
	}
	f.close(c, false)
}

// pass sends a piece on, or what the faults leave of it; false: that was the end.
func (f *faults) pass(c *faultConn, up bool, to io.Writer, piece []byte) bool {
	f.mu.Lock()
	for f.stalled && f.conns[c] {
		f.changed.Wait()
	}
	open, forgotten, delay, drop := f.conns[c], c.forgotten, f.delay, f.dropDown
	if up {
		drop = f.dropUp
	}
	last := false
	if !up && c.cut >= 0 {
		if int64(len(piece)) >= c.cut {
			piece, last = piece[:c.cut], true
		}
		c.cut -= int64(len(piece))
	}
	f.mu.Unlock()
	if !open || drop || forgotten {
		return open
	}
	time.Sleep(delay)
	_, err := to.Write(piece)
	return err == nil && !last
}

// close ends a connection, with a reset or in order.
func (f *faults) close(c *faultConn, reset bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.conns, c)
	f.changed.Broadcast()
	if reset {
		c.client.(*net.TCPConn).SetLinger(0)
	}
	c.client.Close()
	c.server.Close()
}

// end closes all connections.
func (f *faults) end(reset bool) {
	f.mu.Lock()
	var all []*faultConn
	for c := range f.conns {
		all = append(all, c)
	}
	f.mu.Unlock()
	for _, c := range all {
		f.close(c, reset)
	}
}

// cutAfter closes each connection that is there once n more bytes have come
// down it.
func (f *faults) cutAfter(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		c.cut = n
	}
}

// forget lets no byte through the connections that are there, which stay open.
func (f *faults) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		c.forgotten = true
	}
}

// set changes what holds for all; it is called with the proxy locked.
func (f *faults) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	f.changed.Broadcast()
}

// heal takes everything back but what is lost.
func (f *faults) heal() {
	f.set(func() { f.stalled, f.dropUp, f.dropDown, f.delay = false, false, false, 0 })
}

// pause stops the API server's process, or lets it go on.
func (s *server) pause(stop bool) {
	if stop {
		s.api.Process.Signal(syscall.SIGSTOP)
	} else {
		s.api.Process.Signal(syscall.SIGCONT)
	}
}
