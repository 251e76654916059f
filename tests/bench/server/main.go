// server is an API server as far as an informer asks: lists, streaming lists and
// watches of generated custom resources over TLS and HTTP/2, with the stack that
// kube-apiserver uses. It prints the path of a kubeconfig and serves until its
// standard input ends.
//
//	POST /bench/rate?events=N&seconds=S[&pause=…]   N changes a second; answers {"sent":…} once all are written
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const logKept = 4096 // events a kind keeps for watches that begin in the past

var version atomic.Uint64 // the last resourceVersion given away

type event struct {
	rv   uint64
	line []byte
}

type watcher struct {
	lines chan []byte
}

// store is one kind's objects and who watches them.
type store struct {
	kind  kind
	lock  sync.RWMutex
	objs  []object
	texts [][]byte
	log   []event
	since uint64 // events after this one are in the log
	rv    uint64
	subs  map[*watcher]bool
}

func newStore(k kind, n int) *store {
	s := &store{kind: k, subs: map[*watcher]bool{}}
	for i := range n {
		s.objs = append(s.objs, makeObject(&k, i))
	}
	slices.SortFunc(s.objs, func(a, b object) int { return strings.Compare(a.key(), b.key()) })
	for _, o := range s.objs {
		s.texts = append(s.texts, o.text(&k, version.Add(1), o.seed%20 != 0))
	}
	s.rv = version.Load()
	s.since = s.rv
	return s
}

func (s *store) publish(line []byte, rv uint64) {
	s.rv = rv
	if len(s.log) == logKept {
		s.since = s.log[0].rv
		s.log = s.log[1:]
	}
	s.log = append(s.log, event{rv, line})
	for w := range s.subs {
		written.Add(1)
		w.lines <- line
	}
}

// enlarge makes the first object as dense as an object can be: a list of small ones.
func (s *store) enlarge(size int) {
	var values strings.Builder
	for i := 0; values.Len() < size-len(s.texts[0])-40; i++ {
		fmt.Fprintf(&values, `{"key":"v%05d"},`, i)
	}
	s.texts[0] = bytes.Replace(s.texts[0], []byte(`},"status":{`),
		[]byte(`,"values":[`+strings.TrimSuffix(values.String(), ",")+`]},"status":{`), 1)
}

// change toggles whether object i is well and tells who watches.
func (s *store) change(i int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	rv := version.Add(1)
	text := s.objs[i].text(&s.kind, rv, rv%4 != 0)
	s.texts[i] = text
	line := make([]byte, 0, len(text)+40)
	line = append(append(append(line, `{"type":"MODIFIED","object":`...), text...), "}\n"...)
	s.publish(line, rv)
}

var (
	stores  []*store
	byPath  = map[string]*store{}
	crds    *store
	written atomic.Int64 // lines given to a watch
	flushed atomic.Int64 // lines that the socket has taken
)

func bookmark(s *store, rv uint64, end bool) []byte {
	annotations := ""
	if end {
		annotations = `"annotations":{"k8s.io/initial-events-end":"true"},`
	}
	return fmt.Appendf(nil, `{"type":"BOOKMARK","object":{"apiVersion":"%s/%s","kind":"%s","metadata":{%s"creationTimestamp":null,"resourceVersion":"%d"}}}`+"\n",
		s.kind.group, s.kind.version, s.kind.name, annotations, rv)
}

func fail(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"code":%d}`+"\n", message, reason, code)
}

func (s *store) watch(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	sub := &watcher{lines: make(chan []byte, 1<<16)}
	var initial [][]byte
	s.lock.Lock()
	rv := s.rv
	if q.Get("sendInitialEvents") == "true" {
		initial = append(initial, s.texts...)
	} else if from, _ := strconv.ParseUint(q.Get("resourceVersion"), 10, 64); from > 0 {
		if from < s.since {
			s.lock.Unlock()
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: %d (%d)","reason":"Expired","code":410}}`+"\n", from, s.since)
			return
		}
		for _, e := range s.log {
			if e.rv > from {
				written.Add(1)
				sub.lines <- e.line
			}
		}
	}
	s.subs[sub] = true
	s.lock.Unlock()
	defer s.leave(sub)
	w.Header().Set("Content-Type", "application/json")
	flush := w.(http.Flusher).Flush
	for _, text := range initial {
		io.WriteString(w, `{"type":"ADDED","object":`)
		w.Write(text)
		io.WriteString(w, "}\n")
	}
	if q.Get("sendInitialEvents") == "true" {
		w.Write(bookmark(s, rv, true))
	}
	initial = nil
	flush()
	s.follow(w, r, sub, flush)
}

func (s *store) follow(w http.ResponseWriter, r *http.Request, sub *watcher, flush func()) {
	marks := time.NewTicker(time.Minute)
	defer marks.Stop()
	for {
		n := int64(0)
		select {
		case <-r.Context().Done():
			return
		case <-marks.C:
			s.lock.RLock()
			rv := s.rv
			s.lock.RUnlock()
			w.Write(bookmark(s, rv, false))
		case line := <-sub.lines:
			n = 1
			w.Write(line)
		}
		flush() // one flush an event, as kube-apiserver does
		flushed.Add(n)
	}
}

