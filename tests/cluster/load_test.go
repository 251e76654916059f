package cluster

// Many kinds: what a start and a restart cost the server, and crwatch.

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	loadGroup = "load.example.com"
	loadUser  = "ordinary"
)

// load is a server of many kinds, which writes down what is asked of it.
type load struct {
	server *server
	kinds  int
	audit  string
}

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{level: Metadata}]
`

func startLoad(t testing.TB, kinds int, args ...string) *load {
	t.Helper()
	dir := t.TempDir()
	policy := filepath.Join(dir, "policy.yaml")
	l := &load{kinds: kinds, audit: filepath.Join(dir, "audit.log")}
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := startServer(dir, append(args, "--audit-log-path="+l.audit, "--audit-policy-file="+policy)...)
	if own != nil {
		t.Cleanup(own.stop)
	}
	if err != nil {
		t.Fatal(err)
	}
	l.server = own
	start := time.Now()
	l.each(t, func(i int) (string, string, string) {
		return "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
			widgetCRD(loadGroup, fmt.Sprintf("load%ds", i), fmt.Sprintf("Load%d", i), "")
	})
	own.namespace(t, "load")
	l.each(t, func(i int) (string, string, string) { return l.object(i, "first") })
	t.Logf("%d kinds in %v", kinds, time.Since(start).Round(time.Millisecond))
	own.grant(t, loadUser, "", "*", "*", "list", "watch")
	return l
}

func (l *load) object(i int, name string) (method, path, body string) {
	return "POST", fmt.Sprintf("/apis/%s/v1/namespaces/load/load%ds", loadGroup, i),
		fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"Load%d","metadata":{"name":"%s-%d"}}`, loadGroup, i, name, i)
}

// each makes a request for every kind, several at once; it says when each was answered.
func (l *load) each(t testing.TB, request func(i int) (method, path, body string)) []time.Time {
	t.Helper()
	answered := make([]time.Time, l.kinds)
	next := make(chan int)
	var done sync.WaitGroup
	for range 16 {
		done.Go(func() {
			for i := range next {
				method, path, body := request(i)
				for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
					code, answer, err := l.server.try(method, path, "", []byte(body))
					if err == nil && (code < 300 || code == http.StatusConflict) {
						break
					}
					if time.Since(start) > 60*time.Second {
						t.Errorf("%s %s: %d %v %s", method, path, code, err, answer)
						break
					}
				}
				answered[i] = time.Now()
			}
		})
	}
	for i := range l.kinds {
		next <- i
	}
	close(next)
	done.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return answered
}

// request is a line of the audit log.
type request struct {
	RequestURI       string
	ImpersonatedUser struct{ Username string }
	ResponseStatus   struct {
		Code    int
		Message string
	}
	Received time.Time `json:"requestReceivedTimestamp"`
	Answered time.Time `json:"stageTimestamp"`
}

// asked is what crwatch has asked and was answered.
func (l *load) asked(t testing.TB) []request {
	t.Helper()
	file, err := os.Open(l.audit)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []request
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if r.ImpersonatedUser.Username == loadUser {
			all = append(all, r)
		}
	}
	return all
}

func isInitializing(r *request) bool {
	return strings.Contains(r.ResponseStatus.Message, "initializing")
}

// refused counts the 429s but those of a kind whose storage starts.
func refused(all []request) (n, initializing int) {
	for i := range all {
		switch {
		case all[i].ResponseStatus.Code != http.StatusTooManyRequests:
		case isInitializing(&all[i]):
			initializing++
		default:
			n++
		}
	}
	return n, initializing
}

// hears waits until an object of that name is told of for every kind, and says when each was.
func (l *load) hears(t testing.TB, s *stream, within time.Duration, name string) []time.Time {
	t.Helper()
	heard := make([]time.Time, l.kinds)
	left := l.kinds
	s.until(t, within, fmt.Sprintf("%s of all %d kinds", name, l.kinds), func(e event) bool {
		i := -1
		fmt.Sscanf(e.Name, name+"-%d", &i)
		if e.Type == "ADDED" && i >= 0 && i < l.kinds && heard[i].IsZero() {
			heard[i] = e.at
			left--
		}
		return left == 0
	})
	return heard
}

// usage is what a process has of the machine.
type usage struct{ descriptors, threads, rss int }

