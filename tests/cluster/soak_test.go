package cluster

import (
	"fmt"
	"maps"
	"math/rand"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	soakGroup   = "soak.example.com"
	soakKinds   = 20
	soakSpaces  = 4
	soakNames   = 6
	soakWriters = 10
	soakRate    = 200 // changes a second
)

// soak is one run: a server, a proxy before it, crwatch behind that, and who
// changes objects.
type soak struct {
	t      testing.TB
	random *rand.Rand
	server *server
	faults *faults
	oracle *oracle
	stream *stream
	replay *replay
	ready  []event // applied, but not held against the history yet
	counts map[string]int
	last   string        // fault
	kinds  int           // of faults
	worst  time.Duration // from the end of the faults to the truth
}

func soakSeed(t testing.TB) int64 {
	seed := time.Now().UnixNano() % 1e9
	if text := os.Getenv("CRWATCH_SOAK_SEED"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	return seed
}

func soakLength(t testing.TB) time.Duration {
	text := os.Getenv("CRWATCH_SOAK")
	if text == "" {
		return 14 * time.Second
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return length
}

func newSoak(t testing.TB) *soak {
	own, err := startServer(t.TempDir(), "--goaway-chance=0.01")
	if own != nil {
		t.Cleanup(func() { own.stop() })
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &soak{t: t, server: own, counts: map[string]int{}, last: "none"}
	plural := map[string]string{}
	for i := range soakKinds {
		own.createCRD(t, soakGroup, fmt.Sprintf("soak%ds", i), fmt.Sprintf("Soak%d", i), "")
		plural[fmt.Sprintf("Soak%d", i)] = fmt.Sprintf("soak%ds", i)
	}
	for i := range soakSpaces {
		own.namespace(t, fmt.Sprintf("soak-%d", i))
	}
	s.oracle = startOracle(t, own, soakGroup)
	s.faults = startFaults(t, fmt.Sprintf("127.0.0.1:%d", own.port))
	for i := range soakKinds {
		own.create(t, soakGroup, "soak-0", fmt.Sprintf("soak%ds", i), fmt.Sprintf("Soak%d", i), "first", "")
	}
	s.replay = newReplay(plural)
	s.stream = startEvents(t, own.kubeconfigAt(t, "admin", s.faults.port), "--initial")
	return s
}

// ---- changes ----

// change makes one; whether it works is nobody's business, etcd knows.
func (s *soak) change(random *rand.Rand) {
	kind := random.Intn(soakKinds)
	name := fmt.Sprintf("n%d", random.Intn(soakNames))
	base := fmt.Sprintf("/apis/%s/v1/namespaces/soak-%d/soak%ds", soakGroup, random.Intn(soakSpaces), kind)
	text := fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"Soak%d","metadata":{"name":%q},"spec":{"n":%d,"text":%q}}`,
		soakGroup, kind, name, random.Intn(1e6), strings.Repeat("é", random.Intn(200)))
	create := func() int {
		code, _, _ := s.server.try("POST", base, "", []byte(text))
		return code
	}
	n := random.Intn(100)
	switch {
	case n < 55:
		code, _, _ := s.server.try("PATCH", base+"/"+name, "application/merge-patch+json",
			[]byte(fmt.Sprintf(`{"spec":{"n":%d}}`, random.Intn(1e6))))
		if code == http.StatusNotFound {
			create()
		}
	case n < 70:
		code, old, _ := s.server.try("GET", base+"/"+name, "", nil)
		if code == http.StatusOK {
			s.server.try("PUT", base+"/"+name, "", []byte(strings.Replace(string(old), `"spec":{`, `"spec":{"m":1,`, 1)))
		}
	case n < 85:
		s.server.try("DELETE", base+"/"+name, "", nil)
	default:
		s.server.try("DELETE", base+"/"+name, "", nil)
		create()
	}
}

// write changes objects at the rate, for so long.
func (s *soak) write(until time.Time, done *sync.WaitGroup) {
	for range soakWriters {
		random := rand.New(rand.NewSource(s.random.Int63()))
		done.Go(func() {
			next := time.Now()
			for time.Now().Before(until) {
				s.change(random)
				next = next.Add(time.Second * soakWriters / soakRate)
				if now := time.Now(); next.Before(now) {
					next = now
				}
				time.Sleep(time.Until(next))
			}
		})
	}
}

// ---- faults ----

func (s *soak) millis(least, most int) time.Duration {
	return time.Duration(least+s.random.Intn(most-least)) * time.Millisecond
}

// during lets a fault last; then its connections go on, or are reset.
func (s *soak) during(on func(), lost bool) {
	s.faults.set(on)
	time.Sleep(s.millis(200, 3000))
	if lost || s.random.Intn(2) == 0 {
		s.faults.end(s.random.Intn(2) == 0)
	}
	s.faults.heal()
}

func (s *soak) restart() {
	s.server.killAPI()
	s.server.client.CloseIdleConnections()
	time.Sleep(s.millis(0, 1000))
	if err := s.server.startAPI(); err != nil {
		s.t.Error(err)
	} else if err := s.server.waitReady(); err != nil {
		s.t.Error(err)
	}
}

var soakFaults = []struct {
	name string
	run  func(*soak)
}{
	{"cut", func(s *soak) { s.faults.cutAfter(int64(s.random.Intn(40000))) }},
	{"close", func(s *soak) { s.faults.end(false) }},
	{"reset", func(s *soak) { s.faults.end(true) }},
	{"delay", func(s *soak) {
		delay := s.millis(5, 250)
		s.during(func() { s.faults.delay = delay }, false)
	}},
	{"hole", func(s *soak) { s.during(func() { s.faults.stalled = true }, false) }},
	{"half-open up", func(s *soak) { s.during(func() { s.faults.dropUp = true }, true) }},
	{"half-open down", func(s *soak) { s.during(func() { s.faults.dropDown = true }, true) }},
	{"refuse", func(s *soak) {
		s.faults.refuse()
		s.faults.end(s.random.Intn(2) == 0)
		time.Sleep(s.millis(200, 3000))
		if err := s.faults.listen(); err != nil {
			s.t.Error(err)
		}
	}},
	{"stop", func(s *soak) {
		s.server.pause(true)
		time.Sleep(s.millis(200, 3000))
		s.server.pause(false)
	}},
	{"compact", func(s *soak) {
		if err := s.oracle.compact(); err != nil {
			s.t.Error(err)
		}
	}},
	{"kill", (*soak).restart},
	/* The last, because it takes 45 s to be noticed: only the long form has it. */
	{"forget", func(s *soak) { s.faults.forget() }},
}

// disturb makes every fault once, in an order of its own, before one comes again.
func (s *soak) disturb(until time.Time, order []int) []int {
	for time.Now().Before(until) {
		if len(order) == 0 {
			order = s.random.Perm(s.kinds)
		}
		fault := soakFaults[order[0]]
		order = order[1:]
		fault.run(s)
		s.counts[fault.name]++
		s.last = fault.name
		time.Sleep(s.millis(100, 2000))
	}
	return order
}

// ---- the truth ----

func (s *soak) drain() {
	for {
		select {
		case e, open := <-s.stream.events:
			if !open {
				s.t.Fatal("crwatch events ended")
			}
			s.replay.apply(&e)
			s.ready = append(s.ready, e)
		default:
			return
		}
	}
}

// difference says what of two states is not the same.
func difference(told, truth map[string]version) string {
	var lines []string
	for key, v := range truth {
		if told[key] != v {
			lines = append(lines, fmt.Sprintf("%s: told %v, is %v", key, told[key], v))
		}
	}
	for key, v := range told {
		if _, there := truth[key]; !there {
			lines = append(lines, fmt.Sprintf("%s: told %v, is gone", key, v))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines[:min(len(lines), 10)], "\n")
}

// listed is what the API server itself says, kind by kind.
func (s *soak) listed() map[string]version {
	state := map[string]version{}
	for i := range soakKinds {
		plural := fmt.Sprintf("soak%ds", i)
		list := s.server.get(s.t, fmt.Sprintf("/apis/%s/v1/%s", soakGroup, plural))
		for _, item := range list["items"].([]any) {
			m := item.(map[string]any)["metadata"].(map[string]any)
			rv, _ := strconv.ParseInt(m["resourceVersion"].(string), 10, 64)
			state[fmt.Sprintf("%s/%s/%s", plural, m["namespace"], m["name"])] = version{m["uid"].(string), rv}
		}
	}
	return state
}

// quiet waits until what crwatch has said is the truth, and looks at how it came
// to it.
func (s *soak) quiet(within time.Duration) {
	s.t.Helper()
	start := time.Now()
	truth := s.oracle.settled(s.t)
	for {
		s.drain()
		if maps.Equal(s.replay.state, truth) {
			break
		}
		if time.Since(start) > within {
			s.t.Fatalf("after %v crwatch does not know:\n%s\n%s", within,
				difference(s.replay.state, truth), strings.Join(s.replay.wrong, "\n"))
		}
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(start)
	s.worst = max(s.worst, took)
	s.t.Logf("the truth %v after the faults, the last of which was %s", took.Round(time.Millisecond), s.last)
	if listed := s.listed(); !maps.Equal(listed, truth) {
		s.t.Fatalf("the API server has something else than etcd:\n%s", difference(listed, truth))
	}
	for i := range s.ready {
		s.replay.check(&s.ready[i], s.oracle)
	}
	s.ready = nil
	if len(s.replay.wrong) != 0 {
		s.t.Fatalf("what crwatch said is not what happened:\n%s", strings.Join(s.replay.wrong, "\n"))
	}
}

// Whatever happens to connections and to the server: nothing is lost, nothing is
// invented, no object goes back in time, and what was missed is said to be a list.
// CRWATCH_SOAK is how long (15m), CRWATCH_SOAK_SEED makes the same faults again.
func TestSoak(t *testing.T) {
	length, seed := soakLength(t), soakSeed(t)
	t.Logf("CRWATCH_SOAK_SEED=%d", seed)
	s := newSoak(t)
	s.random = rand.New(rand.NewSource(seed))
	s.kinds = len(soakFaults)
	if os.Getenv("CRWATCH_SOAK") == "" {
		s.kinds--
	}
	s.quiet(20 * time.Second)
	first := s.oracle.changes
	end := time.Now().Add(length)
	var order []int
	for rounds := 0; time.Now().Before(end); rounds++ {
		round := time.Now().Add(min(30*time.Second, length))
		var done sync.WaitGroup
		s.write(round, &done)
		order = s.disturb(round, order)
		done.Wait()
		s.quiet(90 * time.Second)
		s.counts["quiet"] = rounds + 1
	}
	relists := 0
	for _, n := range s.replay.relists {
		relists += n
	}
	t.Logf("%d changes, %d events, %d lists that found something, %d short lives unseen; %v; the truth at most %v after the faults",
		s.oracle.changes-first, s.replay.events, relists, s.replay.hidden, s.counts, s.worst.Round(time.Millisecond))
}
