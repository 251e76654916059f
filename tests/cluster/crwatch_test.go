package cluster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// crwatch runs a command to its end.
func crwatch(t testing.TB, kubeconfig string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(os.Getenv("CRWATCH"), append([]string{"--kubeconfig", kubeconfig}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	timer := time.AfterFunc(60*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// kubectl runs the reference; the test is skipped where there is none.
func kubectl(t testing.TB, kubeconfig string, args ...string) (stdout, stderr string) {
	t.Helper()
	path, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("no kubectl to compare with")
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(path, append([]string{"--kubeconfig", kubeconfig}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(kubeconfig))
	cmd.Run()
	return out.String(), errs.String()
}

// event is a line of `crwatch events -o json`.
type event struct {
	Type, Group, Version, Kind, Namespace, Name, UID, ResourceVersion string
	Changes                                                           []struct {
		Path     string
		Old, New any
	}
	at time.Time // when it was read
}

// stream is a running `crwatch events -o json`.
type stream struct {
	cmd    *exec.Cmd
	events chan event
}

func startEvents(t testing.TB, kubeconfig string, args ...string) *stream {
	t.Helper()
	s := &stream{events: make(chan event, 1<<16)}
	s.cmd = exec.Command(os.Getenv("CRWATCH"), append([]string{"--kubeconfig", kubeconfig, "events", "-o", "json"}, args...)...)
	s.cmd.Stderr = os.Stderr
	pipe, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.events)
		lines := bufio.NewReaderSize(pipe, 1<<20)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			var e event
			if err := json.Unmarshal(line, &e); err != nil {
				e.Type = fmt.Sprintf("unreadable: %v: %s", err, line)
			}
			e.at = time.Now()
			s.events <- e
		}
	}()
	t.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	return s
}

// until reads events until one satisfies ok.
func (s *stream) until(t testing.TB, within time.Duration, what string, ok func(event) bool) event {
	t.Helper()
	timeout := time.After(within)
	for {
		select {
		case e, open := <-s.events:
			if !open {
				t.Fatalf("crwatch events ended before %s", what)
			}
			if ok(e) {
				return e
			}
		case <-timeout:
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// widgetCRD is a definition of our own with columns of every type.
func widgetCRD(group, plural, kind, extra string) string {
	return fmt.Sprintf(`{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"%[2]s.%[1]s"},"spec":{"group":"%[1]s","scope":"Namespaced",
"names":{"plural":"%[2]s","singular":%[4]q,"kind":"%[3]s","shortNames":[]},
"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}%[5]s}]}}`,
		group, plural, kind, strings.ToLower(kind), extra)
}

const allColumns = `,"additionalPrinterColumns":[
{"name":"Text","type":"string","jsonPath":".spec.text"},
{"name":"Object","type":"string","jsonPath":".spec.object"},
{"name":"Int","type":"integer","jsonPath":".spec.int"},
{"name":"Number","type":"number","jsonPath":".spec.number"},
{"name":"Bool","type":"boolean","jsonPath":".spec.bool"},
{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},
{"name":"All","type":"string","jsonPath":".spec.list[*]"},
{"name":"Last","type":"string","jsonPath":".spec.list[-1]"},
{"name":"When","type":"date","jsonPath":".spec.when"},
{"name":"Wide","type":"string","priority":1,"jsonPath":".spec.wide"},
{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}]`

func (s *server) createCRD(t testing.TB, group, plural, kind, extra string) {
	t.Helper()
	name := plural + "." + group
	s.do(t, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "", widgetCRD(group, plural, kind, extra))
	t.Cleanup(func() {
		s.try("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"+name, "", nil)
	})
}

func (s *server) create(t testing.TB, group, ns, plural, kind, name, rest string) {
	t.Helper()
	s.do(t, "POST", fmt.Sprintf("/apis/%s/v1/namespaces/%s/%s", group, ns, plural), "",
		fmt.Sprintf(`{"apiVersion":"%s/v1","kind":%q,"metadata":{"name":%q,"labels":{"app":"a%d"}}%s}`, group, kind, name, len(name)%3, rest))
}

// loadSharedCRDs loads the definitions of real projects when they lie beside
// the checkout; it says how many.
func (s *server) loadSharedCRDs(t testing.TB) int {
	t.Helper()
	files, _ := filepath.Glob("../../../shared/crds/*/*.yaml")
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("kind: CustomResourceDefinition")) {
			continue
		}
		code, answer, err := s.try("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "application/yaml", text)
		if err != nil || (code != 201 && code != 409) {
			t.Fatalf("%s: %d %v %s", file, code, err, answer)
		}
		n++
	}
	return n
}

func TestTreeShowsEveryKindAndObject(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, "tree.example.com", "leaves", "Leaf", "")
	shared.loadSharedCRDs(t)
	shared.namespace(t, "tree")
	for i := 0; i < 20; i++ {
		shared.create(t, "tree.example.com", "tree", "leaves", "Leaf", fmt.Sprintf("leaf-%02d", i), "")
	}
	out, stderr, code := crwatch(t, admin, "tree")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for i := 0; i < 20; i++ {
		if !strings.Contains(out, fmt.Sprintf("tree/leaf-%02d ", i)) {
			t.Errorf("no leaf-%02d in\n%s", i, out)
		}
	}
	list := shared.get(t, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
	for _, item := range list["items"].([]any) {
		kind := item.(map[string]any)["spec"].(map[string]any)["names"].(map[string]any)["kind"].(string)
		if !strings.Contains(out, "  "+kind+"  ") {
			t.Errorf("no kind %s in\n%s", kind, out)
		}
	}
	out, _, _ = crwatch(t, admin, "tree", "-l", "app in (a1,a2),!nothing")
	if strings.Contains(out, "cert-manager.io") || !strings.Contains(out, "leaf-01") {
		t.Errorf("-l does not narrow:\n%s", out)
	}
}

// splitAges takes the cells that are ages out of lines; they may differ.
func equalButForAges(a, b, c string) bool {
	la, lb, lc := strings.Split(a, "\n"), strings.Split(b, "\n"), strings.Split(c, "\n")
	if len(la) != len(lb) || len(lb) != len(lc) {
		return false
	}
	for i := range la {
		fa, fb, fc := strings.Fields(la[i]), strings.Fields(lb[i]), strings.Fields(lc[i])
		if len(fa) != len(fb) || len(fb) != len(fc) {
			return false
		}
		for j := range fb {
			if fb[j] != fa[j] && fb[j] != fc[j] && !isBetween(fa[j], fb[j], fc[j]) {
				return false
			}
		}
	}
	return true
}

func isBetween(a, b, c string) bool {
	da, err1 := time.ParseDuration(a)
	db, err2 := time.ParseDuration(b)
	dc, err3 := time.ParseDuration(c)
	return err1 == nil && err2 == nil && err3 == nil && da <= db && db <= dc
}

func TestGetEqualsKubectl(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, "columns.example.com", "sorts", "Sort", allColumns)
	shared.createCRD(t, "columns.example.com", "bads", "Bad", `,"additionalPrinterColumns":[
{"name":"One","type":"string","jsonPath":".spec.one"},{"name":"Two","type":"string","jsonPath":".spec.two"},
{"name":"Three","type":"string","jsonPath":".spec[?(@.x"},{"name":"Four","type":"string","jsonPath":".spec.four"}]`)
	shared.loadSharedCRDs(t)
	shared.namespace(t, "columns")
	for i, rest := range []string{
		`,"spec":{"text":"plain","object":{"b":[1,2.5,"<&>"],"a":{"z":null}},"int":3,"number":1.5,"bool":true,"list":["x","y"],"when":"2020-01-01T00:00:00Z","wide":"w"},"status":{}`,
		`,"spec":{"text":null,"object":[],"int":3.9,"number":1e6,"bool":false,"list":[],"when":"","wide":null}`,
		`,"spec":{"text":7,"object":"text","int":"3","number":1234567.5,"bool":"true","list":[1],"when":"soon"}`,
		`,"spec":{"text":true,"int":9007199254740993,"number":-0.00001,"when":"2999-01-01T00:00:00Z"}`,
		`,"spec":{"text":"two\nlines","object":{},"int":-1,"number":100000000000000000000000}`,
		`,"spec":{"text":"größer 中文 é"}`,
		`,"spec":"a string"`, ``,
	} {
		shared.create(t, "columns.example.com", "columns", "sorts", "Sort", fmt.Sprintf("sort-%d", i), rest)
		shared.create(t, "columns.example.com", "columns", "bads", "Bad", fmt.Sprintf("bad-%d", i), rest)
	}
	// Numbers keep their text here, where kubectl writes floats its own way.
	shared.createCRD(t, "columns.example.com", "plains", "Plain", "")
	for i, rest := range []string{`,"spec":{"a":[],"b":{},"c":[[1,{"d":null}],"yes",""]}`, `,"spec":{"text":"two\nlines\n","t":" x: #"}`, ``} {
		shared.create(t, "columns.example.com", "columns", "plains", "Plain", fmt.Sprintf("plain-%d", i), rest)
	}
	shared.do(t, "PATCH", "/apis/columns.example.com/v1/namespaces/columns/sorts/sort-0/status",
		"application/merge-patch+json", `{"status":{"conditions":[{"type":"Synced","status":"Unknown"},{"type":"Ready","status":"True"}]}}`)
	list := shared.get(t, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
	for _, item := range list["items"].([]any) {
		name := item.(map[string]any)["metadata"].(map[string]any)["name"].(string)
		for _, output := range []string{"", "wide", "name"} {
			args := []string{"get", name, "-A"}
			if output != "" {
				args = append(args, "-o", output)
			}
			before, errBefore, _ := crwatch(t, admin, args...)
			reference, errReference := kubectl(t, admin, args...)
			after, _, _ := crwatch(t, admin, args...)
			if !equalButForAges(before, reference, after) || errBefore != errReference {
				t.Errorf("get %s -o %q\nkubectl:\n%s%s\ncrwatch:\n%s%s", name, output, reference, errReference, before, errBefore)
			}
		}
	}
	for _, args := range [][]string{
		{"get", "sorts.columns.example.com", "sort-0", "-n", "columns", "-o", "yaml"},
		{"get", "sorts.columns.example.com", "sort-3", "-n", "columns", "-o", "json"},
		{"get", "plains.columns.example.com", "-n", "columns", "-o", "yaml"},
		{"get", "plains.columns.example.com", "-n", "columns", "-o", "json"},
		{"get", "sorts.columns.example.com", "-n", "columns", "-l", "app in (a0,a1)"},
		{"get", "sorts.columns.example.com", "none", "-n", "columns"},
		{"get", "sorts.columns.example.com", "-n", "default"},
		{"get", "nothings.example.com"},
		// Several kinds, several names.
		{"get", "sorts.columns.example.com,plains.columns.example.com", "-A"},
		{"get", "plains.columns.example.com,sort.columns.example.com,sorts.columns.example.com", "-n", "columns", "-o", "wide"},
		{"get", "plains.columns.example.com,sorts.columns.example.com", "-n", "columns", "-o", "name"},
		{"get", "plains.columns.example.com,plains.columns.example.com", "-n", "columns", "-o", "json"},
		{"get", "sorts.columns.example.com,bads.columns.example.com", "-n", "default"},
		{"get", "sorts.columns.example.com,bads.columns.example.com", "-n", "default", "-o", "yaml"},
		{"get", "sorts.columns.example.com,nothings.example.com", "-n", "columns"},
		{"get", "plains.columns.example.com,sorts.columns.example.com", "plain-0", "-n", "columns"},
		{"get", "sorts.columns.example.com", "sort-2", "none", "sort-1", "-n", "columns"},
		{"get", "sorts.columns.example.com", "none", "nor-this", "-n", "columns", "-o", "json"},
		{"get", "plains.columns.example.com/plain-1", "sorts.columns.example.com/sort-1", "plains.columns.example.com/plain-0", "-n", "columns"},
		{"get", "plains.columns.example.com/a/b", "-n", "columns"},
	} {
		out, stderr, _ := crwatch(t, admin, args...)
		reference, errReference := kubectl(t, admin, args...)
		after, _, _ := crwatch(t, admin, args...)
		if !equalButForAges(out, reference, after) || stderr != errReference {
			t.Errorf("%v\nkubectl:\n%s%s\ncrwatch:\n%s%s", args, reference, errReference, out, stderr)
		}
	}
}

func TestEventsAccountForEveryChange(t *testing.T) {
	const changes = 10000
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, "events.example.com", "counters", "Counter", "")
	shared.namespace(t, "events")
	s := startEvents(t, admin, "counters.events.example.com", "--initial")
	shared.create(t, "events.example.com", "events", "counters", "Counter", "first", "")
	s.until(t, 20*time.Second, "the first object", func(e event) bool { return e.Name == "first" })
	// 8 writers, each with objects of its own: create, patch, delete.
	done := make(chan error, 8)
	for w := 0; w < 8; w++ {
		go func(w int) { done <- shared.churn(w, changes/8) }(w)
	}
	state := map[string]string{}
	seen := 0
	s.until(t, 5*time.Minute, fmt.Sprintf("%d changes", changes), func(e event) bool {
		key := e.Namespace + "/" + e.Name
		switch e.Type {
		case "ADDED", "MODIFIED":
			state[key] = e.ResourceVersion
		case "DELETED":
			delete(state, key)
		default:
			t.Errorf("unexpected %+v", e)
		}
		seen++
		return seen == changes
	})
	for w := 0; w < 8; w++ {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	list := shared.get(t, "/apis/events.example.com/v1/counters")
	items := list["items"].([]any)
	for _, item := range items {
		m := item.(map[string]any)["metadata"].(map[string]any)
		key := m["namespace"].(string) + "/" + m["name"].(string)
		if key != "events/first" && state[key] != m["resourceVersion"] {
			t.Errorf("%s: events say %q, the server %v", key, state[key], m["resourceVersion"])
		}
		delete(state, key)
	}
	if len(state) != 0 {
		t.Errorf("the server does not have %v", state)
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}

// churn makes n changes to objects of writer w.
func (s *server) churn(w, n int) error {
	base := "/apis/events.example.com/v1/namespaces/events/counters"
	for i := 0; i < n; i++ {
		name := fmt.Sprintf("w%d-%d", w, i/10%7)
		method, path, body, kind := "PATCH", base+"/"+name, fmt.Sprintf(`{"spec":{"n":%d}}`, i), "application/merge-patch+json"
		switch i % 10 {
		case 0:
			method, path, kind = "POST", base, "application/json"
			body = fmt.Sprintf(`{"apiVersion":"events.example.com/v1","kind":"Counter","metadata":{"name":%q}}`, name)
		case 9:
			if i+10 < n {
				method, body = "DELETE", ""
			}
		}
		code, answer, err := s.try(method, path, kind, []byte(body))
		if err != nil || code >= 300 {
			return fmt.Errorf("%s %s: %d %v %s", method, path, code, err, answer)
		}
	}
	return nil
}

// An object that leaves the selection is DELETED, one that enters it ADDED, as
// in the server's own watches.
func TestEventsWithASelector(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, "select.example.com", "picks", "Pick", "")
	shared.namespace(t, "select")
	shared.create(t, "select.example.com", "select", "picks", "Pick", "ab", "")
	s := startEvents(t, admin, "picks.select.example.com", "-l", "app=a2", "--initial")
	s.until(t, 20*time.Second, "the object", func(e event) bool { return e.Type == "ADDED" && e.Name == "ab" })
	label := func(value string) {
		shared.do(t, "PATCH", "/apis/select.example.com/v1/namespaces/select/picks/ab",
			"application/merge-patch+json", fmt.Sprintf(`{"metadata":{"labels":{"app":%q}}}`, value))
	}
	label("other")
	s.until(t, 5*time.Second, "that it has left", func(e event) bool { return e.Type == "DELETED" && e.Name == "ab" })
	label("a2")
	s.until(t, 5*time.Second, "that it is back", func(e event) bool { return e.Type == "ADDED" && e.Name == "ab" })
}

func TestNewKindIsThereWithinASecond(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	shared.namespace(t, "newkind")
	shared.createCRD(t, "old.example.com", "olds", "Old", "")
	shared.create(t, "old.example.com", "newkind", "olds", "Old", "ready", "")
	s := startEvents(t, admin, "--initial")
	s.until(t, 20*time.Second, "the start", func(e event) bool { return e.Name == "ready" })
	shared.createCRD(t, "new.example.com", "news", "New", "")
	shared.create(t, "new.example.com", "newkind", "news", "New", "fresh", "")
	s.until(t, time.Second, "an object of a new kind", func(e event) bool { return e.Name == "fresh" })
	shared.do(t, "DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/news.new.example.com", "", "")
	s.until(t, 20*time.Second, "its deletion", func(e event) bool { return e.Name == "fresh" && e.Type == "DELETED" })
	// The same name again is another kind with another uid.
	eventually(t, 30*time.Second, "the old definition is gone", func() bool {
		code, _, _ := shared.try("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/news.new.example.com", "", nil)
		return code == 404
	})
	shared.createCRD(t, "new.example.com", "news", "New", "")
	shared.create(t, "new.example.com", "newkind", "news", "New", "again", "")
	s.until(t, time.Second, "an object of the new definition", func(e event) bool { return e.Name == "again" })
}

func TestRestartLosesNothing(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	shared.createCRD(t, "restart.example.com", "things", "Thing", "")
	shared.namespace(t, "restart")
	s := startEvents(t, admin, "things.restart.example.com", "--initial")
	for i := 0; i < 50; i++ {
		shared.create(t, "restart.example.com", "restart", "things", "Thing", fmt.Sprintf("thing-%02d", i), "")
	}
	s.until(t, 20*time.Second, "50 things", func(e event) bool { return e.Name == "thing-49" })
	shared.killAPI()
	shared.client.CloseIdleConnections()
	if err := shared.startAPI(); err != nil {
		t.Fatal(err)
	}
	if err := shared.waitReady(); err != nil {
		t.Fatal(err)
	}
	ready := time.Now()
	for i := 50; i < 60; i++ {
		shared.create(t, "restart.example.com", "restart", "things", "Thing", fmt.Sprintf("thing-%02d", i), "")
	}
	shared.do(t, "DELETE", "/apis/restart.example.com/v1/namespaces/restart/things/thing-00", "", "")
	changed := map[string]int{}
	s.until(t, 20*time.Second, "what happened after the restart", func(e event) bool {
		if e.Type != "RELIST" {
			changed[e.Type+" "+e.Name]++
		}
		return len(changed) == 11
	})
	t.Logf("live again %v after the server was ready", time.Since(ready))
	for i := 50; i < 60; i++ {
		if name := fmt.Sprintf("ADDED thing-%02d", i); changed[name] != 1 {
			t.Errorf("%s: %d times", name, changed[name])
		}
	}
	if changed["DELETED thing-00"] != 1 {
		t.Errorf("after the restart: %v", changed)
	}
}

func TestRights(t *testing.T) {
	admin, nobody := shared.kubeconfig(t, "admin"), shared.kubeconfig(t, "nobody")
	shared.createCRD(t, "rights.example.com", "secretaries", "Secretary", allColumns)
	shared.namespace(t, "rights")
	shared.create(t, "rights.example.com", "rights", "secretaries", "Secretary", "one", `,"spec":{"text":"from the server","int":3}`)
	if out, _, code := crwatch(t, shared.kubeconfig(t, "token"), "get", "secretaries", "-n", "rights"); code != 0 || !strings.Contains(out, "one") {
		t.Errorf("a token does not work: %d %s", code, out)
	}
	// Nothing may be listed: what discovery shows is marked as forbidden.
	out, stderr, code := crwatch(t, nobody, "tree")
	if code != 0 || !strings.Contains(out, "Secretary  forbidden  no CRD access") {
		t.Errorf("nobody's tree: %d\n%s%s", code, out, stderr)
	}
	_, stderr, code = crwatch(t, nobody, "get", "secretaries", "-A")
	want := `Error from server (Forbidden): secretaries.rights.example.com is forbidden: User "nobody" cannot list resource "secretaries" in API group "rights.example.com" at the cluster scope` + "\n"
	if code != 1 || stderr != want {
		t.Errorf("nobody's get: %d %s", code, stderr)
	}
	// With the right to list the kind, but not the CRDs, its objects are there.
	shared.do(t, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "", `{"metadata":{"name":"see-secretaries"},
"rules":[{"apiGroups":["rights.example.com"],"resources":["secretaries"],"verbs":["get","list","watch"]}]}`)
	shared.do(t, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "", `{"metadata":{"name":"see-secretaries"},
"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"see-secretaries"},
"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"nobody"}]}`)
	eventually(t, 10*time.Second, "the objects of a kind that may be listed", func() bool {
		out, _, _ := crwatch(t, nobody, "tree")
		return strings.Contains(out, "rights/one") && strings.Contains(out, "no CRD access")
	})
	// The server's Table gives the columns then.
	out, _, code = crwatch(t, admin, "--as", "nobody", "get", "secretaries", "-A")
	if code != 0 || !strings.Contains(out, "from the server") {
		t.Errorf("--as: %d %s", code, out)
	}
	before, _, _ := crwatch(t, nobody, "get", "secretaries", "-A")
	reference, _ := kubectl(t, nobody, "get", "secretaries.rights.example.com", "-A")
	after, _, _ := crwatch(t, nobody, "get", "secretaries", "-A")
	if !equalButForAges(before, reference, after) {
		t.Errorf("kubectl:\n%scrwatch:\n%s", reference, before)
	}
}

func TestBadInput(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, _ := os.ReadFile(admin)
	port, _ := freePort()
	refused := write("refused", strings.Replace(string(good), fmt.Sprint(shared.port), fmt.Sprint(port), 1))
	plain := write("anonymous", strings.Replace(string(good), "client-", "x-", -1))
	noCA := write("no-ca", strings.Replace(string(good), ", certificate-authority:", ", x:", 1))
	for _, c := range []struct {
		kubeconfig string
		args       []string
		stderr     string
		code       int
	}{
		{filepath.Join(dir, "none"), []string{"tree"}, "error: stat " + filepath.Join(dir, "none") + ": no such file or directory", 1},
		{write("broken", "a: [b"), []string{"tree"}, "error: error loading config file", 1},
		{admin, []string{"tree", "--context", "x"}, `error: context "x" does not exist`, 1},
		{refused, []string{"tree"}, fmt.Sprintf("The connection to the server 127.0.0.1:%d was refused - did you specify the right host or port?", port), 1},
		{noCA, []string{"tree"}, "Unable to connect to the server: ", 1},
		{plain, []string{"get", "x"}, "", 1},
		{admin, []string{"get", "x", "-l", "a=b=c"}, "error: ", 1},
		{admin, []string{"get"}, "error: ", 2},
		{admin, []string{"nonsense"}, "error: unknown command: nonsense", 2},
		{admin, []string{"get", "x", "-o", "xml"}, "error: unable to match a printer", 2},
		{admin, []string{"--no-such-flag"}, "", 2},
		{admin, []string{"tree", "-o", "json"}, "error: tree takes no -o", 2},
		{admin, []string{"tree", "junk"}, "error: tree takes no junk", 2},
	} {
		out, stderr, code := crwatch(t, c.kubeconfig, c.args...)
		if code != c.code || !strings.HasPrefix(stderr, c.stderr) || out != "" || strings.Count(stderr, "\n") > 2 {
			t.Errorf("%s %v: exit %d, stdout %q, stderr %q", c.kubeconfig, c.args, code, out, stderr)
		}
	}
}

// connections counts the established TCP connections of a process.
func connections(t testing.TB, pid int) int {
	t.Helper()
	inodes := map[string]bool{}
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, fd := range fds {
		if link, err := os.Readlink(fd); err == nil && strings.HasPrefix(link, "socket:[") {
			inodes[strings.TrimSuffix(strings.TrimPrefix(link, "socket:["), "]")] = true
		}
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", pid))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) > 9 && f[3] == "01" && inodes[f[9]] {
			n++
		}
	}
	return n
}

func TestManyKindsFewConnections(t *testing.T) {
	const kinds = 100
	admin := shared.kubeconfig(t, "admin")
	shared.namespace(t, "many")
	for i := 0; i < kinds; i++ {
		shared.createCRD(t, "many.example.com", fmt.Sprintf("many%ds", i), fmt.Sprintf("Many%d", i), "")
	}
	s := startEvents(t, admin, "--initial")
	for i := 0; i < kinds; i++ {
		shared.create(t, "many.example.com", "many", fmt.Sprintf("many%ds", i), fmt.Sprintf("Many%d", i), fmt.Sprintf("one-%d", i), "")
	}
	left := map[string]bool{}
	for i := 0; i < kinds; i++ {
		left[fmt.Sprintf("one-%d", i)] = true
	}
	s.until(t, 60*time.Second, "an object of every kind", func(e event) bool {
		delete(left, e.Name)
		return len(left) == 0
	})
	if n := connections(t, s.cmd.Process.Pid); n > 4 {
		t.Errorf("%d connections for %d kinds", n, kinds)
	}
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", s.cmd.Process.Pid))
	if len(fds) > 32 {
		t.Errorf("%d descriptors", len(fds))
	}
}