func usageOf(t testing.TB, pid int) (u usage) {
	t.Helper()
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	u.descriptors = len(fds)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		fmt.Sscanf(line, "Threads: %d", &u.threads)
		fmt.Sscanf(line, "VmRSS: %d kB", &u.rss)
	}
	return u
}

func (u usage) String() string {
	return fmt.Sprintf("%d descriptors, %d threads, %d KiB", u.descriptors, u.threads, u.rss)
}

// The server is killed under 300 kinds: 2 s after it serves them all again crwatch
// is live, and neither then nor at the start does it ask more than the server will
// take of an ordinary user. What takes a restarted server its time is the storage
// of each kind, which it starts when the first asks. With CRWATCH_SOAK it is 1,000
// kinds.
func TestManyKindsAreSoonLiveAgain(t *testing.T) {
	kinds := 300
	if os.Getenv("CRWATCH_SOAK") != "" {
		kinds = 1000
	}
	l := startLoad(t, kinds)
	start := time.Now()
	s := startEvents(t, l.server.kubeconfig(t, "admin"), "--as", loadUser, "--initial")
	l.hears(t, s, 60*time.Second, "first")
	t.Logf("all kinds after %v", time.Since(start).Round(time.Millisecond))
	eventually(t, 10*time.Second, "the watches", func() bool { return connections(t, s.cmd.Process.Pid) > 1 })
	u := usageOf(t, s.cmd.Process.Pid)
	t.Logf("%v, %d connections", u, connections(t, s.cmd.Process.Pid))
	if u.descriptors > 64 || u.threads > 4 {
		t.Errorf("too much: %v", u)
	}
	if n, initializing := refused(l.asked(t)); n != 0 {
		t.Errorf("%d requests were too many at the start, %d came before the storage", n, initializing)
	}
	l.server.killAPI()
	l.server.client.CloseIdleConnections()
	if err := l.server.startAPI(); err != nil {
		t.Fatal(err)
	}
	if err := l.server.waitReady(); err != nil {
		t.Fatal(err)
	}
	ready := time.Now()
	answered := l.each(t, func(i int) (string, string, string) { return l.object(i, "again") })
	heard := l.hears(t, s, 60*time.Second, "again")
	var stored, last time.Duration
	for i := range heard {
		stored = max(stored, answered[i].Sub(ready))
		last = max(last, heard[i].Sub(ready))
	}
	n, initializing := refused(l.asked(t))
	t.Logf("live again: the server had stored the last object %v after it was ready, crwatch told of the last one after %v; "+
		"429: %d, and %d while the storage started; %v", stored.Round(time.Millisecond), last.Round(time.Millisecond),
		n, initializing, usageOf(t, s.cmd.Process.Pid))
	if last > stored+2*time.Second {
		t.Errorf("live again %v after the server was", last-stored)
	}
	if n != 0 {
		t.Errorf("%d requests were too many", n)
	}
}

// A server that takes a few requests at a time refuses the others: each is asked
// again, not before the time that it gives, and all kinds are there in the end.
func TestRetryAfterIsObeyed(t *testing.T) {
	l := startLoad(t, 40)
	l.server.do(t, "POST", "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", "",
		`{"metadata":{"name":"narrow"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":0,"lendablePercent":0,"limitResponse":{"type":"Reject"}}}}`)
	l.server.do(t, "POST", "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", "",
		`{"metadata":{"name":"narrow"},"spec":{"matchingPrecedence":2,"priorityLevelConfiguration":{"name":"narrow"},
"rules":[{"subjects":[{"kind":"User","user":{"name":"`+loadUser+`"}}],
"resourceRules":[{"verbs":["*"],"apiGroups":["`+loadGroup+`"],"resources":["*"],"clusterScope":true,"namespaces":["*"]}]}]}}`)
	s := startEvents(t, l.server.kubeconfig(t, "admin"), "--as", loadUser, "--initial")
	eventually(t, 30*time.Second, "refused requests", func() bool {
		n, _ := refused(l.asked(t))
		return n >= l.kinds/2
	})
	l.server.do(t, "DELETE", "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/narrow", "", "")
	l.hears(t, s, 60*time.Second, "first")
	last := map[string]request{}
	for _, r := range l.asked(t) {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		before, there := last[path]
		if there && before.ResponseStatus.Code == http.StatusTooManyRequests && !isInitializing(&before) {
			if wait := r.Received.Sub(before.Answered); wait < time.Second {
				t.Errorf("%s was asked again after %v", path, wait)
			}
		}
		last[path] = r
	}
}
