package cluster

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// unfold shows the objects of a kind in the tree.
func (s *screen) unfold(plural string) {
	s.t.Helper()
	s.keys(":", plural, "Enter")
	s.shows(5*time.Second, plural+".")
	s.keys("q", "l")
}

// rbac is a place below which roles are; ns "": cluster roles.
func rbac(ns, what string) string {
	const group = "/apis/rbac.authorization.k8s.io/v1/"
	if ns == "" {
		return group + "cluster" + what
	}
	return group + "namespaces/" + ns + "/" + what
}

// may asks the server whether a user has a right.
func (s *server) may(t testing.TB, user, ns, group, resource, verb string) bool {
	t.Helper()
	answer := s.do(t, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "",
		fmt.Sprintf(`{"spec":{"user":%q,"resourceAttributes":{"namespace":%q,"group":%q,"resource":%q,"verb":%q}}}`,
			user, ns, group, resource, verb))
	return strings.Contains(string(answer), `"allowed":true`)
}

// grant gives a user rights to a resource, in a namespace or everywhere, and
// waits until they are in force; what it returns takes them away.
func (s *server) grant(t testing.TB, user, ns, group, resource string, verbs ...string) (revoke func()) {
	t.Helper()
	name := user + "-" + resource + "-" + strings.Join(verbs, "-")
	name = strings.ReplaceAll(name, "*", "all")
	list, _ := json.Marshal(verbs)
	kind, roles, bindings := "ClusterRole", rbac(ns, "roles"), rbac(ns, "rolebindings")
	if ns != "" {
		kind = "Role"
	}
	s.do(t, "POST", roles, "", fmt.Sprintf(`{"metadata":{"name":%q},"rules":[{"apiGroups":[%q],"resources":[%q],"verbs":%s}]}`,
		name, group, resource, list))
	s.do(t, "POST", bindings, "", fmt.Sprintf(`{"metadata":{"name":%q},
"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":%q,"name":%q},
"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":%q}]}`, name, kind, name, user))
	probe := resource
	if probe == "*" {
		probe = "anything"
	}
	inForce := func(want bool) {
		eventually(t, 10*time.Second, fmt.Sprintf("%s may %s: %v", user, verbs[0], want), func() bool {
			return s.may(t, user, ns, group, probe, verbs[0]) == want
		})
	}
	inForce(true)
	return func() {
		s.do(t, "DELETE", bindings+"/"+name, "", "")
		s.do(t, "DELETE", roles+"/"+name, "", "")
		inForce(false)
	}
}

// streams says whether this server streams lists: it does from 1.34 on.
func (s *server) streams(t testing.TB) bool {
	minor := 0
	fmt.Sscan(fmt.Sprint(s.get(t, "/version")["minor"]), &minor)
	return minor >= 34
}

