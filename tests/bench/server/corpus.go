package main

// The corpus: objects as real controllers leave them, by number, the same in
// each run. Keys are sorted and texts compact, as the API server sends them.

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

type kind struct {
	group, version, plural, singular, name string
	template                               int
	columns                                string // additionalPrinterColumns
}

const namespaces = 20

var (
	apps  = strings.Fields("auth billing cart catalog edge fraud gateway ingest invoice ledger media notify orders payments profile proxy report search session web")
	teams = strings.Fields("atlas borealis cygnus draco electra fornax gemini hydra")
	tiers = strings.Fields("frontend backend data infra")

	kinds3 = []kind{
		{"cert-manager.io", "v1", "certificates", "certificate", "Certificate", 0,
			`[{"jsonPath":".status.conditions[?(@.type==\"Ready\")].status","name":"Ready","type":"string"},` +
				`{"jsonPath":".spec.secretName","name":"Secret","type":"string"},` +
				`{"jsonPath":".spec.issuerRef.name","name":"Issuer","priority":1,"type":"string"},` +
				`{"jsonPath":".status.conditions[?(@.type==\"Ready\")].message","name":"Status","priority":1,"type":"string"},` +
				`{"jsonPath":".metadata.creationTimestamp","name":"Age","type":"date"}]`},
		{"argoproj.io", "v1alpha1", "applications", "application", "Application", 1,
			`[{"jsonPath":".status.sync.status","name":"Sync Status","type":"string"},` +
				`{"jsonPath":".status.health.status","name":"Health Status","type":"string"},` +
				`{"jsonPath":".status.sync.revision","name":"Revision","priority":10,"type":"string"},` +
				`{"jsonPath":".spec.project","name":"Project","priority":10,"type":"string"}]`},
		{"kustomize.toolkit.fluxcd.io", "v1", "kustomizations", "kustomization", "Kustomization", 2,
			`[{"jsonPath":".metadata.creationTimestamp","name":"Age","type":"date"},` +
				`{"jsonPath":".status.conditions[?(@.type==\"Ready\")].status","name":"Ready","type":"string"},` +
				`{"jsonPath":".status.conditions[?(@.type==\"Ready\")].message","name":"Status","type":"string"}]`},
	}
)

// makeKinds gives n kinds: the three, then copies of them in groups of four.
func makeKinds(n int) []kind {
	kinds := make([]kind, 0, n)
	for i := range n {
		k := kinds3[i%3]
		if i >= 3 {
			k.group = fmt.Sprintf("g%03d.%s", i/4, k.group)
			k.plural = fmt.Sprintf("%s%d", k.plural, i)
			k.singular = fmt.Sprintf("%s%d", k.singular, i)
			k.name = fmt.Sprintf("%s%d", k.name, i)
		}
		kinds = append(kinds, k)
	}
	return kinds
}

