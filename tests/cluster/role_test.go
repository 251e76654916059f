package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// roleOnScreen is the ClusterRole that the browser shows, as it stands there.
func roleOnScreen(t testing.TB, kubeconfig, kind string) string {
	t.Helper()
	s := openScreen(t, kubeconfig)
	s.tmux("resize-window", "-x", "120", "-y", "2000")
	s.shows(20*time.Second, kind)
	s.keys(":access role", "Enter")
	s.shows(20*time.Second, "kind: ClusterRole", "  - "+strings.ToLower(kind)+"s")
	var role []string
	for _, line := range strings.Split(s.text(), "\n") {
		switch {
		case strings.HasPrefix(line, " apiVersion: "):
			role = []string{line[1:]}
		case len(role) > 0 && (!strings.HasPrefix(line, " ") || strings.TrimSpace(line) == ""):
			return strings.Join(role, "\n") + "\n"
		case len(role) > 0:
			role = append(role, strings.TrimRight(line[1:], " "))
		}
	}
	return strings.Join(role, "\n") + "\n"
}

// With the role that the browser shows, and nothing else, everything works; with
// one verb less something does not.
func TestRoleIsWhatIsNeeded(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	const group = "role.example.com"
	shared.createCRD(t, group, "watchmen", "Watchman", allColumns)
	shared.createCRD(t, group, "guards", "Guard", allColumns)
	shared.namespace(t, "role")
	shared.create(t, group, "role", "guards", "Guard", "one", `,"spec":{"text":"seen"}`)
	role := roleOnScreen(t, admin, "Guard")
	const roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
	as := func(args ...string) (string, string, int) {
		return crwatch(t, admin, append([]string{"--as", "role-user"}, args...)...)
	}
	shared.do(t, "POST", roles, "application/yaml", role)
	shared.do(t, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "", `{"metadata":{"name":"crwatch"},
"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"crwatch"},
"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"role-user"}]}`)
	eventually(t, 10*time.Second, "the role is in force", func() bool {
		out, _, code := as("get", "guards", "-n", "role")
		return code == 0 && strings.Contains(out, "seen")
	})
	out, stderr, code := as("tree")
	if code != 0 || !strings.Contains(out, "role/one") || !strings.Contains(out, "Watchman") ||
		strings.Contains(out, "forbidden") || strings.Contains(out, "no CRD access") {
		t.Errorf("the tree: %d\n%s%s", code, out, stderr)
	}
	events := startEvents(t, admin, "--as", "role-user", "--initial", "guards")
	is := func(what string) func(event) bool {
		return func(e event) bool { return e.Name == "one" && e.Type == what }
	}
	events.until(t, 10*time.Second, "the guard", is("ADDED"))
	shared.do(t, "PATCH", fmt.Sprintf("/apis/%s/v1/namespaces/role/guards/one", group),
		"application/merge-patch+json", `{"spec":{"int":7}}`)
	events.until(t, 10*time.Second, "a change of the guard", is("MODIFIED"))

	without := func(group string, verbs ...string) string {
		at := strings.Index(role, "  - "+group+"\n")
		if at < 0 {
			t.Fatalf("no %s in\n%s", group, role)
		}
		rest := role[at:]
		for _, verb := range verbs {
			rest = strings.Replace(rest, "  - "+verb+"\n", "  - use\n", 1)
		}
		return role[:at] + rest
	}
	// Writes a role that lacks this, and waits until it is in force.
	lack := func(group, resource, verb string, more ...string) {
		shared.do(t, "PUT", roles+"/crwatch", "application/yaml", without(group, append(more, verb)...))
		eventually(t, 10*time.Second, "the role without "+verb+" is in force", func() bool {
			answer := shared.do(t, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "",
				fmt.Sprintf(`{"spec":{"user":"role-user","resourceAttributes":{"group":%q,"resource":%q,"verb":%q}}}`,
					group, resource, verb))
			return strings.Contains(string(answer), `"allowed":false`)
		})
	}
	// A server that streams lists grants them as watches: list alone is not missed there.
	lack(group, "guards", "list", "watch")
	if _, stderr, code = as("get", "guards", "-n", "role"); code != 1 || !strings.Contains(stderr, "cannot ") {
		t.Errorf("without list and watch: %d %s", code, stderr)
	}
	lack(group, "guards", "watch")
	polling := openScreen(t, admin, "--as", "role-user", "-l", "app=a0")
	polling.shows(20*time.Second, "Guard … polling")
	lack("apiextensions.k8s.io", "customresourcedefinitions", "list", "watch")
	out, _, _ = as("tree")
	if !strings.Contains(out, "no CRD access") {
		t.Errorf("without the definitions:\n%s", out)
	}
	lack("events.k8s.io", "events", "list", "watch")
	silent := openScreen(t, admin, "--as", "role-user")
	silent.shows(20*time.Second, "no Kubernetes Events: forbidden")
	shared.do(t, "PUT", roles+"/crwatch", "application/yaml", role)
	eventually(t, 10*time.Second, "with the whole role all is well again", func() bool {
		out, _, _ := as("tree")
		return strings.Contains(out, "role/one") && !strings.Contains(out, "no CRD access")
	})
}
