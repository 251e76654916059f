package main

// Against the mock API server: syncing, memory, events, many kinds.

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"
)

type mock struct {
	proc       *process
	in         io.Closer
	kubeconfig string
	url        string
	client     *http.Client
}

func startMock(kinds, objects int, more ...string) *mock {
	p, out, in, err := startPipe(nil, *server, append(more, "-kinds", fmt.Sprint(kinds), "-objects", fmt.Sprint(objects), "-dir", *dir)...)
	check(err, "the mock server")
	if !out.Scan() {
		check(io.ErrUnexpectedEOF, "the mock server")
	}
	m := &mock{proc: p, in: in, kubeconfig: out.Text()}
	cleanups = append(cleanups, m.end)
	text, err := os.ReadFile(m.kubeconfig)
	check(err, "its kubeconfig")
	m.url = regexp.MustCompile(`https://[0-9.:]+`).FindString(string(text))
	m.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	return m
}

func (m *mock) end() {
	if m.proc != nil {
		m.in.Close()
		m.proc.cmd.Wait()
		os.Remove(m.kubeconfig)
		m.proc = nil
	}
}

type burst struct {
	Sent    float64 `json:"sent"`
	Offered float64 `json:"offered_s"`
	Taken   float64 `json:"taken_s"`
}

func (m *mock) rate(events, seconds int) (b burst) {
	resp, err := m.client.Post(fmt.Sprintf("%s/bench/rate?events=%d&seconds=%d", m.url, events, seconds), "", nil)
	check(err, "events")
	defer resp.Body.Close()
	check(json.NewDecoder(resp.Body).Decode(&b), "events")
	return
}

// figures of one client in one run
type figures struct {
	wall, cpu, cpuLater, peak, settled, perEvent, perEventFast, keptUp series
}

func (f *figures) synced(pid int, wall float64) {
	f.wall = append(f.wall, wall)
	f.cpu = append(f.cpu, cpu(pid))
	f.peak = append(f.peak, peak(pid))
}

func (f *figures) afterSync(m *mock, pid int, wall float64) {
	f.synced(pid, wall)
	time.Sleep(10 * time.Second)
	f.settled = append(f.settled, rss(pid))
	f.cpuLater = append(f.cpuLater, cpu(pid))
	before := cpu(pid)
	b := m.rate(5000, 10)
	idle(pid, 20*time.Second)
	f.perEvent = append(f.perEvent, (cpu(pid)-before)/b.Sent*1e6)
	f.keptUp = append(f.keptUp, b.Sent/b.Taken)
	before = cpu(pid)
	b = m.rate(10000, 10)
	idle(pid, 30*time.Second)
	f.perEventFast = append(f.perEventFast, (cpu(pid)-before)/b.Sent*1e6)
}

func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func startBrowser(kubeconfig string) *process {
	p, err := startScreen(nil, *crwatch, "--kubeconfig", kubeconfig)
	check(err, *crwatch)
	return p
}

// synced waits for the header to count n objects, and no more to come.
func synced(p *process, n int) float64 {
	at, ok := p.untilText(10*time.Minute, `  `+grouped(n)+` objects`)
	if !ok {
		check(fmt.Errorf("its screen is\n%s", p.text()), "crwatch does not get synced")
	}
	return at.Sub(p.start).Seconds()
}

// openKind goes to a kind as soon as its row is there, unfolds it, and waits for
// instances. A kind's name opens its table; what is below it is the tree's kind.
func openKind(p *process, kind, command, rows string) (float64, float64) {
	kindRow, ok := p.untilText(30*time.Second, `[▸▾] `+kind+` `)
	if !ok {
		check(fmt.Errorf("its screen is\n%s", p.text()), "no row of kind "+kind)
	}
	p.keys(":" + command + "\rql")
	first, ok := p.untilText(30*time.Second, rows)
	if !ok {
		check(fmt.Errorf("its screen is\n%s", p.text()), "no rows of kind "+kind)
	}
	return kindRow.Sub(p.start).Seconds(), first.Sub(p.start).Seconds()
}

const certRow = `(?m)^ +[✓✗◌].{1,3}apps-\d\d  \S+`

