package main

// From a key to its paint, on a terminal, with many rows; and the UI's pin.

import (
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"time"
)

const (
	keyCount  = 400
	treeTop   = 3  // the header's two lines are not the tree
	treeBelow = 30 // nor is what stands below
)

// paint types and times it to the last byte of the paint that makes the screen so.
func (p *process) paint(keys string, so func(*screen) bool) (float64, bool) {
	sent := time.Now()
	p.keys(keys)
	at, ok := p.until(5*time.Second, so)
	for ok { // until the output is quiet for 2 ms
		time.Sleep(2*time.Millisecond - time.Since(at))
		p.lock.Lock()
		last := p.last
		p.lock.Unlock()
		if last == at {
			break
		}
		if last.Sub(at) > 2*time.Millisecond {
			break // another paint
		}
		at = last
	}
	return at.Sub(sent).Seconds() * 1e3, ok
}

// keyDelay sends one key and times it to the last byte of the paint that moved the cursor.
func keyDelay(p *process, key string) (float64, bool) {
	p.lock.Lock()
	before := p.screen.cursorRow(treeTop, treeBelow, 1)
	p.lock.Unlock()
	return p.paint(key, func(s *screen) bool {
		row := s.cursorRow(treeTop, treeBelow, 1)
		return row >= 0 && row != before
	})
}

func keyDelays(p *process) series {
	var delays series
	lost := 0
	for i := range keyCount {
		key := "j"
		if i%2 == 1 {
			key = "k"
		}
		time.Sleep(time.Duration(20+rand.Intn(40)) * time.Millisecond)
		if d, ok := keyDelay(p, key); ok {
			delays = append(delays, d)
		} else {
			lost++
		}
	}
	if lost > 0 {
		note("%d of %d keys moved no cursor; the screen is\n%s", lost, keyCount, p.text())
	}
	return delays
}

func measureKeys() {
	m := startMock(1, *objects)
	var idle50, idle99, busy50, busy99, ratio series
	for range *runs {
		p := startBrowser(m.kubeconfig)
		openKind(p, "Certificate", "certificates", certRow)
		synced(p, *objects)
		time.Sleep(3 * time.Second)
		p.keys("jjjj")
		time.Sleep(500 * time.Millisecond)
		quiet := keyDelays(p)
		done := make(chan burst)
		go func() { done <- m.rate(5000, keyCount*70/1000) }()
		time.Sleep(time.Second)
		busy := keyDelays(p)
		select {
		case <-done:
			note("the events ended before the keys did")
		default:
			<-done
		}
		p.end()
		idle50, idle99 = append(idle50, quantile(quiet, .5)), append(idle99, quantile(quiet, .99))
		busy50, busy99 = append(busy50, quantile(busy, .5)), append(busy99, quantile(busy, .99))
		ratio = append(ratio, quantile(busy, .99)/quantile(quiet, .99))
		note("keys: idle %v %v, busy %v %v", idle50, idle99, busy50, busy99)
	}
	title := fmt.Sprintf("key to painted, %s rows: ", grouped(*objects))
	add(title+"idle, p50 / p99", fmt.Sprintf("%s / %s ms", number(idle50.median()), number(idle99.median())), "", true)
	add(title+"5,000 events/s, p50 / p99", fmt.Sprintf("%s / %s ms", number(busy50.median()), number(busy99.median())),
		"p99 < 8 ms", busy99.median() < 8)
	add(title+"p99 at 5,000 events/s over idle", number(ratio.median())+" times", "< 2 times", ratio.median() < 2)
}

func measurePin() {
	if *pin == "" {
		note("pin: not built, left out")
		return
	}
	var p99, most series
	var rate float64
	for range *runs {
		out, err := exec.Command(*pin).Output()
		check(err, *pin)
		var a, b, c float64
		if _, err := fmt.Sscanf(strings.TrimSpace(string(out)), "p99 %f us max %f us publications %f", &a, &b, &c); err != nil {
			check(err, string(out))
		}
		p99, most, rate = append(p99, a), append(most, b), c
	}
	add(fmt.Sprintf("UI's wait to pin the root, %s publications/s, p99 (max)", number(rate)),
		fmt.Sprintf("%s (%s) us", number(p99.median()), number(most.median())), "< 100 us", p99.median() < 100)
}
