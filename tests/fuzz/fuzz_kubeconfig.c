/* Kubeconfig files (several, divided by lines of %%, are merged) and what a credential
 * plugin prints. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kube/kubeconfig.h"
#include "net/exec.h"
#include "net/proxy.h"
#include "net/rest_check.h"

static void look_at_cluster(const struct kubeconfig *k, const struct kubeconfig_cluster *c)
{
	struct str host, port;
	bool https;
	char *proxy;

	fuzz_must(c->name && kubeconfig_cluster(k, c->name));
	if (c->server && rest_url_split(str_of(c->server), &https, &host, &port)) {
		fuzz_touch(host);
		fuzz_touch(port);
	}
	if (!c->proxy_url)
		return;
	proxy = proxy_url(c->proxy_url, NULL);
	if (proxy)
		free(proxy_shown(proxy));
	free(proxy);
}

static void look(const struct kubeconfig *k)
{
	for (size_t i = 0; i < k->n_clusters; i++)
		look_at_cluster(k, &k->clusters[i]);
	for (size_t i = 0; i < k->n_users; i++) {
		fuzz_must(k->users[i].name && kubeconfig_user(k, k->users[i].name));
		kubeconfig_exec_free(kubeconfig_exec_dup(k->users[i].exec));
	}
	for (size_t i = 0; i < k->n_contexts; i++)
		fuzz_must(k->contexts[i].name && kubeconfig_context(k, k->contexts[i].name));
}

static void merge(struct str rest)
{
	struct kubeconfig k;

	kubeconfig_init(&k);
	do {
		struct str text = fuzz_part(&rest);
		size_t users = k.n_users, clusters = k.n_clusters;

		if (kubeconfig_add(&k, text, "/home/of", NULL) < 0) {
			fuzz_must(k.n_users == users && k.n_clusters == clusters);
		} else {
			users = k.n_users;
			fuzz_must(kubeconfig_add(&k, text, NULL, NULL) == 0);
			fuzz_must(k.n_users == users);
		}
		free((char *)text.p);
	} while (rest.p);
	look(&k);
	kubeconfig_release(&k);
}

static void plugin(struct str output)
{
	static const char *const versions[] = { "client.authentication.k8s.io/v1",
		"client.authentication.k8s.io/v1beta1" };

	for (size_t i = 0; i < 2; i++) {
		struct exec_credential credential = { 0 };

		if (exec_parse(output, versions[i], &credential, NULL) == 0)
			fuzz_must(!credential.token || !strpbrk(credential.token, "\r\n"));
		exec_credential_release(&credential);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);

	if (size > FUZZ_MAX)
		return 0;
	plugin(text);
	merge(text);
	return 0;
}