func runTwin(m *mock, f *figures) {
	p, out, in, err := startPipe(nil, *twin, m.kubeconfig)
	check(err, *twin)
	defer p.end()
	defer in.Close()
	count := 0
	for out.Scan() && !strings.HasPrefix(out.Text(), "synced ") {
	}
	wall := time.Since(p.start).Seconds()
	fmt.Sscanf(out.Text(), "synced %f %d", new(float64), &count)
	if count != *objects {
		check(fmt.Errorf("it has %d objects", count), *twin)
	}
	go drain(out)
	f.afterSync(m, p.pid(), wall)
}

func drain(out *bufio.Scanner) {
	for out.Scan() {
	}
}

func measureMock() {
	m := startMock(3, *objects)
	var ours, theirs figures
	var kindRows, firstRows series
	for i := range *runs {
		p := startBrowser(m.kubeconfig)
		ours.afterSync(m, p.pid(), synced(p, *objects))
		p.end()
		q := startBrowser(m.kubeconfig)
		kindRow, first := openKind(q, "Certificate", "certificates", certRow)
		if !strings.Contains(q.text(), "… objects") {
			note("the lists were over before the first rows were looked at")
		}
		kindRows, firstRows = append(kindRows, kindRow*1e3), append(firstRows, first*1e3)
		q.end()
		runTwin(m, &theirs)
		// One of ours takes a second, in which another program may be at work all the time;
		// one of client-go's takes twenty.
		for range 2 {
			p := startBrowser(m.kubeconfig)
			ours.synced(p.pid(), synced(p, *objects))
			p.end()
		}
		note("run %d: wall %v %v, CPU %v %v, peak %v %v", i+1, ours.wall, theirs.wall, ours.cpu, theirs.cpu, ours.peak, theirs.peak)
	}
	title := grouped(*objects) + " objects, 3 kinds: "
	addRatio(title+"peak RSS until synced", "MiB", ours.peak, theirs.peak, 25)
	addRatio(title+"RSS 10 s after", "MiB", ours.settled, theirs.settled, 25)
	addRatio(title+"wall until synced", "s", ours.wall, theirs.wall, 12)
	addRatio(title+"CPU until synced", "s", ours.cpu, theirs.cpu, 20)
	add(title+"CPU until 10 s after", fmt.Sprintf("%s against %s s: 1/%.1f", number(ours.cpuLater.median()),
		number(theirs.cpuLater.median()), theirs.cpuLater.median()/ours.cpuLater.median()), "", true)
	addRatio("CPU per watch event at 5,000/s", "us", ours.perEvent, theirs.perEvent, 6)
	addRatio("CPU per watch event at 10,000/s", "us", ours.perEventFast, theirs.perEventFast, 10)
	add("events taken a second, of 5,000 offered", fmt.Sprintf("%s against %s", number(ours.keptUp.median()),
		number(theirs.keptUp.median())), "", true)
	addLimit("exec to the rows of kinds, lists still running", "ms", kindRows, 200)
	addLimit("exec to the first instances, unfolded by keys, lists still running", "ms", firstRows, 200)
}

func measureKinds() {
	const kinds = 300
	m := startMock(kinds, *objects)
	p := startBrowser(m.kubeconfig)
	defer p.end()
	wall := synced(p, *objects)
	cpuUsed, peakUsed := cpu(p.pid()), peak(p.pid())
	if _, ok := p.untilText(20*time.Second, fmt.Sprintf(` %d watches`, kinds+1)); !ok {
		note("not every kind is watched: %s", strings.SplitN(p.text(), "\n", 2)[0])
	}
	time.Sleep(2 * time.Second)
	all, sockets := descriptors(p.pid())
	names := threads(p.pid())
	watching := 0
	for _, name := range names {
		if strings.Contains(name, "watch") && name != "crwatch" {
			watching++
		}
	}
	title := fmt.Sprintf("%d kinds: ", kinds)
	add(title+"connections", fmt.Sprint(sockets), "<= 5", sockets <= 5)
	add(title+"descriptors", fmt.Sprint(all), "<= 32", all <= 32)
	add(title+"threads", fmt.Sprintf("%d (%s)", len(names), strings.Join(names, ", ")), "one watch thread", len(names) <= 3)
	add(title+"wall, CPU, peak RSS until synced", fmt.Sprintf("%s s, %s s, %s MiB", number(wall), number(cpuUsed), number(peakUsed)), "", true)
}