const clusterScoped = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"thrones.%[1]s"},"spec":{"group":"%[1]s","scope":"Cluster",
"names":{"plural":"thrones","singular":"throne","kind":"Throne"},
"versions":[{"name":"v1","served":true,"storage":true,
"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`

// With rights in one namespace that namespace is all that is asked for, and what
// has no namespace is forbidden without spoiling the rest.
func TestRightsInOneNamespace(t *testing.T) {
	const group = "one-ns.example.com"
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, group, "rooms", "Room", "")
	crds := "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	shared.do(t, "POST", crds, "", fmt.Sprintf(clusterScoped, group))
	t.Cleanup(func() { shared.try("DELETE", crds+"/thrones."+group, "", nil) })
	for _, ns := range []string{"one-ns", "other-ns"} {
		shared.namespace(t, ns)
		shared.create(t, group, ns, "rooms", "Room", "in-"+ns, "")
	}
	shared.do(t, "POST", "/apis/"+group+"/v1/thrones", "",
		fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"Throne","metadata":{"name":"golden"}}`, group))
	shared.grant(t, "tenant", "one-ns", group, "*", "get", "list", "watch")

	s := startEvents(t, admin, "--as", "tenant", "-n", "one-ns", "--initial", "rooms")
	s.until(t, 20*time.Second, "what is there", func(e event) bool { return e.Name == "in-one-ns" })
	shared.create(t, group, "other-ns", "rooms", "Room", "unseen", "")
	shared.create(t, group, "one-ns", "rooms", "Room", "seen", "")
	s.until(t, 5*time.Second, "what comes", func(e event) bool {
		if e.Namespace != "one-ns" {
			t.Errorf("not asked for: %+v", e)
		}
		return e.Name == "seen"
	})
	out, _, code := crwatch(t, admin, "--as", "tenant", "-n", "one-ns", "tree")
	if code != 0 || !strings.Contains(out, "in-one-ns") || !strings.Contains(out, "Throne  forbidden") ||
		strings.Contains(out, "golden") || strings.Contains(out, "other-ns") {
		t.Errorf("the tenant's tree: %d\n%s", code, out)
	}
	_, stderr, code := crwatch(t, admin, "--as", "tenant", "get", "thrones")
	want := `Error from server (Forbidden): thrones.` + group + ` is forbidden: User "tenant" cannot list resource "thrones" in API group "` +
		group + `" at the cluster scope` + "\n"
	if code != 1 || stderr != want {
		t.Errorf("the tenant's throne: %d %s", code, stderr)
	}
	b := openScreen(t, admin, "--as", "tenant", "-n", "one-ns")
	b.shows(20*time.Second, "Throne … forbidden", "Room … 2")
	b.unfold("rooms")
	b.shows(5*time.Second, "in-one-ns", "seen")
	b.lacks(time.Second, "other-ns")
	// Without the namespace both are forbidden, and it says so.
	all := openScreen(t, admin, "--as", "tenant")
	all.shows(20*time.Second, "Throne … forbidden", "Room … forbidden")
}

// Without the right to watch there is a list from time to time, and now when
// asked for; without the right to list, a list that is streamed as a watch.
func TestListOrWatchAlone(t *testing.T) {
	const group = "half.example.com"
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, group, "polls", "Poll", "")
	shared.namespace(t, "half")
	shared.create(t, group, "half", "polls", "Poll", "before", "")
	shared.grant(t, "lister", "", group, "polls", "list")
	shared.grant(t, "watcher", "", group, "polls", "watch")

	b := openScreen(t, admin, "--as", "lister")
	b.shows(20*time.Second, "Poll … polling")
	b.unfold("polls")
	b.shows(5*time.Second, "before")
	shared.create(t, group, "half", "polls", "Poll", "after", "")
	b.keys("C-r")
	b.shows(5*time.Second, "Poll … polling", "after")

	b = openScreen(t, admin, "--as", "watcher")
	if !shared.streams(t) {
		b.shows(20*time.Second, "Poll … forbidden")
		return
	}
	b.shows(20*time.Second, "Poll … 2")
	s := startEvents(t, admin, "--as", "watcher", "--initial", "polls")
	s.until(t, 20*time.Second, "the list as a stream", func(e event) bool { return e.Name == "after" })
	shared.do(t, "DELETE", "/apis/"+group+"/v1/namespaces/half/polls/before", "", "")
	s.until(t, 5*time.Second, "a change", func(e event) bool { return e.Name == "before" && e.Type == "DELETED" })
}

// Rights that come and go while it runs: what was seen stays, and is marked.
func TestRightsComeAndGo(t *testing.T) {
	const group = "come.example.com"
	shared.createCRD(t, group, "guests", "Guest", readyColumn)
	shared.namespace(t, "come")
	shared.create(t, group, "come", "guests", "Guest", "first", `,"spec":{"size":1}`)
	f := startFaults(t, fmt.Sprintf("127.0.0.1:%d", shared.port))
	admin := shared.kubeconfigAt(t, "admin", f.port)
	shared.grant(t, "visitor", "", "apiextensions.k8s.io", "customresourcedefinitions", "list", "watch")
	b := openScreen(t, admin, "--as", "visitor")
	b.shows(20*time.Second, "Guest … forbidden")
	revoke := shared.grant(t, "visitor", "", group, "guests", "list", "watch")
	b.keys("C-r")
	b.shows(5*time.Second, "Guest … 1")
	b.unfold("guests")
	b.shows(5*time.Second, "first")
	s := startEvents(t, admin, "--as", "visitor", "--initial", "guests")
	s.until(t, 20*time.Second, "the guest", func(e event) bool { return e.Name == "first" })
	b.lacks(5*time.Second, "Guest … forbidden")
	// The server ends no watch for that; the next one is refused.
	revoke()
	f.end(true)
	b.shows(20*time.Second, "Guest … forbidden", "first")
	shared.do(t, "PATCH", "/apis/"+group+"/v1/namespaces/come/guests/first",
		"application/merge-patch+json", `{"spec":{"size":77}}`)
	shared.create(t, group, "come", "guests", "Guest", "second", "")
	shared.grant(t, "visitor", "", group, "guests", "list", "watch")
	b.keys("C-r")
	b.shows(5*time.Second, "Guest … 2", "first … 77", "second")
	b.lacks(5*time.Second, "Guest … forbidden")
}
