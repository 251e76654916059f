package main

// What the engine carries: a million objects, a thousand kinds, ten million events.

import (
	"fmt"
	"os/exec"
	"time"
)

// syncAlone starts the browser alone on a mock server, and says what it took to get synced.
func syncAlone(kinds, objects int) (wall, cpuUsed, peakUsed, later series) {
	m := startMock(kinds, objects)
	for range *runs {
		p := startBrowser(m.kubeconfig)
		wall = append(wall, synced(p, objects))
		cpuUsed, peakUsed = append(cpuUsed, cpu(p.pid())), append(peakUsed, peak(p.pid()))
		time.Sleep(10 * time.Second)
		later = append(later, rss(p.pid()))
		p.end()
	}
	m.end()
	return
}

func measureLoad() {
	wall, cpuUsed, peakUsed, later := syncAlone(3, 1000000)
	addLimit("1,000,000 objects, 3 kinds: wall until synced", "s", wall, 20)
	addLimit("1,000,000 objects, 3 kinds: peak RSS", "MiB", peakUsed, 600)
	add("1,000,000 objects, 3 kinds: CPU until synced, RSS 10 s after", fmt.Sprintf("%s s, %s MiB",
		number(cpuUsed.median()), number(later.median())), "", true)
	wall, cpuUsed, peakUsed, later = syncAlone(1000, 300000)
	add("300,000 objects, 1,000 kinds: wall, CPU, peak RSS until synced, RSS 10 s after", fmt.Sprintf("%s s, %s s, %s MiB, %s MiB",
		number(wall.median()), number(cpuUsed.median()), number(peakUsed.median()), number(later.median())), "", true)
}

func measureGrow() {
	if *grow == "" {
		note("grow: not built, left out")
		return
	}
	var warm, end, perEvent float64
	out, err := exec.Command(*grow).Output()
	check(err, *grow)
	if _, err := fmt.Sscanf(string(out), "grow %f %f %f", &warm, &end, &perEvent); err != nil {
		check(fmt.Errorf("a line %q", out), *grow)
	}
	more := (end - warm) / warm * 100
	add("RSS after 1 and after 10 million events", fmt.Sprintf("%s and %s MiB: %+.1f %%", number(warm), number(end), more), "<= +5 %", more <= 5)
	add("the same: CPU an event, without the network", fmt.Sprintf("%s us", number(perEvent)), "", true)
}
