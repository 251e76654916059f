package cluster

import (
	"strings"
	"testing"
	"time"
)

// columnsOf finds the row of a table that begins so, cut at its blanks.
func columnsOf(t testing.TB, table, first string) []string {
	t.Helper()
	for _, line := range strings.Split(table, "\n") {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] == first {
			return fields
		}
	}
	t.Fatalf("no %s in\n%s", first, table)
	return nil
}

// What a user may do is said by kind; what crwatch needs for some kinds is enough
// for these, and for no others.
func TestAccess(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	const group = "access.example.com"
	shared.createCRD(t, group, "doors", "Door", allColumns)
	shared.createCRD(t, group, "gates", "Gate", allColumns)
	shared.namespace(t, "access")
	shared.create(t, group, "access", "doors", "Door", "one", "")

	out, stderr, code := crwatch(t, admin, "access", "doors")
	if row := columnsOf(t, out, "doors."+group); code != 0 || strings.Contains(out, "gates") ||
		strings.Join(row[1:], " ") != "namespaced yes yes yes yes yes yes yes yes - watched" {
		t.Errorf("the admin: %d %v %s", code, row, stderr)
	}
	_, stderr, code = crwatch(t, admin, "access", "nosuch")
	if code != 1 || stderr != "error: the server doesn't have a resource type \"nosuch\"\n" {
		t.Errorf("a kind that is not there: %d %q", code, stderr)
	}

	role, stderr, code := crwatch(t, admin, "access", "-o", "yaml", "door")
	if code != 0 {
		t.Fatalf("the role: %d %s", code, stderr)
	}
	role = strings.Replace(role, "name: crwatch", "name: crwatch-doors", 1)
	shared.do(t, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "application/yaml", role)
	shared.do(t, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "", `{"metadata":{"name":"crwatch-doors"},
"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"crwatch-doors"},
"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"doorkeeper"}]}`)
	var door, gate []string
	eventually(t, 10*time.Second, "the role is in force", func() bool {
		out, _, _ = crwatch(t, admin, "access", "--as", "doorkeeper", "-n", "access", group)
		door, gate = columnsOf(t, out, "doors."+group), columnsOf(t, out, "gates."+group)
		return door[2] == "yes"
	})
	if got := strings.Join(door[1:], " "); got != "namespaced yes yes yes no no no no no - watched" {
		t.Errorf("the doors: %s", got)
	}
	if got := strings.Join(gate[1:], " "); got != "namespaced no no no no no no no no - forbidden" {
		t.Errorf("the gates: %s", got)
	}
}
