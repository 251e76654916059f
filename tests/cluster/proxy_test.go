package cluster

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// proxy is an HTTP or SOCKS5 proxy on loopback. It remembers where it was asked
// to connect to, and what it was told about who asks.
type proxy struct {
	listener net.Listener
	password string // "user:password" that it wants; "": none
	mu       sync.Mutex
	targets  []string
	headers  []http.Header
}

func startProxy(t testing.TB, listener net.Listener, serve func(*proxy, net.Conn)) *proxy {
	t.Helper()
	p := &proxy{listener: listener}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(p, conn)
			}()
		}
	}()
	return p
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) asked(target string, header http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.targets = append(p.targets, target)
	p.headers = append(p.headers, header)
}

func tunnel(target string, conn net.Conn, from io.Reader, granted string) {
	out, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer out.Close()
	io.WriteString(conn, granted)
	go func() {
		io.Copy(out, from)
		out.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(conn, out)
}

func serveHTTP(p *proxy, conn net.Conn) {
	in := bufio.NewReader(conn)
	req, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	p.asked(req.Host, req.Header)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.password))
	switch {
	case req.Method != http.MethodConnect:
		io.WriteString(conn, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
	case p.password != "" && req.Header.Get("Proxy-Authorization") != want:
		io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\n"+
			"Proxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
	default:
		tunnel(req.Host, conn, in, "HTTP/1.1 200 Connection established\r\n\r\n")
	}
}

// RFC 1928, without authentication.
func serveSOCKS(p *proxy, conn net.Conn) {
	target, err := socksTarget(conn)
	if err != nil {
		return
	}
	p.asked(target, nil)
	tunnel(target, conn, conn, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
}

func socksTarget(conn net.Conn) (string, error) {
	var head [4]byte
	if _, err := io.ReadFull(conn, head[:2]); err != nil {
		return "", err
	}
	if _, err := io.CopyN(io.Discard, conn, int64(head[1])); err != nil {
		return "", err
	}
	io.WriteString(conn, "\x05\x00")
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return "", err
	}
	size := map[byte]int{1: net.IPv4len, 4: net.IPv6len}[head[3]]
	if head[3] == 3 {
		var n [1]byte
		if _, err := io.ReadFull(conn, n[:]); err != nil {
			return "", err
		}
		size = int(n[0])
	}
	if size == 0 {
		return "", errors.New("an address of another kind")
	}
	rest := make([]byte, size+2)
	if _, err := io.ReadFull(conn, rest); err != nil {
		return "", err
	}
	host := string(rest[:size])
	if head[3] != 3 {
		host = net.IP(rest[:size]).String()
	}
	return net.JoinHostPort(host, fmt.Sprint(binary.BigEndian.Uint16(rest[size:]))), nil
}

// What a proxy of each kind carries is what kubectl gets through it; the proxy is
// used, and is not told who we are to the server.
func TestProxies(t *testing.T) {
	const group = "proxy.example.com"
	shared.createCRD(t, group, "envoys", "Envoy", "")
	shared.namespace(t, "proxy")
	shared.create(t, group, "proxy", "envoys", "Envoy", "one", "")
	config := shared.kubeconfig(t, "token")
	server := fmt.Sprintf("127.0.0.1:%d", shared.port)
	pair, err := tls.LoadX509KeyPair(filepath.Join(shared.dir, "server.crt"), filepath.Join(shared.dir, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	secure := tls.NewListener(listen(t), &tls.Config{Certificates: []tls.Certificate{pair}})
	for _, c := range []struct {
		name, url string
		proxy     *proxy
		password  string
	}{
		{"http", "http://%s", startProxy(t, listen(t), serveHTTP), ""},
		{"http with a password", "http://me:secret@%s", startProxy(t, listen(t), serveHTTP), "me:secret"},
		{"https", "https://%s", startProxy(t, secure, serveHTTP), ""},
		{"socks5", "socks5://%s", startProxy(t, listen(t), serveSOCKS), ""},
	} {
		c.proxy.password = c.password
		url := fmt.Sprintf(c.url, c.proxy.address())
		// As a flag, and as the kubeconfig has it.
		text, _ := os.ReadFile(config)
		path := filepath.Join(t.TempDir(), "kubeconfig")
		os.WriteFile(path, []byte(strings.Replace(string(text), "cluster: {server:", "cluster: {proxy-url: \""+url+"\", server:", 1)), 0o600)
		for _, args := range [][]string{{config, "--proxy-url", url}, {path}} {
			before := len(c.proxy.targets)
			out, stderr, code := crwatch(t, args[0], append(args[1:], "get", "envoys", "-n", "proxy", "-o", "name")...)
			if code != 0 || strings.TrimSpace(out) != "envoy.proxy.example.com/one" {
				t.Errorf("%s: %d %q %q", c.name, code, out, stderr)
			}
			if len(c.proxy.targets) == before {
				t.Errorf("%s: the proxy was not asked", c.name)
			}
		}
		for i, target := range c.proxy.targets {
			if target != server || c.proxy.headers[i].Get("Authorization") != "" {
				t.Errorf("%s: asked for %s with %v", c.name, target, c.proxy.headers[i])
			}
		}
	}
	// A watch goes the same way.
	p := startProxy(t, listen(t), serveHTTP)
	events := startEvents(t, config, "--proxy-url", "http://"+p.address(), "--initial", "envoys")
	events.until(t, 20*time.Second, "the envoy through the proxy", func(e event) bool { return e.Name == "one" })

	p.password = "me:secret"
	_, stderr, code := crwatch(t, config, "--proxy-url", "http://me:wrong@"+p.address(), "get", "envoys")
	want := "Unable to connect to the server: the proxy " + p.address() + " answered 407 Proxy Authentication Required\n"
	if code != 1 || stderr != want {
		t.Errorf("a wrong password: %d %q", code, stderr)
	}
}

// What kubectl proxy offers: a path before every path, as Rancher's servers have it,
// and a unix socket. No kubeconfig is needed.
func TestThroughKubectlProxy(t *testing.T) {
	const group = "behind.example.com"
	kubectl(t, shared.kubeconfig(t, "admin"), "version") // or skipped
	shared.createCRD(t, group, "doves", "Dove", "")
	shared.namespace(t, "behind")
	shared.create(t, group, "behind", "doves", "Dove", "one", "")
	socket := filepath.Join(t.TempDir(), "socket")
	for name, args := range map[string][]string{
		"a prefix": {"--port=0", "--api-prefix=/k8s/clusters/c-1/"},
		"a socket": {"--unix-socket=" + socket},
	} {
		proxy := exec.Command("kubectl", append([]string{"--kubeconfig", shared.kubeconfig(t, "admin"), "proxy"}, args...)...)
		out, err := proxy.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := proxy.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { proxy.Process.Kill(); proxy.Wait() })
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		server := "unix://" + socket
		if at := strings.TrimSpace(line[strings.LastIndex(line, " ")+1:]); name == "a prefix" {
			server = "http://" + at + "/k8s/clusters/c-1"
		}
		empty := filepath.Join(t.TempDir(), "empty")
		os.WriteFile(empty, nil, 0o600)
		got, stderr, code := crwatch(t, empty, "-s", server, "get", "doves", "-n", "behind", "-o", "name")
		if code != 0 || strings.TrimSpace(got) != "dove.behind.example.com/one" {
			t.Errorf("%s: %d %q %q", name, code, got, stderr)
		}
		events := startEvents(t, empty, "-s", server, "--initial", "doves")
		events.until(t, 20*time.Second, "the dove behind "+name, func(e event) bool { return e.Name == "one" })
	}
}