// random is a small hash of what it is given: a corpus needs no more.
func random(what string, n uint64) uint64 {
	h := fnv.New64a()
	h.Write([]byte(what))
	h.Write(strconv.AppendUint(nil, n, 10))
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func stamp(n uint64) string {
	return fmt.Sprintf("2026-%02d-%02dT%02d:%02d:%02dZ", 1+n%9, 1+n/9%28, n/252%24, n/6048%60, n/7%60)
}

func hexOf(n uint64, digits int) string {
	s := fmt.Sprintf("%016x%016x%016x", n, n*0x9e3779b97f4a7c15, (n^0xabcdef)*0xbf58476d1ce4e5b9)
	return s[:digits]
}

type object struct {
	ns, name string
	seed     uint64
}

func makeObject(k *kind, n int) object {
	seed := random(k.plural, uint64(n))
	app := apps[n/namespaces%len(apps)]
	return object{ns: fmt.Sprintf("apps-%02d", n%namespaces),
		name: fmt.Sprintf("%s-%06d-%s", app, n, k.singular[:3]), seed: seed}
}

// key is what etcd, and so every list, sorts objects by.
func (o *object) key() string { return o.ns + "/" + o.name }

// text renders the object at one version; ready and rv are what events change.
func (o *object) text(k *kind, rv uint64, ready bool) []byte {
	var meta, rest strings.Builder
	s := o.seed
	app, _, _ := strings.Cut(o.name, "-")
	generation := 1 + s%9
	uid := hexOf(s, 32)
	fmt.Fprintf(&meta, `{"apiVersion":"%s/%s","kind":"%s","metadata":{"annotations":{"example.com/config-hash":"%s",`+
		`"meta.helm.sh/release-name":"%s","meta.helm.sh/release-namespace":"%s"},"creationTimestamp":"%s",`+
		`"generation":%d,"labels":{"app":"%s","app.kubernetes.io/instance":"%s-%d","app.kubernetes.io/managed-by":"Helm",`+
		`"team":"team-%s","tier":"%s"},"managedFields":`,
		k.group, k.version, k.name, hexOf(s*3, 48), app, o.ns, stamp(s), generation, app, app, s%97,
		teams[s/3%8], tiers[s/5%4])
	meta.WriteString(managed(k, s))
	fmt.Fprintf(&meta, `,"name":"%s","namespace":"%s","resourceVersion":"%d","uid":"%s-%s-%s-%s-%s"},`,
		o.name, o.ns, rv, uid[:8], uid[8:12], uid[12:16], uid[16:20], uid[20:])
	switch k.template {
	case 0:
		certificate(&rest, o, app, generation, ready, rv)
	case 1:
		application(&rest, o, app, ready, rv)
	default:
		kustomization(&rest, o, app, generation, ready, rv)
	}
	return []byte(meta.String() + rest.String())
}

func managed(k *kind, s uint64) string {
	spec := []string{
		`"f:commonName":{},"f:dnsNames":{},"f:duration":{},"f:issuerRef":{".":{},"f:group":{},"f:kind":{},"f:name":{}},"f:privateKey":{".":{},"f:algorithm":{},"f:encoding":{},"f:rotationPolicy":{},"f:size":{}},"f:renewBefore":{},"f:secretName":{},"f:usages":{}`,
		`"f:destination":{".":{},"f:namespace":{},"f:server":{}},"f:project":{},"f:source":{".":{},"f:helm":{".":{},"f:parameters":{},"f:valueFiles":{}},"f:path":{},"f:repoURL":{},"f:targetRevision":{}},"f:syncPolicy":{".":{},"f:automated":{".":{},"f:prune":{},"f:selfHeal":{}},"f:retry":{".":{},"f:backoff":{".":{},"f:duration":{},"f:factor":{},"f:maxDuration":{}},"f:limit":{}},"f:syncOptions":{}}`,
		`"f:decryption":{".":{},"f:provider":{},"f:secretRef":{".":{},"f:name":{}}},"f:force":{},"f:interval":{},"f:path":{},"f:postBuild":{".":{},"f:substitute":{".":{},"f:cluster":{},"f:region":{}}},"f:prune":{},"f:sourceRef":{".":{},"f:kind":{},"f:name":{}},"f:targetNamespace":{},"f:timeout":{}`,
	}[k.template]
	status := []string{
		`".":{},"f:conditions":{".":{},"k:{\"type\":\"Ready\"}":{".":{},"f:lastTransitionTime":{},"f:message":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}}},"f:notAfter":{},"f:notBefore":{},"f:renewalTime":{},"f:revision":{}`,
		`".":{},"f:controllerNamespace":{},"f:health":{".":{},"f:lastTransitionTime":{},"f:status":{}},"f:history":{},"f:operationState":{".":{},"f:finishedAt":{},"f:message":{},"f:operation":{},"f:phase":{},"f:startedAt":{},"f:syncResult":{}},"f:reconciledAt":{},"f:resources":{},"f:sourceType":{},"f:summary":{},"f:sync":{".":{},"f:comparedTo":{},"f:revision":{},"f:status":{}}`,
		`".":{},"f:conditions":{".":{},"k:{\"type\":\"Ready\"}":{".":{},"f:lastTransitionTime":{},"f:message":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}}},"f:inventory":{".":{},"f:entries":{}},"f:lastAppliedRevision":{},"f:lastAttemptedRevision":{},"f:observedGeneration":{}`,
	}[k.template]
	controller := []string{"cert-manager-certificates-readiness", "argocd-application-controller", "kustomize-controller"}[k.template]
	return fmt.Sprintf(`[{"apiVersion":"%s/%s","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},`+
		`"f:example.com/config-hash":{},"f:meta.helm.sh/release-name":{},"f:meta.helm.sh/release-namespace":{}},"f:labels":{".":{},"f:app":{},`+
		`"f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:team":{},"f:tier":{}}},"f:spec":{".":{},%s}},`+
		`"manager":"helm","operation":"Update","time":"%s"},{"apiVersion":"%s/%s","fieldsType":"FieldsV1","fieldsV1":{"f:status":{%s}},`+
		`"manager":"%s","operation":"Update","subresource":"status","time":"%s"}]`,
		k.group, k.version, spec, stamp(s), k.group, k.version, status, controller, stamp(s/11))
}

func condition(w *strings.Builder, ready bool, generation, rv uint64, yes, no string) {
	status, reason, message := "True", "Ready", yes
	if !ready {
		status, reason, message = "False", "DoesNotExist", no
	}
	fmt.Fprintf(w, `"conditions":[{"lastTransitionTime":"%s","message":"%s","observedGeneration":%d,"reason":"%s","status":"%s","type":"Ready"}]`,
		stamp(rv), message, generation, reason, status)
}

func certificate(w *strings.Builder, o *object, app string, generation uint64, ready bool, rv uint64) {
	s := o.seed
	fmt.Fprintf(w, `"spec":{"commonName":"%s.example.net","dnsNames":[`, o.name)
	for i := range 2 + s%4 {
		fmt.Fprintf(w, `"%s.%s.example.com",`, apps[(s>>i)%20], app)
	}
	fmt.Fprintf(w, `"%s.example.net"],"duration":"2160h0m0s","issuerRef":{"group":"cert-manager.io","kind":"ClusterIssuer","name":"%s"},`+
		`"privateKey":{"algorithm":"RSA","encoding":"PKCS1","rotationPolicy":"Always","size":2048},"renewBefore":"360h0m0s",`+
		`"secretName":"%s","secretTemplate":{"annotations":{"reloader.example.com/match":"true"},"labels":{"app":"%s","team":"team-%s"}},`+
		`"usages":["digital signature","key encipherment"]},"status":{`,
		o.name, []string{"letsencrypt-prod", "letsencrypt-staging", "vault-issuer", "internal-ca"}[s/7%4], o.name, app, teams[s/3%8])
	condition(w, ready, generation, rv, "Certificate is up to date and has not expired",
		"Issuing certificate as Secret does not exist")
	fmt.Fprintf(w, `,"notAfter":"%s","notBefore":"%s","renewalTime":"%s","revision":%d}}`, stamp(s/3), stamp(s/5), stamp(s/7), 1+s%30)
}

func application(w *strings.Builder, o *object, app string, ready bool, rv uint64) {
	s := o.seed
	revision := hexOf(s*7, 40)
	fmt.Fprintf(w, `"spec":{"destination":{"namespace":"%s","server":"https://kubernetes.default.svc"},"project":"%s","source":{"helm":{"parameters":[`+
		`{"name":"image.tag","value":"v1.%d.%d"},{"name":"replicaCount","value":"%d"}],"valueFiles":["values.yaml","values-%s.yaml"]},`+
		`"path":"charts/%s","repoURL":"https://git.example.com/platform/%s.git","targetRevision":"main"},"syncPolicy":{"automated":{"prune":true,"selfHeal":true},`+
		`"retry":{"backoff":{"duration":"5s","factor":2,"maxDuration":"3m"},"limit":5},"syncOptions":["CreateNamespace=true","ServerSideApply=true"]}},`,
		o.ns, app, s%40, s%13, 1+s%5, o.ns, app, app)
	sync, health := "Synced", "Healthy"
	if !ready {
		sync, health = "OutOfSync", "Degraded"
	}
	fmt.Fprintf(w, `"status":{"controllerNamespace":"argocd","health":{"lastTransitionTime":"%s","status":"%s"},"history":[`, stamp(rv), health)
	for i := range uint64(2) {
		if i > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(w, `{"deployStartedAt":"%s","deployedAt":"%s","id":%d,"initiatedBy":{"automated":true},"revision":"%s","source":{"path":"charts/%s","repoURL":"https://git.example.com/platform/%s.git","targetRevision":"main"}}`,
			stamp(s/3+i), stamp(s/3+i+1), i, hexOf(s*7+i, 40), app, app)
	}
	fmt.Fprintf(w, `],"operationState":{"finishedAt":"%s","message":"successfully synced (all tasks run)","operation":{"sync":{"prune":true,"revision":"%s"}},`+
		`"phase":"Succeeded","startedAt":"%s","syncResult":{"revision":"%s","source":{"path":"charts/%s","repoURL":"https://git.example.com/platform/%s.git"}}},"reconciledAt":"%s","resources":[`,
		stamp(s/5), revision, stamp(s/5), revision, app, app, stamp(rv))
	for i, r := range []string{"ConfigMap", "Service", "ServiceAccount", "Deployment"} {
		if i > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(w, `{"health":{"status":"Healthy"},"kind":"%s","name":"%s","namespace":"%s","status":"%s","version":"v1"}`, r, o.name, o.ns, sync)
	}
	fmt.Fprintf(w, `],"sourceType":"Helm","summary":{"images":["registry.example.com/%s:v1.%d.%d"]},"sync":{"comparedTo":{"destination":{"namespace":"%s","server":"https://kubernetes.default.svc"},`+
		`"source":{"path":"charts/%s","repoURL":"https://git.example.com/platform/%s.git","targetRevision":"main"}},"revision":"%s","status":"%s"}}}`,
		app, s%40, s%13, o.ns, app, app, revision, sync)
}

func kustomization(w *strings.Builder, o *object, app string, generation uint64, ready bool, rv uint64) {
	s := o.seed
	revision := hexOf(s*7, 40)
	fmt.Fprintf(w, `"spec":{"decryption":{"provider":"sops","secretRef":{"name":"sops-age"}},"force":false,"interval":"10m0s","path":"./clusters/%s/%s",`+
		`"postBuild":{"substitute":{"cluster":"prod-%d","region":"eu-%d"}},"prune":true,"sourceRef":{"kind":"GitRepository","name":"%s"},`+
		`"targetNamespace":"%s","timeout":"3m0s"},"status":{`, o.ns, app, s%4, s%3, app, o.ns)
	condition(w, ready, generation, rv, "Applied revision: main@sha1:"+revision, "health check failed after 3m0s")
	w.WriteString(`,"inventory":{"entries":[`)
	for i, r := range []string{"_ConfigMap", "_Service", "_ServiceAccount", "apps_Deployment"} {
		if i > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(w, `{"id":"%s_%s_%s","v":"v1"}`, o.ns, o.name, r)
	}
	fmt.Fprintf(w, `]},"lastAppliedRevision":"main@sha1:%s","lastAttemptedRevision":"main@sha1:%s","observedGeneration":%d}}`, revision, revision, generation)
}

// crd renders the definition of k, with a schema of the size that real ones have.
func (k *kind) crd(rv int) string {
	var schema strings.Builder
	for i := range 40 {
		if i > 0 {
			schema.WriteByte(',')
		}
		fmt.Fprintf(&schema, `"field%02d":{"description":"What the controller does with this field is described here at some length, with the defaults `+
			`that apply when it is absent and with the versions since when it is honoured.","properties":{"name":{"description":"Name of the referent.",`+
			`"type":"string"},"namespace":{"type":"string"}},"type":"object"}`, i)
	}
	return fmt.Sprintf(`{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"creationTimestamp":"2026-01-01T00:00:00Z","generation":1,`+
		`"name":"%s.%s","resourceVersion":"%d","uid":"00000000-0000-4000-8000-%012d"},"spec":{"conversion":{"strategy":"None"},"group":"%s","names":{"kind":"%s","listKind":"%sList",`+
		`"plural":"%s","singular":"%s"},"scope":"Namespaced","versions":[{"additionalPrinterColumns":%s,"name":"%s","schema":{"openAPIV3Schema":{"properties":{"spec":{"properties":{%s,`+
		`"values":{"items":{"properties":{"key":{"type":"string"}},"type":"object"},"type":"array"}},"type":"object","x-kubernetes-preserve-unknown-fields":true},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}},"type":"object"}},"served":true,"storage":true,`+
		`"subresources":{"status":{}}}]},"status":{"acceptedNames":{"kind":"%s","listKind":"%sList","plural":"%s","singular":"%s"},"conditions":[{"lastTransitionTime":"2026-01-01T00:00:00Z",`+
		`"message":"no conflicts found","reason":"NoConflicts","status":"True","type":"NamesAccepted"},{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"the initial names have been accepted",`+
		`"reason":"InitialNamesAccepted","status":"True","type":"Established"}],"storedVersions":["%s"]}}`,
		k.plural, k.group, rv, rv, k.group, k.name, k.name, k.plural, k.singular, k.columns, k.version, schema.String(),
		k.name, k.name, k.plural, k.singular, k.version)
}
