package main

// Against a real kube-apiserver with many Certificates, beside sofka when it is
// installed. The tests' cluster serves (tests/cluster, TestServe).

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type realCluster struct {
	proc *process
	in   io.WriteCloser
	out  interface{ Scan() bool }
	say  func() string

	Dir        string `json:"dir"`
	Port       int    `json:"port"`
	Kubeconfig string `json:"kubeconfig"`
	client     *http.Client
	kinds      int
}

const (
	certPath  = "/apis/cert-manager.io/v1"
	probeNS   = "apps-00"
	probeName = "auth-00000-tls"
	merge     = "application/merge-patch+json"
)

func startCluster() *realCluster {
	p, out, in, err := startPipe(nil, *cluster, "-test.run", "^TestServe$", "-test.timeout", "60m")
	check(err, "the cluster")
	c := &realCluster{proc: p, in: in, out: out, say: out.Text}
	cleanups = append(cleanups, func() {
		in.Close()
		p.cmd.Wait()
	})
	for out.Scan() {
		if text, ok := strings.CutPrefix(out.Text(), "serving "); ok {
			check(json.Unmarshal([]byte(text), c), "the cluster's place")
			c.connect()
			return c
		}
	}
	check(io.ErrUnexpectedEOF, "the cluster")
	return nil
}

func (c *realCluster) connect() {
	ca, err := os.ReadFile(filepath.Join(c.Dir, "ca.crt"))
	check(err, "the cluster's certificate")
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	pair, err := tls.LoadX509KeyPair(filepath.Join(c.Dir, "admin.crt"), filepath.Join(c.Dir, "admin.key"))
	check(err, "the admin's certificate")
	c.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}}}}
}

func (c *realCluster) word(word string) {
	fmt.Fprintln(c.in, word)
	for c.out.Scan() {
		if c.say() == "done "+word {
			return
		}
	}
	check(io.ErrUnexpectedEOF, "the cluster, told to "+word)
}

func (c *realCluster) try(method, path, contentType string, body []byte) (int, string) {
	req, err := http.NewRequest(method, fmt.Sprintf("https://127.0.0.1:%d%s", c.Port, path), bytes.NewReader(body))
	check(err, path)
	req.Header.Set("Content-Type", contentType)
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

// do repeats what a server that is not ready yet refuses.
func (c *realCluster) do(method, path, contentType string, body string) {
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		code, answer := c.try(method, path, contentType, []byte(body))
		if code >= 200 && code < 300 || code == 409 || code == 404 && method == "DELETE" {
			return
		}
		if time.Since(start) > 40*time.Second {
			check(fmt.Errorf("%d %s", code, answer), method+" "+path)
		}
	}
}

// ---- what is in it ----

