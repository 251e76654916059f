package cluster

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

const mutateGroup = "mutate.example.com"

// The kind has everything that a change may be about: a schema that prunes and
// refuses, a status and a scale.
const mutateCRD = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"lamps.mutate.example.com"},"spec":{"group":"mutate.example.com","scope":"Namespaced",
"names":{"plural":"lamps","singular":"lamp","kind":"Lamp","shortNames":["lp"]},
"versions":[{"name":"v1","served":true,"storage":true,
"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
"schema":{"openAPIV3Schema":{"type":"object","properties":{
"spec":{"type":"object","properties":{"color":{"type":"string"},"big":{"type":"integer","format":"int64"},
"replicas":{"type":"integer","minimum":0},"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
"status":{"type":"object","properties":{"ready":{"type":"boolean"},"replicas":{"type":"integer"}}}}}}}]}}`

// lamps is one namespace of them and the user who changes them.
type lamps struct {
	t      testing.TB
	ns     string
	config string
	dir    string
}

func newLamps(t testing.TB, ns string) *lamps {
	t.Helper()
	shared.namespace(t, ns)
	return &lamps{t, ns, shared.kubeconfig(t, "admin"), t.TempDir()}
}

func (l *lamps) path(name string) string {
	return strings.TrimSuffix(fmt.Sprintf("/apis/%s/v1/namespaces/%s/lamps/%s", mutateGroup, l.ns, name), "/")
}

func (l *lamps) text(name string) string {
	l.t.Helper()
	return string(shared.do(l.t, "GET", l.path(name), "", ""))
}

// run is crwatch in the namespace; editor may be "".
func (l *lamps) run(stdin, editor string, args ...string) (stdout, stderr string, code int) {
	l.t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(os.Getenv("CRWATCH"), append([]string{"--kubeconfig", l.config, "-n", l.ns}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	cmd.Env = append(os.Environ(), "TMPDIR="+l.dir, "KUBE_EDITOR=", "EDITOR="+editor)
	timer := time.AfterFunc(60*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		l.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// does is what must succeed, and say this.
func (l *lamps) does(want, stdin string, args ...string) {
	l.t.Helper()
	if out, stderr, code := l.run(stdin, "", args...); code != 0 || out != want {
		l.t.Errorf("%v: %d %q %s", args, code, out, stderr)
	}
}

// refused is what must fail, and why.
func (l *lamps) refused(stdin string, parts []string, args ...string) {
	l.t.Helper()
	out, stderr, code := l.run(stdin, "", args...)
	if code != 1 || out != "" {
		l.t.Errorf("%v: %d %q", args, code, out)
	}
	for _, part := range parts {
		if !strings.Contains(stderr, part) {
			l.t.Errorf("%v: no %q in %s", args, part, stderr)
		}
	}
}

func (l *lamps) has(name string, parts ...string) {
	l.t.Helper()
	text := l.text(name)
	for _, part := range parts {
		if !strings.Contains(text, part) {
			l.t.Errorf("no %s in %s", part, text)
		}
	}
}

func (l *lamps) left() []string {
	l.t.Helper()
	files, err := filepath.Glob(filepath.Join(l.dir, "crwatch-edit-*"))
	if err != nil {
		l.t.Fatal(err)
	}
	return files
}

func lamp(name, spec string) string {
	return fmt.Sprintf("apiVersion: %s/v1\nkind: Lamp\nmetadata: {name: %s}\nspec: {%s}\n", mutateGroup, name, spec)
}

const oddSpec = "color: red, big: 9007199254740993, free: {float: 1.5e300, 'null': null, list: [1, 0.1]}"

// What is changed is what the server then has, and what it refuses is said.
func TestMutate(t *testing.T) {
	const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	shared.do(t, "POST", crds, "", mutateCRD)
	t.Cleanup(func() { shared.try("DELETE", crds+"/lamps."+mutateGroup, "", nil) })
	eventually(t, 20*time.Second, "the kind is served", func() bool {
		code, _, err := shared.try("GET", "/apis/"+mutateGroup+"/v1/lamps", "", nil)
		return err == nil && code == 200
	})
	t.Run("files", mutateFiles)
	t.Run("apply", mutateApply)
	t.Run("patch", mutatePatch)
	t.Run("edit", mutateEdit)
	t.Run("delete", mutateDelete)
	t.Run("kubectl", mutateAsKubectl)
	t.Run("scope", mutateClusterScope)
}

// What is in no namespace is deleted all the same, with a warning when one was given.
func mutateClusterScope(t *testing.T) {
	const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	crd := strings.NewReplacer("Namespaced", "Cluster", "lamp", "sun", "Lamp", "Sun", "lp", "sn").Replace(mutateCRD)
	shared.do(t, "POST", crds, "", crd)
	t.Cleanup(func() { shared.try("DELETE", crds+"/suns."+mutateGroup, "", nil) })
	eventually(t, 20*time.Second, "the kind is served", func() bool {
		code, _, err := shared.try("GET", "/apis/"+mutateGroup+"/v1/suns", "", nil)
		return err == nil && code == 200
	})
	l := newLamps(t, "mutate-scope")
	l.does("sun.mutate.example.com/a created\nsun.mutate.example.com/b created\n",
		strings.ReplaceAll(lamp("a", "")+"---\n"+lamp("b", ""), "Lamp", "Sun"), "create", "-f", "-")
	out, stderr, code := l.run("", "", "delete", "suns", "a")
	if out != "sun.mutate.example.com \"a\" deleted\n" || code != 0 ||
		stderr != "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n" {
		t.Errorf("deleted: %d %q %q", code, out, stderr)
	}
	theirs, said, _ := l.kubectl("", "delete", "suns", "b")
	if strings.Replace(theirs, `"b"`, `"a"`, 1) != out || said != stderr {
		t.Errorf("kubectl: %q %q", theirs, said)
	}
}

func mutateFiles(t *testing.T) {
	l := newLamps(t, "mutate-files")
	l.does("lamp.mutate.example.com/a created\nlamp.mutate.example.com/b created\n",
		lamp("a", oddSpec)+"---\n"+lamp("b", "color: red"), "create", "-f", "-")
	l.has("a", `"big":9007199254740993`, `"float":1.5e+300`, `"list":[1,0.1]`, `"manager":"crwatch"`)
	l.refused(lamp("a", ""), []string{
		`Error from server (AlreadyExists): error when creating "STDIN": lamps.mutate.example.com "a" already exists`,
	}, "create", "-f", "-")
	l.refused(lamp("c", "color: 7, replicas: -1"), []string{`The Lamp "c" is invalid:`, "* spec.color: Invalid value",
		"* spec.replicas: Invalid value"}, "create", "-f", "-")
	l.refused(lamp("c", "colour: red"), []string{`unknown field "spec.colour"`}, "create", "-f", "-")
	out, stderr, code := l.run(lamp("c", "colour: red"), "", "create", "-f", "-", "--validate", "warn")
	if code != 0 || out != "lamp.mutate.example.com/c created\n" || stderr != "Warning: unknown field \"spec.colour\"\n" {
		t.Errorf("with a warning: %d %q %q", code, out, stderr)
	}
	l.does("lamp.mutate.example.com/d created (server dry run)\n", lamp("d", ""), "create", "-f", "-", "--dry-run=server")
	if code, _, _ := shared.try("GET", l.path("d"), "", nil); code != 404 {
		t.Errorf("made all the same: %d", code)
	}
	l.refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
		[]string{"crwatch only serves custom resources"}, "create", "-f", "-")

	// What get prints can be put back, and a version that is no longer is refused.
	old, _, _ := l.run("", "", "get", "lamp", "b", "-o", "yaml")
	l.does("lamp.mutate.example.com/b replaced\n", strings.Replace(old, "red", "blue", 1), "replace", "-f", "-")
	l.has("b", `"color":"blue"`)
	l.refused(old, []string{`Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled`},
		"replace", "-f", "-")
	l.has("b", `"color":"blue"`)
	l.does("lamp.mutate.example.com/b replaced\n", lamp("b", "color: white"), "replace", "-f", "-")
	l.refused(lamp("nosuch", ""), []string{"Error from server (NotFound)"}, "replace", "-f", "-")
	// In one file with the errors everything stands as it happened.
	cmd := exec.Command(os.Getenv("CRWATCH"), "--kubeconfig", l.config, "-n", l.ns, "create", "-f", "-")
	cmd.Stdin = strings.NewReader(lamp("first", "") + "---\n" + lamp("first", ""))
	both, _ := cmd.CombinedOutput()
	if !strings.HasPrefix(string(both), "lamp.mutate.example.com/first created\nError from server (AlreadyExists)") {
		t.Errorf("create says %s", both)
	}
}

func mutateApply(t *testing.T) {
	l := newLamps(t, "mutate-apply")
	l.does("lamp.mutate.example.com/a serverside-applied\n", lamp("a", "color: red, replicas: 2"),
		"apply", "-f", "-", "--field-manager", "painter")
	l.refused(lamp("a", "color: green, replicas: 3"), []string{"error: Apply failed with 2 conflicts:",
		`* conflict with "painter": .spec.color`, `* conflict with "painter": .spec.replicas`, "--force-conflicts"},
		"apply", "-f", "-")
	l.has("a", `"color":"red"`, `"replicas":2`)
	l.does("lamp.mutate.example.com/a serverside-applied (server dry run)\n", lamp("a", "color: green"),
		"apply", "-f", "-", "--force-conflicts", "--dry-run=server")
	l.has("a", `"color":"red"`)
	l.does("lamp.mutate.example.com/a\n", lamp("a", "color: green"), "apply", "-f", "-", "--force-conflicts", "-o", "name")
	l.has("a", `"color":"green"`, `"replicas":2`)
}

func mutatePatch(t *testing.T) {
	l := newLamps(t, "mutate-patch")
	l.does("lamp.mutate.example.com/a created\n", lamp("a", oddSpec), "create", "-f", "-")
	l.does("lamp.mutate.example.com/a patched\n", "", "patch", "lp", "a", "-p", `{"spec":{"color":"blue"}}`)
	l.does("lamp.mutate.example.com/a patched\n", "", "patch", "lamps/a", "--type", "json",
		"-p", `[{"op":"replace","path":"/spec/big","value":9007199254740995}]`)
	l.has("a", `"color":"blue"`, `"big":9007199254740995`, `"float":1.5e+300`)
	l.refused("", []string{"the server rejected our request"}, "patch", "lamp", "a", "--type", "json",
		"-p", `[{"op":"test","path":"/spec/color","value":"red"}]`)
	l.does("lamp.mutate.example.com/a patched\n", "", "patch", "lamp", "a", "--subresource", "status",
		"-p", `{"status":{"ready":true},"spec":{"color":"black"}}`)
	l.has("a", `"ready":true`, `"color":"blue"`)
	l.does("lamp.mutate.example.com/a scaled\n", "", "scale", "lamp", "a", "--replicas", "5")
	l.has("a", `"replicas":5`)
	l.refused("", []string{"Expected replicas to be 4, was 5"}, "scale", "lamp", "a", "--replicas", "6", "--current-replicas", "4")
	l.does("lamp.mutate.example.com/a scaled\n", "", "scale", "lamp", "a", "--replicas", "0", "--current-replicas", "5")
	l.has("a", `"replicas":0`)
	l.refused("", []string{"Error from server (NotFound): lamps.mutate.example.com \"nosuch\" not found"},
		"patch", "lamp", "nosuch", "-p", "{}")
	l.config = shared.kubeconfig(t, "nobody")
	l.refused("", []string{"Error from server (Forbidden): "}, "patch", "lamp", "a", "-p", "{}")
}

func mutateEdit(t *testing.T) {
	l := newLamps(t, "mutate-edit")
	l.does("lamp.mutate.example.com/a created\n", lamp("a", oddSpec), "create", "-f", "-")
	if out, stderr, code := l.run("", "sed -i s/red/green/", "edit", "lamp", "a"); code != 0 || out != "lamp.mutate.example.com/a edited\n" {
		t.Fatalf("the edit: %d %q %s", code, out, stderr)
	}
	l.has("a", `"color":"green"`, `"big":9007199254740993`, `"float":1.5e+300`, `"list":[1,0.1]`, `"resourceVersion"`)
	if _, stderr, code := l.run("", "true", "edit", "lamp", "a"); code != 0 || stderr != "Edit cancelled, no changes made.\n" {
		t.Errorf("nothing edited: %d %q", code, stderr)
	}
	// The server's words stand in the file that is opened again.
	script := filepath.Join(t.TempDir(), "editor")
	text := "#!/bin/sh\nif grep -q '^# .*spec.replicas' \"$1\"; then sed -i 's/replicas: -1/replicas: 1/' \"$1\"\n" +
		"else sed -i 's/^spec:/spec:\\n  replicas: -1/' \"$1\"; fi\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := l.run("", script, "edit", "lamp", "a"); code != 0 {
		t.Errorf("edited again: %d %s", code, stderr)
	}
	l.has("a", `"replicas":1`, `"color":"green"`)
	if files := l.left(); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	// Somebody else was quicker: nothing of theirs is lost, nothing of ours either.
	text = fmt.Sprintf("#!/bin/sh\n\"$CRWATCH\" --kubeconfig '%s' -n %s patch lamp a -p '{\"spec\":{\"replicas\":7}}' >/dev/null && sed -i s/green/black/ \"$1\"\n", l.config, l.ns)
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := l.run("", script, "edit", "lamp", "a")
	files := l.left()
	if code != 1 || len(files) != 1 || !strings.Contains(stderr, "Error from server (Conflict): ") || !strings.Contains(stderr, files[0]) {
		t.Fatalf("the stale edit: %d %v %s", code, files, stderr)
	}
	l.has("a", `"replicas":7`, `"color":"green"`)
	kept, err := os.ReadFile(files[0])
	if info, _ := os.Stat(files[0]); err != nil || !bytes.Contains(kept, []byte("color: black")) || info.Mode().Perm() != 0o600 {
		t.Errorf("what was kept: %v %s", err, kept)
	}
}

func mutateDelete(t *testing.T) {
	l := newLamps(t, "mutate-delete")
	for _, name := range []string{"a", "b", "c"} {
		l.does("lamp.mutate.example.com/"+name+" created\n", lamp(name, ""), "create", "-f", "-")
	}
	l.does("lamp.mutate.example.com \"a\" deleted from mutate-delete namespace (server dry run)\n", "",
		"delete", "lamp", "a", "--dry-run=server")
	l.has("a", `"name":"a"`)
	l.refused("", []string{"crwatch is read-only"}, "delete", "lamp", "a", "--readonly")
	l.does("lamp.mutate.example.com \"a\" deleted from mutate-delete namespace\n"+
		"lamp.mutate.example.com \"b\" deleted from mutate-delete namespace\n", "", "delete", "lamp", "a", "b",
		"--cascade", "foreground", "--grace-period", "0", "--wait=false")
	eventually(t, 10*time.Second, "the first one is gone, or waits for its dependents", func() bool {
		code, answer, err := shared.try("GET", l.path("a"), "", nil)
		return err == nil && (code == 404 || bytes.Contains(answer, []byte("deletionTimestamp")))
	})
	// Nobody collects dependents here.
	for _, name := range []string{"a", "b"} {
		shared.try("PATCH", l.path(name), "application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	}
	l.does("lamp.mutate.example.com/c patched\n", "", "patch", "lamp", "c", "-p", `{"metadata":{"finalizers":["example.com/hold"]}}`)
	out, stderr, code := l.run("", "", "delete", "lamp/nosuch", "lamp/c")
	if code != 1 || out != "lamp.mutate.example.com \"c\" deleted from mutate-delete namespace\n" || !strings.Contains(stderr, "Error from server (NotFound)") ||
		!strings.Contains(stderr, "until its finalizers are removed: example.com/hold") {
		t.Errorf("with a finalizer: %d %q %s", code, out, stderr)
	}
	l.has("c", "deletionTimestamp")
	if out, stderr, code := l.run("", "", "delete", "lamp", "c", "--timeout=300ms"); code != 1 ||
		!strings.Contains(out, `"c" deleted`) || !strings.HasSuffix(stderr, "error: timed out waiting for the condition on lamps/c\n") {
		t.Errorf("waited for: %d %q %s", code, out, stderr)
	}
	// The wait ends with the object, whoever lets it go.
	ended := make(chan int)
	go func() {
		_, _, code := l.run("", "", "delete", "lamp", "c")
		ended <- code
	}()
	l.does("lamp.mutate.example.com/c patched\n", "", "patch", "lamp", "c", "--type", "json", "-p", `[{"op":"remove","path":"/metadata/finalizers"}]`)
	if code, _, _ := shared.try("GET", l.path("c"), "", nil); code != 404 {
		t.Errorf("it is still there: %d", code)
	}
	<-ended
}

// kubectl is what kubectl does in the namespace.
func (l *lamps) kubectl(stdin string, args ...string) (stdout, stderr string, code int) {
	l.t.Helper()
	path, err := exec.LookPath("kubectl")
	if err != nil {
		l.t.Skip("no kubectl to compare with")
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(path, append([]string{"--kubeconfig", l.config, "-n", l.ns}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		l.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// comparable leaves out what differs for no reason of ours: the namespace, which newer
// versions of kubectl name after a deletion, too, and the order of an object's errors.
func comparable(text, ns string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, " deleted from "+ns+" namespace", " deleted"), ns, "NS")
	lines := strings.Split(text, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// lampFiles is a directory of them, with another below and an empty one.
func lampFiles(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b.yml": lamp("file-b", ""), "a.yaml": lamp("file-a", ""), "notes.txt": "none",
		"below/c.json":    `{"apiVersion":"mutate.example.com/v1","kind":"Lamp","metadata":{"name":"file-c","labels":{"way":"up"}}}`,
		"empty/notes.txt": "none",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The same commands, each in a namespace of its own: the same lines and exit codes.
func mutateAsKubectl(t *testing.T) {
	ours, theirs := newLamps(t, "mutate-ours"), newLamps(t, "mutate-kubectl")
	files := lampFiles(t)
	steps := []struct {
		stdin string
		args  []string
	}{
		{lamp("a", oddSpec) + "---\n" + lamp("b", ""), []string{"create", "-f", "-"}},
		{lamp("a", oddSpec), []string{"create", "-f", "-"}},
		{lamp("c", "color: 7"), []string{"create", "-f", "-"}},
		{lamp("c", "color: 7, replicas: -1"), []string{"create", "-f", "-"}},
		{lamp("c", "colour: red"), []string{"create", "-f", "-", "--validate=warn"}},
		{lamp("d", ""), []string{"create", "-f", "-", "--dry-run=server"}},
		{lamp("d", ""), []string{"create", "-f", "-", "--dry-run=server", "-o", "name"}},
		{lamp("a", "color: blue"), []string{"replace", "-f", "-"}},
		{lamp("e", ""), []string{"replace", "-f", "-"}},
		{lamp("f", "color: red"), []string{"apply", "-f", "-", "--server-side"}},
		{"", []string{"patch", "lamp", "a", "--type", "merge", "-p", `{"spec":{"color":"white"}}`}},
		{"", []string{"patch", "lamp", "a", "--type", "json", "-p", `[{"op":"test","path":"/spec/color","value":"red"}]`}},
		{"", []string{"patch", "lamp", "a", "--type", "merge", "--subresource", "status", "-p", `{"status":{"ready":true}}`}},
		{"", []string{"patch", "lamp", "nosuch", "--type", "merge", "-p", "{}"}},
		{"", []string{"scale", "lamp", "a", "--replicas", "3"}},
		{"", []string{"scale", "lamp", "a", "--replicas", "4", "--current-replicas", "1"}},
		{"", []string{"scale", "lamp", "a", "--replicas", "5", "-o", "name"}},
		{"", []string{"delete", "lamp", "a", "nosuch", "nosuch2", "--wait=false"}},
		{"", []string{"delete", "lamp", "c", "-o", "name"}},
		{"", []string{"delete", "lamp", "nosuch", "--ignore-not-found"}},
		{"", []string{"delete", "lamp", "b", "-o", "yaml"}},
		{"", []string{"delete", "lamp", "-l", "none=such"}},
		{lamp("b", "") + "---\n" + lamp("nosuch", ""), []string{"delete", "-f", "-"}},
		{lamp("b", ""), []string{"delete", "-f", "-", "--ignore-not-found"}},
		{strings.Replace(lamp("x", ""), "/v1", "/v9", 1) + "---\n" + lamp("fine", ""), []string{"create", "-f", "-"}},
		{strings.Replace(lamp("x", ""), "Lamp", "Limp", 1), []string{"create", "-f", "-"}},
		{strings.Replace(lamp("x", ""), "/v1", "/v9", 1), []string{"apply", "-f", "-", "--server-side"}},
		{strings.Replace(lamp("x", ""), "/v1", "/v9", 1), []string{"delete", "-f", "-"}},
		{"", []string{"create", "-f", files}},
		{"", []string{"create", "-f", filepath.Join(files, "b.yml"), "-f", filepath.Join(files, "below")}},
		{"", []string{"apply", "-R", "-f", files, "--server-side"}},
		{"", []string{"create", "-f", filepath.Join(files, "nosuch"), "-f", filepath.Join(files, "neither")}},
		{"", []string{"create", "-f", filepath.Join(files, "empty")}},
		{"", []string{"delete", "-R", "-f", files, "-l", "way=up"}},
		{"", []string{"delete", "lamp", "--all"}},
		{"", []string{"delete", "lamp", "--all"}},
	}
	for _, step := range steps {
		var own []string
		for _, arg := range step.args {
			if arg != "--server-side" {
				own = append(own, arg)
			}
		}
		out, stderr, code := ours.run(step.stdin, "", own...)
		wantOut, wantErr, wantCode := theirs.kubectl(step.stdin, step.args...)
		if usage := strings.Contains(stderr, "-o output mode"); usage {
			code-- // crwatch has an exit code of its own for a wrong command line
		}
		if comparable(out, ours.ns) != comparable(wantOut, theirs.ns) ||
			comparable(stderr, ours.ns) != comparable(wantErr, theirs.ns) || code != wantCode {
			t.Errorf("%v:\n%d %q %q, kubectl:\n%d %q %q", own, code, out, stderr, wantCode, wantOut, wantErr)
		}
	}
}
