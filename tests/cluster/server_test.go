// Package cluster tests crwatch against a real kube-apiserver.
//
// This file starts and stops one: etcd and kube-apiserver on free loopback
// ports, with RBAC, an admin certificate, a user with a token and a user
// without rights. The API server is stopped before etcd: without etcd it
// ignores SIGTERM.
package cluster

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

type server struct {
	dir     string
	port    int
	etcd    *exec.Cmd
	api     *exec.Cmd
	client  *http.Client
	etcdURL string
	apiArgs []string
}

// The one cluster that the tests share; each uses kinds and namespaces of its own.
var shared *server

func TestMain(m *testing.M) {
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "crwatch-cluster-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	shared, err = startServer(dir)
	if shared != nil {
		defer shared.stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot start a cluster:", err)
		return 1
	}
	return m.Run()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func asset(name string) string {
	return filepath.Join(os.Getenv("KUBEBUILDER_ASSETS"), name)
}

// startServer starts both; args are more of kube-apiserver's.
func startServer(dir string, args ...string) (*server, error) {
	s := &server{dir: dir}
	if err := s.writeCertificates(); err != nil {
		return nil, err
	}
	var ports [3]int
	for i := range ports {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		ports[i] = port
	}
	s.port = ports[0]
	etcdURL := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	s.etcdURL = etcdURL
	peerURL := fmt.Sprintf("http://127.0.0.1:%d", ports[2])
	s.etcd = s.command("etcd", "--unsafe-no-fsync", "--data-dir", filepath.Join(dir, "etcd"),
		"--listen-client-urls", etcdURL, "--advertise-client-urls", etcdURL,
		"--listen-peer-urls", peerURL, "--initial-advertise-peer-urls", peerURL,
		"--initial-cluster", "default="+peerURL, "--log-level", "warn")
	if err := s.etcd.Start(); err != nil {
		return nil, err
	}
	f := func(name string) string { return filepath.Join(dir, name) }
	s.apiArgs = []string{"--etcd-servers", etcdURL, fmt.Sprintf("--secure-port=%d", s.port),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
		"--tls-cert-file", f("server.crt"), "--tls-private-key-file", f("server.key"),
		"--client-ca-file", f("ca.crt"), "--service-account-key-file", f("sa.key"),
		"--service-account-signing-key-file", f("sa.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=10.0.0.0/24", "--authorization-mode=RBAC",
		"--token-auth-file", f("tokens.csv"), "--disable-admission-plugins=ServiceAccount"}
	s.apiArgs = append(s.apiArgs, args...)
	if err := s.startAPI(); err != nil {
		return s, err
	}
	return s, s.waitReady()
}

// command makes a process that dies with the test, its output in a file.
func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(asset(name), args...)
	log, err := os.OpenFile(filepath.Join(s.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		cmd.Stdout, cmd.Stderr = log, log
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

func (s *server) startAPI() error {
	s.api = s.command("kube-apiserver", s.apiArgs...)
	return s.api.Start()
}

func (s *server) killAPI() {
	s.api.Process.Kill()
	s.api.Wait()
}

func (s *server) waitReady() error {
	deadline := time.Now().Add(90 * time.Second)
	for time.Now().Before(deadline) {
		if code, _, err := s.try("GET", "/readyz", "", nil); err == nil && code == 200 {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "kube-apiserver.log"))
	if len(log) > 4000 {
		log = log[len(log)-4000:]
	}
	return fmt.Errorf("kube-apiserver is not ready after 90 s:\n%s", log)
}

func (s *server) stop() {
	if s.api != nil && s.api.Process != nil {
		s.killAPI()
	}
	if s.etcd != nil && s.etcd.Process != nil {
		s.etcd.Process.Kill()
		s.etcd.Wait()
	}
}

// ---- certificates and kubeconfigs ----

type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

func (s *server) issue(ca *authority, name string, template *x509.Certificate) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(24 * time.Hour)
	parent, signer := template, key
	if ca != nil {
		parent, signer = ca.cert, ca.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(s.dir, name+".key"), "EC PRIVATE KEY", keyDER); err != nil {
		return nil, err
	}
	return &authority{cert, key}, writePEM(filepath.Join(s.dir, name+".crt"), "CERTIFICATE", der)
}

func (s *server) writeCertificates() error {
	ca, err := s.issue(nil, "ca", &x509.Certificate{Subject: pkix.Name{CommonName: "crwatch test CA"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	if err != nil {
		return err
	}
	for name, template := range map[string]*x509.Certificate{
		"server": {Subject: pkix.Name{CommonName: "kube-apiserver"}, DNSNames: []string{"localhost"},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}},
		"admin": {Subject: pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}},
		"nobody": {Subject: pkix.Name{CommonName: "nobody"},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}},
	} {
		if _, err := s.issue(ca, name, template); err != nil {
			return err
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(s.dir, "sa.key"), "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)); err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	pair, err := tls.LoadX509KeyPair(filepath.Join(s.dir, "admin.crt"), filepath.Join(s.dir, "admin.key"))
	if err != nil {
		return err
	}
	s.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 8,
	}}
	return os.WriteFile(filepath.Join(s.dir, "tokens.csv"),
		[]byte("a-token-for-tests,token-user,1,\"system:masters\"\n"), 0o600)
}

// kubeconfig writes one for "admin", "nobody" (certificates) or "token".
func (s *server) kubeconfig(t testing.TB, user string) string {
	t.Helper()
	return s.kubeconfigAt(t, user, s.port)
}

// kubeconfigAt is for a server that is reached at another port.
func (s *server) kubeconfigAt(t testing.TB, user string, port int) string {
	t.Helper()
	f := func(name string) string { return filepath.Join(s.dir, name) }
	auth := fmt.Sprintf("{client-certificate: %s, client-key: %s}", f(user+".crt"), f(user+".key"))
	if user == "token" {
		auth = "{token: a-token-for-tests}"
	}
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s}}]
users: [{name: %s, user: %s}]
contexts: [{name: test, context: {cluster: test, user: %s}}]
`, port, f("ca.crt"), user, auth, user)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ---- the API ----

func (s *server) try(method, path, contentType string, body []byte) (int, []byte, error) {
	req, err := http.NewRequest(method, fmt.Sprintf("https://127.0.0.1:%d%s", s.port, path), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if contentType == "" {
		contentType = "application/json"
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// do sends a request that must succeed; 429 (a kind's storage starts) is repeated.
func (s *server) do(t testing.TB, method, path, contentType, body string) []byte {
	t.Helper()
	for start := time.Now(); ; {
		code, answer, err := s.try(method, path, contentType, []byte(body))
		if err == nil && code < 300 {
			return answer
		}
		if (code != 429 && code != 404) || time.Since(start) > 20*time.Second || (code == 404 && method != "POST") {
			t.Fatalf("%s %s: %d %v %s", method, path, code, err, answer)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *server) get(t testing.TB, path string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(s.do(t, "GET", path, "", ""), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

func (s *server) namespace(t testing.TB, name string) {
	t.Helper()
	s.do(t, "POST", "/api/v1/namespaces", "", fmt.Sprintf(`{"metadata":{"name":%q}}`, name))
}

// eventually waits for a condition; what says what it was in the failure.
func eventually(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
