// measure runs crwatch beside its peers and prints one table: what was measured,
// what was to be reached, and whether it was. Ratios compare programs that took
// turns in this run; a figure is the median of the runs.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var (
	crwatch   = flag.String("crwatch", "", "the binary")
	server    = flag.String("server", "", "the mock API server")
	twin      = flag.String("twin", "", "the client-go twin")
	pin       = flag.String("pin", "", "the pin benchmark, or nothing")
	grow      = flag.String("grow", "", "the benchmark of growth, or nothing")
	order     = flag.String("order", "", "the order benchmark, or nothing")
	cluster   = flag.String("cluster", "", "the test binary that serves a real API server, or nothing")
	sofka     = flag.String("sofka", "", "the peer on the real API server, or nothing")
	crdDir    = flag.String("crds", "", "a directory of CRDs for the real API server, or nothing")
	dir       = flag.String("dir", os.TempDir(), "for files of the run")
	parts     = flag.String("parts", "mock kinds keys browser pin order load grow demo cluster", "what to measure")
	startOnly = flag.Bool("start", false, "of the real API server only how a start goes")
	runs      = flag.Int("runs", 3, "how often")
	objects   = flag.Int("objects", 100000, "objects of the mock API server")
	certs     = flag.Int("certs", 20000, "Certificates on the real API server")
)

// series collects one figure over the runs.
type series []float64

func (s series) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func quantile(s series, q float64) float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[min(int(float64(len(sorted))*q), len(sorted)-1)]
}

type row struct{ what, measured, goal, met string }

var table []row

func add(what, measured, goal string, met bool) {
	verdict := "yes"
	if !met {
		verdict = "NO"
	}
	if goal == "" {
		goal, verdict = "–", "–"
	}
	table = append(table, row{what, measured, goal, verdict})
	fmt.Fprintf(os.Stderr, "# %s: %s (%s) %s\n", what, measured, goal, verdict)
}

// addRatio compares medians; the goal is "at most 1/over of the peer's".
func addRatio(what, unit string, ours, theirs series, over float64) {
	a, b := ours.median(), theirs.median()
	if a <= 0 || b <= 0 {
		add(what, "not measured", fmt.Sprintf("<= 1/%g", over), false)
		return
	}
	add(what, fmt.Sprintf("%s against %s %s: 1/%.1f", number(a), number(b), unit, b/a),
		fmt.Sprintf("<= 1/%g", over), b/a >= over)
}

func addLimit(what, unit string, ours series, limit float64) {
	a := ours.median()
	add(what, fmt.Sprintf("%s %s", number(a), unit), fmt.Sprintf("<= %s %s", number(limit), unit), a > 0 && a <= limit)
}

func number(x float64) string {
	switch {
	case x >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	default:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
}

func printTable() {
	fmt.Printf("\n| what (median of %d) | measured | to reach | met |\n|---|---|---|---|\n", *runs)
	for _, r := range table {
		fmt.Printf("| %s | %s | %s | %s |\n", r.what, r.measured, r.goal, r.met)
	}
}

func note(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "# "+format+"\n", args...)
}

// cleanups end what was started, whatever happens; the newest first.
var cleanups []func()

func cleanup() {
	for len(cleanups) > 0 {
		last := cleanups[len(cleanups)-1]
		cleanups = cleanups[:len(cleanups)-1]
		last()
	}
}

func check(err error, what string) {
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "bench: %s: %v\n", what, err)
	cleanup()
	os.Exit(1)
}

func main() {
	flag.Parse()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-stop
		cleanup()
		os.Exit(130)
	}()
	start := time.Now()
	all := map[string]func(){"mock": measureMock, "kinds": measureKinds, "keys": measureKeys, "browser": measureBrowser,
		"pin": measurePin, "order": measureOrder, "load": measureLoad, "grow": measureGrow, "demo": measureDemo, "cluster": measureCluster}
	for _, part := range strings.Fields(*parts) {
		if all[part] == nil {
			check(fmt.Errorf("there is no part %q", part), "BENCH_PARTS")
		}
		all[part]()
		cleanup()
	}
	printTable()
	note("took %.0f s", time.Since(start).Seconds())
}
