package cluster

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// rewrite changes the same few objects as fast as it can, for so long.
func (s *server) rewrite(path string, until time.Time) (changes int) {
	var mu sync.Mutex
	var done sync.WaitGroup
	for w := range 4 {
		done.Go(func() {
			for i := 0; time.Now().Before(until); i++ {
				code, _, err := s.try("PATCH", fmt.Sprintf("%s/n%d", path, w), "application/merge-patch+json",
					[]byte(fmt.Sprintf(`{"spec":{"n":%d},"metadata":{"labels":{"turn":"t%d"}}}`, i, i%10)))
				if err == nil && code < 300 {
					mu.Lock()
					changes++
					mu.Unlock()
				}
			}
		})
	}
	done.Wait()
	return changes
}

// Changes of the same objects cost nothing that stays: once the log of changes is
// full (1 MiB here), 10 s more of them make the process no larger and leave no
// descriptor behind.
func TestNothingGrows(t *testing.T) {
	const group = "grow.example.com"
	shared.createCRD(t, group, "trees", "Tree", "")
	shared.namespace(t, "grow")
	for w := range 4 {
		shared.create(t, group, "grow", "trees", "Tree", fmt.Sprintf("n%d", w), "")
	}
	s := startEvents(t, shared.kubeconfig(t, "admin"), "--initial", "--history", "1", "trees."+group)
	s.until(t, 20*time.Second, "the trees", func(e event) bool { return e.Name == "n3" })
	path := "/apis/" + group + "/v1/namespaces/grow/trees"
	mark := func(n int) {
		shared.do(t, "PATCH", path+"/n0", "application/merge-patch+json", fmt.Sprintf(`{"spec":{"n":%d}}`, -n))
		s.until(t, 20*time.Second, "all of the changes", func(e event) bool {
			return len(e.Changes) > 0 && fmt.Sprint(e.Changes[len(e.Changes)-1].New) == fmt.Sprint(-n)
		})
	}
	pid := s.cmd.Process.Pid
	shared.rewrite(path, time.Now().Add(10*time.Second))
	mark(1)
	before := usageOf(t, pid)
	changes := shared.rewrite(path, time.Now().Add(10*time.Second))
	mark(2)
	after := usageOf(t, pid)
	t.Logf("%d changes: %v, then %v", changes, before, after)
	if after.descriptors > before.descriptors || after.threads > before.threads {
		t.Errorf("%v, then %v", before, after)
	}
	/* A hundred bytes of each would be more. */
	if grown := after.rss - before.rss; grown > 512 {
		t.Errorf("%d KiB more after %d changes", grown, changes)
	}
}