func (s *store) leave(sub *watcher) {
	go func() {
		for range sub.lines { // let a change that is being told go on
			flushed.Add(1)
		}
	}()
	s.lock.Lock()
	delete(s.subs, sub)
	close(sub.lines)
	s.lock.Unlock()
}

func (s *store) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, _ := strconv.Atoi(q.Get("limit"))
	from, _ := strconv.Atoi(q.Get("continue"))
	s.lock.RLock()
	texts, rv := s.texts[min(from, len(s.texts)):], s.rv
	if limit > 0 && len(texts) > limit && q.Get("resourceVersion") != "0" {
		texts = texts[:limit]
	}
	texts = append([][]byte(nil), texts...)
	next := from + len(texts)
	more := next < len(s.texts)
	left := len(s.texts) - next
	s.lock.RUnlock()
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"apiVersion":"%s/%s","items":[`, s.kind.group, s.kind.version)
	for i, text := range texts {
		if i > 0 {
			io.WriteString(w, ",")
		}
		w.Write(text)
	}
	fmt.Fprintf(w, `],"kind":"%sList","metadata":{`, s.kind.name)
	if more {
		fmt.Fprintf(w, `"continue":"%d","remainingItemCount":%d,`, next, left)
	}
	fmt.Fprintf(w, `"resourceVersion":"%d"}}`+"\n", rv)
}

func serve(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/version":
		io.WriteString(w, `{"major":"1","minor":"36","gitVersion":"v1.36.3","platform":"linux/amd64"}`)
		return
	case "/readyz", "/livez", "/healthz":
		io.WriteString(w, "ok")
		return
	case "/bench/rate":
		rate(w, r)
		return
	}
	path := r.URL.Path
	if i := strings.Index(path, "/namespaces/"); i > 0 {
		fail(w, 404, "NotFound", "this server has no namespaces")
		return
	}
	s := byPath[path]
	switch {
	case s == nil:
		fail(w, 404, "NotFound", "the server could not find the requested resource")
	case r.URL.Query().Get("watch") == "true" || r.URL.Query().Get("watch") == "1":
		s.watch(w, r)
	default:
		s.list(w, r)
	}
}

// rate changes objects all over the kinds at an even pace, and answers once
// the watches' sockets have taken every event.
func rate(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	events, _ := strconv.ParseFloat(q.Get("events"), 64)
	seconds, _ := strconv.ParseFloat(q.Get("seconds"), 64)
	start := time.Now()
	n := 0
	for x := uint64(88172645463325252); ; {
		due := min(int(time.Since(start).Seconds()*events), int(events*seconds))
		for ; n < due; n++ {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			s := stores[x%uint64(len(stores))]
			if len(s.objs) > 0 {
				s.change(int(x / 977 % uint64(len(s.objs))))
			}
		}
		if n >= int(events*seconds) || r.Context().Err() != nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	offered := time.Since(start)
	for flushed.Load() < written.Load() && r.Context().Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	fmt.Fprintf(w, `{"sent":%d,"offered_s":%.3f,"taken_s":%.3f}`+"\n", n, offered.Seconds(), time.Since(start).Seconds())
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func serverCertificate() (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "crwatch bench"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func main() {
	nKinds := flag.Int("kinds", 3, "how many kinds")
	nObjects := flag.Int("objects", 100000, "how many objects, spread over the kinds")
	nLarge := flag.Int("large", 0, "bytes of the first kind's first object")
	listen := flag.String("listen", "127.0.0.1:0", "where to listen")
	dir := flag.String("dir", os.TempDir(), "where the kubeconfig goes")
	flag.Parse()
	for i, k := range makeKinds(*nKinds) {
		n := *nObjects / *nKinds
		if i < *nObjects%*nKinds {
			n++
		}
		s := newStore(k, n)
		if i == 0 && *nLarge > 0 && n > 0 {
			s.enlarge(*nLarge)
		}
		stores = append(stores, s)
		byPath["/apis/"+k.group+"/"+k.version+"/"+k.plural] = s
	}
	crds = &store{kind: kind{group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions", name: "CustomResourceDefinition"},
		subs: map[*watcher]bool{}}
	for i, s := range stores {
		crds.texts = append(crds.texts, []byte(s.kind.crd(i+1)))
	}
	crds.rv = version.Load()
	crds.since = crds.rv
	byPath["/apis/apiextensions.k8s.io/v1/customresourcedefinitions"] = crds
	pair, ca := serverCertificate()
	l, err := net.Listen("tcp", *listen)
	must(err)
	cluster, _ := json.Marshal(map[string]string{"server": "https://" + l.Addr().String(), "certificate-authority-data": base64.StdEncoding.EncodeToString(ca)})
	path := filepath.Join(*dir, fmt.Sprintf("kubeconfig-%d", l.Addr().(*net.TCPAddr).Port))
	must(os.WriteFile(path, fmt.Appendf(nil, "apiVersion: v1\nkind: Config\ncurrent-context: bench\nclusters: [{name: bench, cluster: %s}]\n"+
		"users: [{name: bench, user: {token: bench}}]\ncontexts: [{name: bench, context: {cluster: bench, user: bench}}]\n", cluster), 0o600))
	server := &http.Server{Handler: http.HandlerFunc(serve), ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}},
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: 100}}
	go func() { must(server.ServeTLS(l, "", "")) }()
	fmt.Println(path)
	io.Copy(io.Discard, os.Stdin)
}
