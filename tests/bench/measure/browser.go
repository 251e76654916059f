package main

// What a person at the browser waits for, and what a terminal is sent: keys in the
// tree, the table and the list of problems, filters, orders, and one very large object.

import (
	"fmt"
	"strings"
	"time"
)

const (
	burstRate  = 5000
	moveCount  = 20
	largeBytes = 1500000
	largeName  = "auth-000000-cer"
)

// sheet holds the figures of all runs by their names.
type sheet struct{ series map[string]series }

func (s *sheet) note(name string, value float64) {
	if s.series == nil {
		s.series = map[string]series{}
	}
	s.series[name] = append(s.series[name], value)
	note("%s: %s", name, number(value))
}

func (s *sheet) limit(name, unit string, limit float64) {
	addLimit("browser: "+name, unit, s.series[name], limit)
}

func (s *sheet) add(name, unit string) {
	add("browser: "+name, number(s.series[name].median())+" "+unit, "", true)
}

// mustPaint is paint of what has to come.
func (p *process) mustPaint(keys string, so func(*screen) bool) float64 {
	delay, ok := p.paint(keys, so)
	if !ok {
		check(fmt.Errorf("its screen is\n%s", p.text()), fmt.Sprintf("%q does not do what it should", keys))
	}
	return delay
}

