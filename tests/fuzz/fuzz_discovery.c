/* What a server says that it serves, and what it lets us do. */
#include <stdlib.h>

#include "fuzz.h"
#include "kube/access.h"
#include "kube/discovery.h"

static void touch_version(void *arg, struct str version)
{
	(void)arg;
	fuzz_touch(version);
}

static void read_all(struct str body)
{
	struct discovery d = { 0 };

	discovery_is_aggregated(body);
	discovery_read_aggregated(body, &d, NULL);
	discovery_read_version(body, &d, NULL);
	discovery_each_version(body, touch_version, NULL, NULL);
	for (size_t i = 0; i < d.count; i++) {
		fuzz_must(d.items[i].group && d.items[i].version && d.items[i].plural &&
			  d.items[i].kind);
		discovery_is_builtin(str_of(d.items[i].group));
	}
	discovery_release(&d);
}

static void access_of(struct str body)
{
	static const struct access_wish wishes[] = {
		{ "list", "", "pods", NULL },
		{ "watch", "example.com", "widgets", NULL },
		{ "create", "example.com", "widgets", "scale" },
	};
	struct access_rules *rules;

	if (access_rules_parse(body, &rules, NULL) < 0)
		return;
	for (size_t i = 0; i < 3; i++)
		access_check(rules, &wishes[i]);
	fuzz_touch(str_of(access_problem(rules)));
	access_is_incomplete(rules);
	access_rules_free(rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = str_make((const char *)data, size);

	if (size > FUZZ_MAX)
		return 0;
	read_all(body);
	access_of(body);
	return 0;
}
