/*
 * Who may do what: the admin everything, anybody else reads; what the story forbids is
 * forbidden to all. And the reviews in which a user asks about it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/call.h"
#include "demo/refuse.h"
#include "json/doc.h"

static const char *user_of(const struct demo_call *call)
{
	const char *user = call->request->user;

	return user && *user ? user : "admin";
}

static bool is_admin(const struct demo_call *call)
{
	return strcmp(user_of(call), "admin") == 0;
}

static bool is_reading(const char *verb)
{
	return strcmp(verb, "get") == 0 || strcmp(verb, "list") == 0 || strcmp(verb, "watch") == 0;
}

static bool is_forbidden_kind(const struct demo_call *call, const char *group, const char *plural)
{
	char *name = mem_printf("%s.%s", plural, group);
	bool found = false;

	for (size_t i = 0; i < call->server->n_forbidden; i++)
		found |= strcmp(call->server->forbidden[i], name) == 0;
	free(name);
	return found;
}

static bool allows(
	const struct demo_call *call, const char *verb, const char *group, const char *plural)
{
	if (is_forbidden_kind(call, group, plural) && is_reading(verb))
		return false;
	return is_admin(call) || is_reading(verb);
}

bool demo_may(struct demo_call *call, const char *verb)
{
	const struct demo_kind *kind = call->kind;
	char *where;

	if (allows(call, verb, kind->group, kind->plural))
		return true;
	where = *call->ns ? mem_printf("in the namespace \"%s\"", call->ns)
			  : mem_strdup("at the cluster scope");
	demo_refuse(call->answer, 403, "Forbidden",
		"%s%s%s%s%s%s is forbidden: User \"%s\" cannot %s resource \"%s%s%s\" in API group "
		"\"%s\" %s",
		kind->plural, kind->group[0] ? "." : "", kind->group, *call->name ? " \"" : "",
		call->name, *call->name ? "\"" : "", user_of(call), verb, kind->plural,
		*call->subresource ? "/" : "", call->subresource, kind->group, where);
	free(where);
	return false;
}

/* ---- reviews ---- */

static const char *text_or(const struct doc *object, const char *key, const char *other)
{
	const char *text = doc_string(object, key);

	return text ? text : other;
}

static void review_access(struct demo_call *call, struct doc *review)
{
	const struct doc *spec = doc_get(review, "spec");
	const struct doc *asked = doc_get(spec, "resourceAttributes");
	struct doc *status = doc_new_object();
	bool allowed = asked ? allows(call, text_or(asked, "verb", ""), text_or(asked, "group", ""),
				       text_or(asked, "resource", ""))
			     : true;

	doc_add_bool(status, "allowed", allowed);
	if (!allowed)
		doc_add_string(status, "reason", "not granted in the embedded cluster");
	doc_set(review, "status", status);
}

static struct doc *add_rule(struct doc *rules, const char *group, const char *resource)
{
	struct doc *rule = doc_append_object(rules);

	doc_append_string(doc_add_array(rule, "apiGroups"), group);
	doc_append_string(doc_add_array(rule, "resources"), resource);
	return doc_add_array(rule, "verbs");
}

static void add_reading(struct doc *verbs)
{
	doc_append_string(verbs, "get");
	doc_append_string(verbs, "list");
	doc_append_string(verbs, "watch");
}

/* A forbidden kind's are not read either. */
static void add_subresource(
	struct doc *rules, const struct demo_kind *kind, const char *subresource, bool reading)
{
	char *resource = mem_printf("%s/%s", kind->plural, subresource);
	struct doc *verbs = add_rule(rules, kind->group, resource);

	if (reading)
		doc_append_string(verbs, "get");
	doc_append_string(verbs, "update");
	doc_append_string(verbs, "patch");
	free(resource);
}

static void add_kind_rules(struct demo_call *call, struct doc *rules)
{
	for (size_t i = 0; i < demo_kinds_count(call->server->kinds); i++) {
		const struct demo_kind *kind = demo_kinds_at(call->server->kinds, i);
		struct doc *verbs;
		bool forbidden;

		if (is_forbidden_kind(call, kind->group, kind->plural) && !is_admin(call))
			continue;
		verbs = add_rule(rules, kind->group, kind->plural);
		if (!is_forbidden_kind(call, kind->group, kind->plural))
			add_reading(verbs);
		if (!is_admin(call))
			continue;
		doc_append_string(verbs, "create");
		doc_append_string(verbs, "update");
		doc_append_string(verbs, "patch");
		doc_append_string(verbs, "delete");
		doc_append_string(verbs, "deletecollection");
		forbidden = is_forbidden_kind(call, kind->group, kind->plural);
		add_subresource(rules, kind, "status", !forbidden);
		add_subresource(rules, kind, "scale", !forbidden);
	}
}

static void review_rules(struct demo_call *call, struct doc *review)
{
	struct doc *status = doc_new_object();

	add_kind_rules(call, doc_add_array(status, "resourceRules"));
	doc_add_array(status, "nonResourceRules");
	doc_add_bool(status, "incomplete", false);
	doc_set(review, "status", status);
}

static void review_self(struct demo_call *call, struct doc *review)
{
	struct doc *status = doc_new_object();
	struct doc *user = doc_add_object(status, "userInfo");
	struct doc *groups;

	doc_add_string(user, "username", user_of(call));
	groups = doc_add_array(user, "groups");
	if (is_admin(call))
		doc_append_string(groups, "system:masters");
	doc_append_string(groups, "system:authenticated");
	doc_set(review, "status", status);
}

static const struct {
	const char *path;
	const char *kind;
	const char *api_version;
	void (*review)(struct demo_call *call, struct doc *review);
} reviews[] = {
	{ "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "SelfSubjectAccessReview",
		"authorization.k8s.io/v1", review_access },
	{ "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "SelfSubjectRulesReview",
		"authorization.k8s.io/v1", review_rules },
	{ "/apis/authentication.k8s.io/v1/selfsubjectreviews", "SelfSubjectReview",
		"authentication.k8s.io/v1", review_self },
};

static void answer_review(struct demo_call *call, size_t which)
{
	struct doc *review = doc_parse(call->request->body, NULL);
	char *text;

	if (!doc_is_object(review)) {
		demo_refuse(call->answer, 400, "BadRequest",
			"the object provided is unrecognized (must be of type %s)",
			reviews[which].kind);
		doc_free(review);
		return;
	}
	doc_set(review, "kind", doc_new_string(reviews[which].kind));
	doc_set(review, "apiVersion", doc_new_string(reviews[which].api_version));
	reviews[which].review(call, review);
	text = doc_print(review);
	call->answer->code = 201;
	buf_addz(&call->answer->body, text);
	buf_addc(&call->answer->body, '\n');
	free(text);
	doc_free(review);
}

bool demo_review(struct demo_call *call)
{
	for (size_t i = 0; i < sizeof(reviews) / sizeof(*reviews); i++) {
		if (strcmp(call->request->path, reviews[i].path) != 0 ||
			strcmp(call->request->method, "POST") != 0)
			continue;
		answer_review(call, i);
		return true;
	}
	return false;
}
