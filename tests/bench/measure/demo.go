package main

// The embedded cluster: how it opens, what it costs idle, and keys while it is at
// its busiest.

import (
	"fmt"
	"time"
)

func startDemo(args ...string) *process {
	p, err := startScreen(nil, *crwatch, append([]string{"--demo"}, args...)...)
	check(err, *crwatch+" --demo")
	return p
}

func (p *process) mustShow(limit time.Duration, regex string) time.Time {
	at, ok := p.untilText(limit, regex)
	if !ok {
		check(fmt.Errorf("its screen is\n%s", p.text()), "no "+regex)
	}
	return at
}

func measureDemoIdle() (open, load, memory float64) {
	p := startDemo()
	defer p.end()
	p.mustShow(20*time.Second, `kinds  \d+ objects[^…]* live`)
	at := p.mustShow(20*time.Second, `enter open`)
	time.Sleep(5 * time.Second)
	before, start := cpu(p.pid()), time.Now()
	time.Sleep(20 * time.Second)
	load = (cpu(p.pid()) - before) / time.Since(start).Seconds() * 100
	return at.Sub(p.start).Seconds(), load, rss(p.pid())
}

func measureDemoBusy() series {
	p := startDemo("--demo-scale", "100000", "--demo-rate", "10000")
	defer p.end()
	p.mustShow(60*time.Second, `  (9\d|1\d\d),\d{3} objects`)
	p.keys(":webservice\rql")
	p.mustShow(20*time.Second, `▾ WebService`)
	time.Sleep(3 * time.Second)
	p.keys("jjjj")
	time.Sleep(500 * time.Millisecond)
	return keyDelays(p)
}

func measureDemo() {
	var open, load, memory, p50, p99 series
	for range *runs {
		o, l, m := measureDemoIdle()
		open, load, memory = append(open, o), append(load, l), append(memory, m)
		delays := measureDemoBusy()
		p50, p99 = append(p50, quantile(delays, .5)), append(p99, quantile(delays, .99))
	}
	addLimit("embedded cluster: exec to the first full screen", "s", open, 0.3)
	addLimit("embedded cluster: CPU idle", "% of a core", load, 3)
	addLimit("embedded cluster: RSS in all, idle", "MiB", memory, 40)
	add("embedded cluster, 100,000 objects, 10,000 changes/s: key to painted, p50 / p99",
		fmt.Sprintf("%s / %s ms", number(p50.median()), number(p99.median())), "p99 < 10 ms", p99.median() < 10)
}