const ownCRD = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"certificates.cert-manager.io"},
"spec":{"group":"cert-manager.io","scope":"Namespaced","names":{"kind":"Certificate","plural":"certificates","singular":"certificate"},
"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"additionalPrinterColumns":[
{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},{"name":"Secret","type":"string","jsonPath":".spec.secretName"},
{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`

func (c *realCluster) addCRDs() {
	const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	files, _ := filepath.Glob(filepath.Join(*crdDir, "*", "*.yaml"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		check(err, file)
		if bytes.Contains(text, []byte("\nkind: CustomResourceDefinition")) {
			c.do("POST", crds, "application/yaml", string(text))
			c.kinds++
		}
	}
	if c.kinds == 0 {
		c.do("POST", crds, "application/json", ownCRD)
		c.kinds = 1
	}
}

var (
	benchApps  = strings.Fields("auth billing cart catalog edge fraud gateway ingest invoice ledger media notify orders payments profile proxy report search session web")
	benchTeams = strings.Fields("atlas borealis cygnus draco electra fornax gemini hydra")
)

func certPlace(n int) (string, string) {
	return fmt.Sprintf("apps-%02d", n%20), fmt.Sprintf("%s-%05d-tls", benchApps[n/20%20], n)
}

func certText(n int) string {
	ns, name := certPlace(n)
	app := benchApps[n/20%20]
	return fmt.Sprintf(`{"apiVersion":"cert-manager.io/v1","kind":"Certificate","metadata":{"name":"%s","namespace":"%s","labels":{"app":"%s","team":"team-%s",`+
		`"app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/instance":"%s-%d"},"annotations":{"meta.helm.sh/release-name":"%s","meta.helm.sh/release-namespace":"%s",`+
		`"example.com/config-hash":"%016x%016x%016x%016x"}},"spec":{"secretName":"%s","commonName":"%s.example.net","dnsNames":["%s.%s.example.com","%s.example.net"],`+
		`"duration":"2160h0m0s","renewBefore":"360h0m0s","usages":["digital signature","key encipherment"],"issuerRef":{"group":"cert-manager.io","kind":"ClusterIssuer",`+
		`"name":"letsencrypt-prod"},"privateKey":{"algorithm":"RSA","encoding":"PKCS1","rotationPolicy":"Always","size":2048},"secretTemplate":{"labels":{"app":"%s"},`+
		`"annotations":{"reloader.example.com/match":"true"}}}}`, name, ns, app, benchTeams[n/7%8], app, n%97, app, ns,
		uint64(n)*0x9e3779b97f4a7c15, uint64(n)*0xbf58476d1ce4e5b9, uint64(n)*0x94d049bb133111eb, uint64(n)*0xff51afd7ed558ccd,
		name, name, benchApps[n%20], app, name, app)
}

func certStatus(ready bool) string {
	status, reason, message := "True", "Ready", "Certificate is up to date and has not expired"
	if !ready {
		status, reason, message = "False", "DoesNotExist", "Issuing certificate as Secret does not exist"
	}
	return fmt.Sprintf(`{"status":{"conditions":[{"type":"Ready","status":"%s","reason":"%s","message":"%s","lastTransitionTime":"%s"}],`+
		`"notBefore":"2026-01-01T00:00:00Z","notAfter":"2026-04-01T00:00:00Z","renewalTime":"2026-03-15T00:00:00Z","revision":3}}`,
		status, reason, message, time.Now().UTC().Format(time.RFC3339))
}

func certURL(n int) string {
	ns, name := certPlace(n)
	return certPath + "/namespaces/" + ns + "/certificates/" + name
}

func (c *realCluster) load() {
	for i := range 20 {
		c.do("POST", "/api/v1/namespaces", "application/json", fmt.Sprintf(`{"metadata":{"name":"apps-%02d"}}`, i))
	}
	var next atomic.Int64
	var group sync.WaitGroup
	start := time.Now()
	for range 8 {
		group.Go(func() {
			for n := int(next.Add(1)) - 1; n < *certs; n = int(next.Add(1)) - 1 {
				ns, _ := certPlace(n)
				c.do("POST", certPath+"/namespaces/"+ns+"/certificates", "application/json", certText(n))
				c.do("PATCH", certURL(n)+"/status", merge, certStatus(n%20 != 7))
			}
		})
	}
	group.Wait()
	note("%d Certificates made in %.0f s", *certs, time.Since(start).Seconds())
}

// churn changes 50 objects a second: 80 % a condition, 12 % a field, 8 % come and go.
func (c *realCluster) churn(duration time.Duration) float64 {
	start := time.Now()
	done := 0
	extra := 0
	for ; time.Since(start) < duration; done++ {
		time.Sleep(time.Until(start.Add(time.Duration(done) * time.Second / 50)))
		n := 1 + rand.Intn(*certs-1)
		switch x := rand.Intn(100); {
		case x < 80:
			c.do("PATCH", certURL(n)+"/status", merge, certStatus(rand.Intn(2) == 0))
		case x < 92:
			c.do("PATCH", certURL(n), merge, fmt.Sprintf(`{"spec":{"duration":"%dh0m0s"}}`, 2000+rand.Intn(1000)))
		case extra == 0:
			extra = 1000000 + rand.Intn(1000000)
			ns, _ := certPlace(extra)
			c.do("POST", certPath+"/namespaces/"+ns+"/certificates", "application/json", certText(extra))
		default:
			c.do("DELETE", certURL(extra), "application/json", "")
			extra = 0
		}
	}
	if extra != 0 {
		c.do("DELETE", certURL(extra), "application/json", "")
	}
	return float64(done) / time.Since(start).Seconds()
}

// ---- a browser in front of it ----

type browser struct {
	name  string
	start func(c *realCluster) (p *process, first, all float64)
	lost  string // what the screen says when the server is gone
}

func (c *realCluster) startCrwatch() (*process, float64, float64) {
	p := startBrowser(c.Kubeconfig)
	_, first := openKind(p, "Certificate", "certificates.cert-manager.io", `auth-0\d{4}-tls`)
	return p, first, synced(p, *certs)
}

func (c *realCluster) startSofka() (*process, float64, float64) {
	p, err := startScreen([]string{"KUBECONFIG=" + c.Kubeconfig, "COLORTERM=truecolor"}, *sofka, "certificates.cert-manager.io", "-A")
	check(err, *sofka)
	first, ok := p.untilText(60*time.Second, `\S+-0\d{4}-tls`)
	at, all := p.untilText(60*time.Second, fmt.Sprintf(`\b(%d|%s)\b`, *certs, grouped(*certs)))
	if !ok || !all {
		note("sofka does not show %d rows; its screen is\n%s", *certs, p.text())
	}
	return p, first.Sub(p.start).Seconds(), at.Sub(p.start).Seconds()
}

type outcome struct {
	first, all, rss, cpu, paint, said, live, server series
}

// floor is how long the server itself takes to send all Certificates as a
// streaming list to a reader that only looks for its end: no client that reads
// one can be quicker.
func (c *realCluster) floor() float64 {
	req, err := http.NewRequest("GET", fmt.Sprintf("https://127.0.0.1:%d%s/certificates?watch=true&sendInitialEvents=true"+
		"&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=60", c.Port, certPath), nil)
	check(err, "the streaming list")
	start := time.Now()
	resp, err := c.client.Do(req)
	check(err, "the streaming list")
	defer resp.Body.Close()
	in := bufio.NewReaderSize(resp.Body, 1<<20)
	for {
		line, err := in.ReadSlice('\n')
		check(err, "the streaming list")
		if bytes.Contains(line, []byte(`"k8s.io/initial-events-end"`)) {
			return time.Since(start).Seconds()
		}
	}
}

// change patches a cell of the first row and waits for its paint.
func (c *realCluster) change(p *process, limit time.Duration) (float64, bool) {
	mark := fmt.Sprintf("z%06d", rand.Intn(1000000))
	c.do("PATCH", certURL(0), merge, `{"spec":{"secretName":"`+mark+`"}}`)
	answered := time.Now()
	at, ok := p.until(limit, func(s *screen) bool { return strings.Contains(s.text(), mark) })
	return max(at.Sub(answered).Seconds(), 0), ok
}

func (o *outcome) run(c *realCluster, b *browser) {
	p, first, all := b.start(c)
	defer p.end()
	o.first, o.all = append(o.first, first), append(o.all, all)
	note("%s: first %.2f s, all %.2f s", b.name, first, all)
	if *startOnly {
		return
	}
	time.Sleep(10 * time.Second)
	o.rss = append(o.rss, rss(p.pid()))
	before, start := cpu(p.pid()), time.Now()
	rate := c.churn(20 * time.Second)
	o.cpu = append(o.cpu, (cpu(p.pid())-before)/time.Since(start).Seconds()*100)
	var paints series
	for range 10 {
		time.Sleep(time.Duration(300+rand.Intn(500)) * time.Millisecond)
		if d, ok := c.change(p, 10*time.Second); ok {
			paints = append(paints, d*1e3)
		} else {
			note("%s: a change is not painted within 10 s", b.name)
		}
	}
	o.paint = append(o.paint, paints.median())
	o.outage(c, b, p)
	note("%s: first %.2f s, all %.2f s, RSS %.0f MiB, %.1f %% CPU at %.0f changes/s, paint %.0f ms, outage said %v live %v",
		b.name, first, all, o.rss[len(o.rss)-1], o.cpu[len(o.cpu)-1], rate, paints.median(), o.said, o.live)
}

func (o *outcome) outage(c *realCluster, b *browser, p *process) {
	rv := c.version()
	c.word("kill")
	killed := time.Now()
	if at, ok := p.untilText(20*time.Second, b.lost); ok {
		o.said = append(o.said, at.Sub(killed).Seconds())
	} else {
		note("%s does not say that the server is gone; its screen is\n%s", b.name, p.text())
	}
	time.Sleep(max(0, 5*time.Second-time.Since(killed)))
	c.word("start")
	c.word("ready")
	ready := time.Now()
	c.client.CloseIdleConnections()
	serves := make(chan float64, 1)
	go func() { serves <- c.serves(rv, ready) }()
	if d, ok := c.change(p, 60*time.Second); ok {
		o.live = append(o.live, time.Since(ready).Seconds())
		note("%s: a change was stored %.2f s after the server was ready, and painted %.2f s later", b.name,
			time.Since(ready).Seconds()-d, d)
	} else {
		note("%s is not live again after 60 s; its screen is\n%s", b.name, p.text())
		o.live = append(o.live, 60)
	}
	own := <-serves
	o.server = append(o.server, own)
	note("%s: the server itself took %.2f s to serve this watch again", b.name, own)
}

// version is a resourceVersion to watch from.
func (c *realCluster) version() string {
	_, text := c.try("GET", certPath+"/certificates?limit=1", "", nil)
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	check(json.Unmarshal([]byte(text), &list), "a list")
	return list.Metadata.ResourceVersion
}

// serves asks for the watch that a client would resume until the server takes
// it, and says when: no client can be live before.
func (c *realCluster) serves(rv string, ready time.Time) float64 {
	refused := ""
	for time.Since(ready) < 60*time.Second {
		code, text := c.try("GET", certPath+"/certificates?watch=true&timeoutSeconds=1&resourceVersion="+rv, "", nil)
		if code == 200 && strings.Contains(text, `"type":"ERROR"`) {
			note("the server wants a new list: %.160s", text)
			return time.Since(ready).Seconds()
		}
		if code == 200 {
			if refused != "" {
				note("until then the server said: %s", refused)
			}
			return time.Since(ready).Seconds() - 1
		}
		refused = fmt.Sprintf("%d %.120s", code, text)
		time.Sleep(100 * time.Millisecond)
	}
	return 60
}

func measureCluster() {
	if *cluster == "" {
		note("cluster: no real API server, left out")
		return
	}
	c := startCluster()
	c.addCRDs()
	c.load()
	browsers := []*browser{{"crwatch", (*realCluster).startCrwatch, `lost since`}}
	if *sofka != "" {
		browsers = append(browsers, &browser{"sofka", (*realCluster).startSofka, `(?i)retry|failed|refused|lost|disconnect`})
	}
	results := map[string]*outcome{"crwatch": {}, "sofka": {}}
	var floor series
	for range *runs {
		floor = append(floor, c.floor())
		for _, b := range browsers {
			results[b.name].run(c, b)
		}
	}
	report(results["crwatch"], results["sofka"], floor, c.kinds)
}

func report(ours, theirs *outcome, floor series, kinds int) {
	title := fmt.Sprintf("kube-apiserver, %s Certificates, %d kinds: ", grouped(*certs), kinds)
	addLimit(title+"exec to first rows"+beside(theirs.first, "s"), "s", ours.first, 0.15)
	add(title+"the server's own time for a streaming list of all", number(floor.median())+" s", "", true)
	if len(theirs.all) == 0 {
		add(title+"exec to all rows", number(ours.all.median())+" s", "", true)
		add(title+"RSS in the view", number(ours.rss.median())+" MiB", "", true)
		add(title+"CPU at 50 changes/s", number(ours.cpu.median())+" % of a core", "", true)
	} else {
		addRatio(title+"exec to all rows (sofka)", "s", ours.all, theirs.all, 3)
		addRatio(title+"RSS in the view, all kinds cached (sofka: one)", "MiB", ours.rss, theirs.rss, 6)
		addRatio(title+"CPU at 50 changes/s (sofka)", "% of a core", ours.cpu, theirs.cpu, 50)
	}
	addLimit(title+"change to paint"+beside(theirs.paint, "ms"), "ms", ours.paint, 25)
	addLimit(title+"server killed, said on the screen"+beside(theirs.said, "s"), "s", ours.said, 0.5)
	var behind series
	for i := range min(len(ours.live), len(ours.server)) {
		behind = append(behind, max(ours.live[i]-ours.server[i], 0.01))
	}
	add(title+"server itself serves the watch again after", number(ours.server.median())+" s", "", true)
	addLimit(title+"live again after the server is ready"+beside(theirs.live, "s"), "s", ours.live, 3)
	add(title+"live again after the server serves this watch", number(behind.median())+" s", "", true)
}

func beside(theirs series, unit string) string {
	if len(theirs) == 0 {
		return ""
	}
	return fmt.Sprintf(" (sofka %s %s)", number(theirs.median()), unit)
}
