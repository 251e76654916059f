package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What a real cluster may hold, and what may not spoil anything else.
func TestOddKindsAndObjects(t *testing.T) {
	admin := shared.kubeconfig(t, "admin")
	crds := "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	shared.namespace(t, "odd")
	shared.createCRD(t, "odd.example.com", "goods", "Good", "")
	shared.create(t, "odd.example.com", "odd", "goods", "Good", "good", "")
	base := "/apis/odd.example.com/v1/namespaces/odd/goods"
	long := strings.Repeat("a", 253)
	shared.create(t, "odd.example.com", "odd", "goods", "Good", long, "")
	shared.create(t, "odd.example.com", "odd", "goods", "Good", "big", fmt.Sprintf(`,"spec":{"data":%q}`, strings.Repeat("x", 1400000)))
	shared.create(t, "odd.example.com", "odd", "goods", "Good", "text", `,"spec":"text","status":{"conditions":"none"}`)
	shared.create(t, "odd.example.com", "odd", "goods", "Good", "hostile",
		`,"spec":{"a":"\u001b[2J\u001b]52;c;eA==\u0007\u009b2J\u202e%n"}`)
	deep := strings.Repeat(`{"d":`, 200) + "1" + strings.Repeat("}", 200)
	shared.create(t, "odd.example.com", "odd", "goods", "Good", "deep", `,"spec":`+deep)
	// Items at an object's root: stored, listed and watched, though the answer is an error.
	shared.try("POST", base, "", []byte(`{"apiVersion":"odd.example.com/v1","kind":"Good","metadata":{"name":"items"},"items":[{"a":1}]}`))
	// A kind called List.
	shared.createCRD(t, "odd.example.com", "lists", "List", "")
	shared.try("POST", "/apis/odd.example.com/v1/namespaces/odd/lists", "", []byte(`{"apiVersion":"odd.example.com/v1","kind":"List","metadata":{"name":"a-list"},"items":[]}`))
	// No served version.
	shared.createCRD(t, "odd.example.com", "unserveds", "Unserved", "")
	shared.do(t, "PATCH", crds+"/unserveds.odd.example.com", "application/json-patch+json", `[{"op":"replace","path":"/spec/versions/0/served","value":false}]`)
	// Names that another definition has.
	shared.do(t, "POST", crds, "", strings.Replace(widgetCRD("odd.example.com", "doubles", "Good", ""), `"singular":"good"`, `"singular":"double"`, 1))
	t.Cleanup(func() { shared.try("DELETE", crds+"/doubles.odd.example.com", "", nil) })
	// A conversion webhook that nobody answers, with an object to be converted.
	shared.do(t, "POST", crds, "", `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"deads.odd.example.com"},"spec":{"group":"odd.example.com","scope":"Namespaced",
"names":{"plural":"deads","singular":"dead","kind":"Dead"},"versions":[
{"name":"v1beta1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`)
	t.Cleanup(func() { shared.try("DELETE", crds+"/deads.odd.example.com", "", nil) })
	shared.do(t, "POST", "/apis/odd.example.com/v1beta1/namespaces/odd/deads", "", `{"apiVersion":"odd.example.com/v1beta1","kind":"Dead","metadata":{"name":"dead"}}`)
	shared.do(t, "PATCH", crds+"/deads.odd.example.com", "application/merge-patch+json", `{"spec":{"conversion":{"strategy":"Webhook","webhook":{
"conversionReviewVersions":["v1"],"clientConfig":{"service":{"namespace":"odd","name":"dead","path":"/convert"}}}},"versions":[
{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
{"name":"v1beta1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`)
	eventually(t, 40*time.Second, "the webhook's failure on its row alone", func() bool {
		out, _, _ := crwatch(t, admin, "tree")
		return strings.Contains(out, "Dead") && strings.Contains(out, "failing") && strings.Contains(out, "conversion webhook")
	})
	out, stderr, code := crwatch(t, admin, "tree")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, part := range []string{"odd/" + long, "odd/big", "odd/text", "odd/deep", "odd/items", "odd/hostile",
		"Unserved  not served  (no version of it is served)", "not served  (its names were not accepted: "} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%.6000s", part, out)
		}
	}
	out, _, code = crwatch(t, admin, "get", "goods.odd.example.com", "hostile", "-n", "odd", "-o", "json")
	if code != 0 || strings.Contains(out, "\x1b") {
		t.Errorf("%d %q", code, out)
	}
	// The browser shows all of it, and no byte of the object reaches the terminal as it is.
	s := openScreen(t, admin)
	s.shows(40*time.Second, "odd.example.com", "Dead … failing", "Unserved … not served")
	s.keys(":", "goods.odd.example.com", "Enter")
	s.shows(5*time.Second, "goods.odd.example.com … 7", "odd … big", "odd … hostile")
	s.keys("q", "l")
	s.shows(5*time.Second, "odd  big", "odd  hostile")
	s.keys("/", "hostile", "Enter", "j", "j")
	s.shows(5*time.Second, `a: "\e[2J\e]52;c;eA==\a\x9B2J<U+202E>%n"`)
	s.keys("Escape", "/", "name=big", "Enter", "j", "j")
	s.shows(10*time.Second, "Good odd/big", "data: xxx")
}
