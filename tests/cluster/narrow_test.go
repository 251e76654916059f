package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// asUser writes the admin's kubeconfig with another context namespace and somebody
// to be instead.
func asUser(t testing.TB, user, namespace string) string {
	t.Helper()
	text, err := os.ReadFile(shared.kubeconfig(t, "admin"))
	if err != nil {
		t.Fatal(err)
	}
	config := strings.Replace(string(text), "context: {cluster: test", "context: {namespace: "+namespace+", cluster: test", 1)
	config = strings.Replace(config, "user: {client-certificate", "user: {as: "+user+", client-certificate", 1)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Who may read some namespaces sees these: the context's, and, when the namespaces
// may be listed, all in which the kind is allowed.
func TestSomeNamespacesOnly(t *testing.T) {
	const group, user = "narrow.example.com", "narrow-user"
	shared.createCRD(t, group, "wells", "Well", "")
	for _, ns := range []string{"narrow-a", "narrow-b", "narrow-c"} {
		shared.namespace(t, ns)
		shared.create(t, group, ns, "wells", "Well", "in-"+ns, "")
	}
	shared.grant(t, user, "narrow-a", group, "wells", "get", "list", "watch")
	shared.grant(t, user, "narrow-b", group, "wells", "get", "list", "watch")
	config := asUser(t, user, "narrow-b")
	tree := func() string {
		out, _, _ := crwatch(t, config, "tree")
		return out
	}
	eventually(t, 20*time.Second, "the context's namespace is read", func() bool {
		return strings.Contains(tree(), "narrow-b/in-narrow-b")
	})
	if out := tree(); !strings.Contains(out, "only in narrow-b") || strings.Contains(out, "in-narrow-a") {
		t.Errorf("the context's namespace alone:\n%s", out)
	}

	shared.grant(t, user, "", "", "namespaces", "list")
	eventually(t, 20*time.Second, "both namespaces are read", func() bool {
		return strings.Contains(tree(), "narrow-a/in-narrow-a")
	})
	if out := tree(); !strings.Contains(out, "only in narrow-b, narrow-a") || strings.Contains(out, "in-narrow-c") {
		t.Errorf("two namespaces:\n%s", out)
	}

	events := startEvents(t, config, "--initial", "wells")
	for range 2 {
		events.until(t, 20*time.Second, "a well", func(e event) bool { return e.Type == "ADDED" })
	}
	for _, ns := range []string{"narrow-c", "narrow-a", "narrow-b"} {
		shared.create(t, group, ns, "wells", "Well", "new-"+ns, "")
	}
	for range 2 {
		e := events.until(t, 20*time.Second, "a new well", func(e event) bool { return e.Type == "ADDED" })
		if e.Namespace == "narrow-c" {
			t.Errorf("it is not to be seen: %v", e)
		}
	}

	screen := openScreen(t, config)
	screen.shows(20*time.Second, "Well ", "only 2 namespaces")
	shared.grant(t, user, "", group, "wells", "get", "list", "watch")
	eventually(t, 20*time.Second, "everything is read once the user asks again", func() bool {
		screen.keys("C-r")
		text := screen.text()
		return !strings.Contains(text, "only 2 namespaces") && strings.Contains(text, "Well ")
	})
}
