/* What an object points at, and what only looks so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/references.h"

static bool add(void *arg, const struct reference *r)
{
	struct buf *out = arg;

	buf_addf(out, STR_FMT ": %s" STR_FMT "." STR_FMT " " STR_FMT "%s" STR_FMT "%s%s%s\n",
		STR_ARG(r->path), r->implied ? "~" : "", STR_ARG(r->kind),
		STR_ARG(r->group.p ? r->group : STR("?")), STR_ARG(r->ns), r->ns.len ? "/" : "",
		STR_ARG(r->name), r->uid.len ? " uid" : "", r->owner ? " owner" : "",
		r->controller ? " controller" : "");
	return true;
}

static const struct {
	const char *json;
	const char *references;
} rows[] = {
	{ "{}", "" },
	{ "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\","
	  "\"name\":\"web\",\"uid\":\"u1\",\"controller\":true},{\"apiVersion\":\"v1\","
	  "\"kind\":\"ConfigMap\",\"name\":\"c\",\"uid\":\"u2\"}]}}",
		"metadata.ownerReferences[0]: Deployment.apps web uid owner controller\n"
		"metadata.ownerReferences[1]: ConfigMap. c uid owner\n" },
	{ "{\"spec\":{\"secretName\":\"api-tls\",\"issuerRef\":{\"name\":\"ca\","
	  "\"kind\":\"ClusterIssuer\"}}}",
		"spec.secretName: ~Secret. api-tls\n"
		"spec.issuerRef: ClusterIssuer.cert-manager.io ca\n" },
	{ "{\"spec\":{\"issuerRef\":{\"name\":\"ca\"}}}",
		"spec.issuerRef: ~Issuer.cert-manager.io ca\n" },
	{ "{\"spec\":{\"parentRefs\":[{\"name\":\"public\",\"namespace\":\"infra\"}],\"rules\":[{"
	  "\"backendRefs\":[{\"name\":\"web\",\"port\":80},{\"group\":\"x.io\","
	  "\"kind\":\"Bucket\",\"name\":\"b\"}]}]}}",
		"spec.parentRefs[0]: ~Gateway.gateway.networking.k8s.io infra/public\n"
		"spec.rules[0].backendRefs[0]: ~Service. web\n"
		"spec.rules[0].backendRefs[1]: Bucket.x.io b\n" },
	{ "{\"spec\":{\"sourceRef\":{\"kind\":\"GitRepository\",\"name\":\"app\"}}}",
		"spec.sourceRef: GitRepository.source.toolkit.fluxcd.io app\n" },
	{ "{\"spec\":{\"scaleTargetRef\":{\"name\":\"web\"},\"authenticationRef\":{\"name\":\"t\"}}}",
		"spec.scaleTargetRef: ~Deployment.apps web\n"
		"spec.authenticationRef: ~TriggerAuthentication.keda.sh t\n" },
	{ "{\"spec\":{\"env\":[{\"valueFrom\":{\"secretKeyRef\":{\"name\":\"s\",\"key\":\"k\"}}},"
	  "{\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]}}",
		"spec.env[0].valueFrom.secretKeyRef: ~Secret. s\n" },
	{ "{\"spec\":{\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"a\"}},"
	  "{\"name\":\"w\",\"configMap\":{\"name\":\"b\"}}],\"imagePullSecrets\":[{\"name\":\"p\"}]}}",
		"spec.volumes[0].secret.secretName: ~Secret. a\n"
		"spec.volumes[1].configMap: ~ConfigMap. b\n"
		"spec.imagePullSecrets[0]: ~Secret. p\n" },
	{ "{\"spec\":{\"infrastructureRef\":{\"apiVersion\":\"infrastructure.cluster.x-k8s.io/v1\","
	  "\"kind\":\"AWSMachine\",\"name\":\"m\",\"namespace\":\"n\"},\"providerConfigRef\":{"
	  "\"name\":\"default\"},\"thingReference\":{\"name\":\"t\"}}}",
		"spec.infrastructureRef: AWSMachine.infrastructure.cluster.x-k8s.io n/m\n"
		"spec.providerConfigRef: ~ProviderConfig.? default\n"
		"spec.thingReference: .? t\n" },
	/* only look so */
	{ "{\"spec\":{\"ref\":{\"branch\":\"main\",\"name\":\"refs/heads/main\"},"
	  "\"Ref\":{\"name\":\"x\"},\"secretRef\":\"text\",\"configRef\":{\"name\":\"\"},"
	  "\"aRef\":{\"name\":\"{{ .Values.x }}\"},\"bRef\":{\"name\":7},\"cRef\":{},"
	  "\"href\":{\"name\":\"x\"},\"secret\":true,\"serviceName\":\"a b\","
	  "\"description\":\"secretName\",\"secretName\":{\"name\":\"x\"}}}",
		"" },
	{ "{\"metadata\":{\"annotations\":{\"secretName\":\"x\"},\"labels\":{\"secretName\":\"x\"},"
	  "\"managedFields\":[{\"fieldsV1\":{\"f:secretRef\":{\"name\":\"x\"}}}]}}",
		"" },
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(100000);

		assert_true(references_each(str_of(rows[i].json), add, &out));
		assert_string_equal(buf_text(&out), rows[i].references);
		buf_release(&out);
	}
}

static bool count(void *arg, const struct reference *r)
{
	size_t *n = arg;

	(void)r;
	(*n)++;
	return true;
}

static bool stop(void *arg, const struct reference *r)
{
	count(arg, r);
	return false;
}

static void test_ceilings(void **state)
{
	struct buf many = BUF_INIT(1 << 20), deep = BUF_INIT(1 << 20);
	size_t n = 0;

	(void)state;
	buf_addz(&many, "{\"spec\":{\"secretRefs\":[");
	for (size_t i = 0; i <= REFERENCES_MAX; i++)
		buf_addf(&many, "%s{\"name\":\"n%zu\"}", i ? "," : "", i);
	buf_addz(&many, "]}}");
	assert_false(references_each(buf_str(&many), count, &n));
	assert_int_equal(n, REFERENCES_MAX);
	n = 0;
	assert_false(references_each(buf_str(&many), stop, &n));
	assert_int_equal(n, 1);

	n = 0;
	for (int i = 0; i < 5000; i++)
		buf_addz(&deep, "{\"aRef\":");
	buf_addz(&deep, "{\"name\":\"x\"}");
	for (int i = 0; i < 5000; i++)
		buf_addz(&deep, "}");
	assert_false(references_each(buf_str(&deep), count, &n));
	assert_int_equal(n, 0);
	assert_false(references_each(STR("{\"spec\":{\"secretName\":\"x\""), count, &n));
	buf_release(&many);
	buf_release(&deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ceilings),
	};

	return cmocka_run_group_tests_name("references", tests, NULL, NULL);
}
