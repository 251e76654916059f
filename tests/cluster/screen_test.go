package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// screen is the browser in a tmux of its own.
type screen struct {
	t      testing.TB
	socket string
}

func openScreen(t testing.TB, kubeconfig string, args ...string) *screen {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux to show the browser in")
	}
	s := &screen{t, filepath.Join(t.TempDir(), "tmux")}
	command := fmt.Sprintf("exec %s --kubeconfig %s %s", os.Getenv("CRWATCH"), kubeconfig, strings.Join(args, " "))
	s.tmux("-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "64", command)
	t.Cleanup(func() { exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	return s
}

func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", s.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %v: %v %s", args, err, out)
	}
	return string(out)
}

func (s *screen) text() string {
	return s.tmux("capture-pane", "-p")
}

func (s *screen) keys(keys ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
}

// shows waits until every part is on the screen, on one line when joined by "…".
func (s *screen) shows(within time.Duration, parts ...string) {
	s.t.Helper()
	var text string
	deadline := time.Now().Add(within)
	for {
		text = s.text()
		missing := ""
		for _, part := range parts {
			if !onScreen(text, part) {
				missing = part
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("not within %v: %q on\n%s", within, missing, text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func onScreen(text, part string) bool {
	words := strings.Split(part, " … ")
	for _, line := range strings.Split(text, "\n") {
		at, ok := 0, true
		for _, word := range words {
			i := strings.Index(line[at:], word)
			if i < 0 {
				ok = false
				break
			}
			at += i + len(word)
		}
		if ok {
			return true
		}
	}
	return false
}

func (s *screen) lacks(within time.Duration, part string) {
	s.t.Helper()
	eventually(s.t, within, "no "+part+" on the screen", func() bool { return !onScreen(s.text(), part) })
}

const readyColumn = `,"additionalPrinterColumns":[{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},{"name":"Size","type":"integer","jsonPath":".spec.size"}]`

func TestBrowserFollowsTheCluster(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, "screen.example.com", "gadgets", "Gadget", readyColumn)
	shared.namespace(t, "screen")
	for i := 0; i < 5; i++ {
		shared.create(t, "screen.example.com", "screen", "gadgets", "Gadget", fmt.Sprintf("gadget-%d", i), `,"spec":{"size":3}`)
	}
	s := openScreen(t, admin)
	s.shows(10*time.Second, "screen.example.com", "● live")
	s.keys(":", "gadgets", "Enter")
	s.shows(2*time.Second, "gadgets.screen.example.com … 5", "gadget-0", "READY … SIZE")
	s.keys("q", "l")
	s.shows(2*time.Second, "Gadget … 5", "gadget-0", "gadget-4", "READY SIZE")
	// Created: a row and an event within a second of the answer.
	shared.create(t, "screen.example.com", "screen", "gadgets", "Gadget", "gadget-9", `,"spec":{"size":9}`)
	s.shows(time.Second, "screen  gadget-9", "ADDED … screen/gadget-9", "Gadget … 6")
	// Changed: the cell, the detail and the event with its path.
	s.keys("j")
	s.shows(2*time.Second, "Gadget screen/gadget-0", "size: 3")
	base := "/apis/screen.example.com/v1/namespaces/screen/gadgets/"
	shared.do(t, "PATCH", base+"gadget-0", "application/merge-patch+json", `{"spec":{"size":77}}`)
	s.shows(time.Second, "gadget-0 … 77", "size: 77 … was 3", "MODIFIED … screen/gadget-0 … .spec.size … 3 → 77")
	shared.do(t, "PATCH", base+"gadget-0/status", "application/merge-patch+json", `{"status":{"conditions":[{"type":"Ready","status":"False"}]}}`)
	s.shows(time.Second, "✗ screen  gadget-0 … False", "✗ 1 not ready")
	// Deleted under the cursor: it stays there, marked, until the cursor leaves.
	shared.do(t, "DELETE", base+"gadget-0", "", "")
	s.shows(time.Second, "DELETED … screen/gadget-0", "gadget-0 … deleted", "Gadget … 5")
	s.keys("j")
	s.lacks(time.Second, "screen  gadget-0")
	// A selector narrows all kinds at once; esc takes it back.
	s.keys("L", "app=a2", "Enter")
	s.shows(2*time.Second, "labels app=a2")
	s.keys("Escape")
	s.shows(2*time.Second, "gadget-9")
	s.keys("/", "gadget-9", "Enter")
	s.lacks(2*time.Second, "screen  gadget-3")
	s.keys("Escape")
	// Other columns, on the rows that are there.
	shared.do(t, "PATCH", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.screen.example.com", "application/json-patch+json",
		`[{"op":"replace","path":"/spec/versions/0/additionalPrinterColumns","value":[{"name":"Label","type":"string","jsonPath":".metadata.labels.app"}]}]`)
	s.shows(5*time.Second, "LABEL", "gadget-9 … a2")
	// A new kind while it runs, and its end.
	shared.createCRD(t, "another.example.com", "gizmos", "Gizmo", "")
	shared.create(t, "another.example.com", "screen", "gizmos", "Gizmo", "gizmo-1", "")
	s.shows(time.Second, "Gizmo … 1", "ADDED … screen/gizmo-1")
	shared.do(t, "DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gizmos.another.example.com", "", "")
	s.shows(20*time.Second, "Gizmo … gone")
	s.lacks(20*time.Second, "another.example.com")
	// The API server dies: said at once, the rows stay; then all is live again.
	shared.killAPI()
	shared.client.CloseIdleConnections()
	s.shows(time.Second, "lost since", "stale", "gadget-9")
	if err := shared.startAPI(); err != nil {
		t.Fatal(err)
	}
	if err := shared.waitReady(); err != nil {
		t.Fatal(err)
	}
	ready := time.Now()
	shared.do(t, "PATCH", base+"gadget-1", "application/merge-patch+json", `{"spec":{"size":4711}}`)
	s.shows(5*time.Second, "● live", "MODIFIED … screen/gadget-1 … 4711")
	t.Logf("live again %v after the server was ready", time.Since(ready))
	s.lacks(5*time.Second, "stale")
	s.keys("q", "y")
	eventually(t, 2*time.Second, "the browser ends", func() bool {
		return exec.Command("tmux", "-S", s.socket, "has-session").Run() != nil
	})
}

func TestBrowserWithoutRights(t *testing.T) {
	shared.createCRD(t, "closed.example.com", "vaults", "Vault", "")
	s := openScreen(t, shared.kubeconfig(t, "nobody"))
	s.shows(10*time.Second, "Vault … forbidden")
}