func shows(words ...string) func(*screen) bool {
	return func(s *screen) bool {
		text := s.text()
		for _, word := range words {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	}
}

// rest lets what was begun come to its end.
func rest() { time.Sleep(600 * time.Millisecond) }

// load is the CPU it uses over a while, in % of a core.
func (p *process) load(duration time.Duration) float64 {
	before, start := cpu(p.pid()), time.Now()
	time.Sleep(duration)
	return (cpu(p.pid()) - before) / time.Since(start).Seconds() * 100
}

// moveBytes is what a move of the cursor sends to the terminal, the median of some.
func (p *process) moveBytes() float64 {
	var sent series
	for i := range 2 * moveCount {
		key := "j"
		if i >= moveCount {
			key = "k"
		}
		p.lock.Lock()
		before := p.bytes
		p.lock.Unlock()
		p.keys(key)
		time.Sleep(200 * time.Millisecond)
		p.lock.Lock()
		sent = append(sent, float64(p.bytes-before))
		p.lock.Unlock()
	}
	return sent.median()
}

// busy times keys and takes the load while events come.
func (p *process) busy(m *mock, s *sheet, where string) {
	done := make(chan burst)
	go func() { done <- m.rate(burstRate, keyCount*60/1000+8) }()
	time.Sleep(time.Second)
	s.note(where+" at 5,000 events/s, CPU", p.load(5*time.Second))
	s.note(where+" at 5,000 events/s, key to painted, p99", quantile(keyDelays(p), .99))
	select {
	case <-done:
		note("the events ended before the keys did")
	default:
		<-done
	}
	rest()
}

func (p *process) quiet(s *sheet, where string) {
	p.keys("jjjj")
	rest()
	s.note(where+" idle, key to painted, p99", quantile(keyDelays(p), .99))
}

// filters types a filter and times each of its keystrokes, until the prompt and
// the header both show it.
func (p *process) filters(text string) (worst float64) {
	p.mustPaint("/", func(s *screen) bool { return strings.HasPrefix(s.line(s.rows-1), "/") })
	for i := range text {
		time.Sleep(100 * time.Millisecond)
		typed := text[:i+1]
		delay := p.mustPaint(text[i:i+1], func(s *screen) bool {
			return s.line(s.rows-1) == "/"+typed && strings.HasSuffix(s.line(1), "filter "+typed)
		})
		worst = max(worst, delay)
	}
	return worst
}

func (p *process) endFilter() {
	p.mustPaint("\x1b", func(s *screen) bool { return !strings.Contains(s.line(1), "filter") })
	rest()
}

// sorted times a key that brings the table into another order: the whole of it is
// in that order, and other rows are shown.
func (p *process) sorted(keys, word string) float64 {
	rows := func(s *screen) string { return s.line(treeBelow-2) + s.line(treeBelow-1) + s.line(treeBelow) }
	p.lock.Lock()
	before := rows(p.screen)
	p.lock.Unlock()
	return p.mustPaint(keys, func(s *screen) bool {
		title := s.line(2)
		return strings.Contains(title, "by "+word+" ▲") && !strings.Contains(title, "%") && rows(s) != before
	})
}

func (p *process) orders(s *sheet) {
	for _, order := range [][3]string{{"N", "name", "name"}, {"A", "age", "age"}, {"S", "status", "health"}, {"P", "namespace", "namespace"}} {
		s.note("first sorted window by "+order[2], p.sorted(order[0], order[1]))
		time.Sleep(time.Second)
	}
}

// columns sorts by a column twice: with the cells' table to be made, and with it there.
func (p *process) columns(s *sheet) {
	p.keys(">>>>")
	rest()
	s.note("cells of all and the window sorted by a column", p.sorted("O", "Secret"))
	rest()
	p.keys("P")
	rest()
	s.note("first sorted window by a column", p.sorted("O", "Secret"))
	rest()
	p.keys("P")
	rest()
}

func browserRun(m *mock, s *sheet) {
	p := startBrowser(m.kubeconfig)
	defer p.end()
	openKind(p, "Certificate", "certificates", certRow)
	synced(p, *objects)
	time.Sleep(3 * time.Second)
	p.quiet(s, "tree")
	s.note("bytes of a cursor's move, detail shown", p.moveBytes())
	p.busy(m, s, "tree")
	p.mustPaint(":certificates\r", shows("NAMESPACE  NAME", "CHANGED"))
	p.quiet(s, "table")
	s.note("bytes of a cursor's move, table", p.moveBytes())
	s.note("CPU with quiet objects", max(p.load(20*time.Second), 0.001))
	p.orders(s)
	p.columns(s) // before a filter has the cells made
	s.note("worst keystroke of a filter by name", p.filters("web-01"))
	p.endFilter()
	s.note("worst keystroke of a filter of cells", p.filters("ready=false"))
	p.endFilter()
	p.busy(m, s, "table")
	p.mustPaint(":problems\r", shows("KIND ", "WHY"))
	p.quiet(s, "problems")
	p.busy(m, s, "problems")
}

// largeRun goes from a small object to the large one, with the detail's pane shown.
func largeRun(m *mock, s *sheet) {
	p := startBrowser(m.kubeconfig)
	defer p.end()
	openKind(p, "Certificate", "certificates", certRow)
	rest()
	p.keys("jj")
	rest()
	s.note("an object of usual size opens", p.mustPaint("j", shows("Certificate apps-00/auth-000800-cer")))
	p.keys("k")
	rest()
	s.note("an object of 1.5 MB opens", p.mustPaint("k", shows("Certificate apps-00/"+largeName)))
	rest()
	p.keys("\r")
	rest()
	p.keys("\x06") // to the last row that is seen
	rest()
	before := p.text()
	s.note("an object of 1.5 MB, a page", p.mustPaint("\x06", func(s *screen) bool { return s.text() != before }))
	rest()
	s.note("an object of 1.5 MB, to its end", p.mustPaint("G", shows("revision: ")))
}

func measureBrowser() {
	var s sheet
	m := startMock(1, 1000, "-large", fmt.Sprint(largeBytes))
	for range *runs {
		largeRun(m, &s)
	}
	m.end()
	m = startMock(1, *objects)
	for range *runs {
		browserRun(m, &s)
	}
	for _, where := range []string{"tree", "table", "problems"} {
		s.add(where+" idle, key to painted, p99", "ms")
		s.limit(where+" at 5,000 events/s, key to painted, p99", "ms", 5)
		s.add(where+" at 5,000 events/s, CPU", "% of a core")
	}
	s.limit("bytes of a cursor's move, table", "bytes", 500)
	s.limit("bytes of a cursor's move, detail shown", "bytes", 3000)
	s.limit("CPU with quiet objects", "% of a core", 0.5)
	s.limit("worst keystroke of a filter by name", "ms", 16)
	s.limit("worst keystroke of a filter of cells", "ms", 16)
	for _, by := range []string{"name", "namespace", "age", "health", "a column"} {
		s.limit("first sorted window by "+by, "ms", 10)
	}
	s.limit("cells of all and the window sorted by a column", "ms", 1500)
	s.add("an object of usual size opens", "ms")
	s.limit("an object of 1.5 MB opens", "ms", 16)
	s.limit("an object of 1.5 MB, a page", "ms", 16)
	s.limit("an object of 1.5 MB, to its end", "ms", 16)
}
