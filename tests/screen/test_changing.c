/*
 * Commands that change objects, started from a terminal: what reaches the server,
 * what never does, and what is said.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "screen/place.h"

#define PATCH_OF_EDIT                                                                              \
	"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{\"color\":\"green\"}}"
#define CONFLICT   FAILURE("409", "Conflict", "")
#define EDIT_GREEN "EDITOR=sed -i s/red/green/"
#define RUN_EDIT(place, env)                                                                       \
	place_run(place, env, (const char *const[]){ "edit", "widget", "blue", "-n", "a", NULL })

/* ---- editing ---- */

static void test_case_61_stale_edit(void **state)
{
	struct place place;
	char *text;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 0, 409, CONFLICT);
	assert_int_equal(RUN_EDIT(&place, EDIT_GREEN), 1);
	play_expect(place.play, "Error from server (Conflict): the words of the server");
	play_expect(place.play, "A copy of what was edited is in /tmp/changing-");
	place_expect_sent(&place, "PATCH " BLUE, 1, PATCH_OF_EDIT);
	assert_int_equal(server_count(place.play->server, "PUT "), 0);
	text = place_left(&place);
	assert_non_null(strstr(text, "\n  color: green\n"));
	free(text);
	place_release(&place);
}

static void test_case_61_another_uid(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "DELETE", BLUE "$", 0, 409, CONFLICT);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 1);
	play_expect(place.play, "Error from server (Conflict): the words of the server");
	place_expect_sent(&place, "DELETE " BLUE, 1,
		"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":"
		"\"Background\",\"preconditions\":{\"uid\":\"u1\"}}");
	place_release(&place);
}

static void test_case_62_only_what_was_edited(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	assert_int_equal(RUN_EDIT(&place, EDIT_GREEN), 0);
	play_expect(place.play, "widget.example.com/blue edited");
	place_expect_sent(&place, "PATCH " BLUE, 1, PATCH_OF_EDIT);
	place_release(&place);
}

static void test_nothing_edited(void **state)
{
	struct place place;
	char *kept;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	assert_int_equal(RUN_EDIT(&place, "EDITOR=true"), 0);
	play_expect(place.play, "Edit cancelled, no changes made.");
	/* the same in other words, and nothing at all */
	assert_int_equal(RUN_EDIT(&place, "EDITOR=sed -i 's/color: red/color:   \"red\"/'"), 0);
	assert_int_equal(RUN_EDIT(&place, "EDITOR=truncate -s 0"), 0);
	assert_int_equal(RUN_EDIT(&place, "KUBE_EDITOR=false"), 1);
	play_expect(place.play, "there was a problem with the editor \"false\"");
	assert_null(place_left(&place));
	assert_int_equal(RUN_EDIT(&place, "EDITOR=rm"), 1);
	play_expect(place.play, "No such file");
	screen_expect_not(place.play->screen, "A copy");
	/* what was written before it failed is not lost */
	assert_int_equal(RUN_EDIT(&place, "EDITOR=false; sed -i s/red/green/ \"$1\"; exit 1;"), 1);
	play_expect(place.play, "A copy of what was edited is in");
	kept = place_left(&place);
	assert_non_null(strstr(kept, "color: green"));
	free(kept);
	assert_int_equal(server_count(place.play->server, "PATCH "), 0);
	place_release(&place);
}

/* Fields that the kind does not have are one sentence of the server's, and a line each
 * where they are to be mended. */
static void test_unknown_fields(void **state)
{
	static const char script[] = "#!/bin/sh\n"
				     "if grep -q '^# .*strict decoding' \"$1\"; then\n"
				     "	cp \"$1\" \"$1.seen\"; mv \"$1.seen\" \"$0.seen\"\n"
				     "else\n"
				     "	sed -i s/red/green/ \"$1\"\n"
				     "fi\n";
	struct place place;
	char *path, *seen, *env, *text;

	place_init(&place, state);
	path = place_file(&place, script);
	seen = mem_printf("%s.seen", path);
	env = mem_printf("EDITOR=sh %s", path);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 0, 400,
		"{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":400,\"reason\":\"BadRequest\","
		"\"message\":\"no Widget: strict decoding error: unknown field \\\"spec.a\\\", "
		"unknown field \\\"spec.b, unknown\\\", duplicate field \\\"c\\\"\"}");
	assert_int_equal(RUN_EDIT(&place, env), 1);
	text = file_read(seen, 1 << 20, NULL, NULL, NULL);
	assert_non_null(text);
	assert_non_null(strstr(text, "strict decoding error:\n"
				     "# * unknown field \"spec.a\"\n"
				     "# * unknown field \"spec.b, unknown\"\n"
				     "# * duplicate field \"c\"\n#\n"));
	free(text);
	place_drop(seen);
	place_drop(path);
	free(env);
	free(place_left(&place)); /* the copy */
	place_release(&place);
}

/* What is refused, or cannot be read, is opened again with the reason. */
static void test_edited_again(void **state)
{
	static const char script[] = "#!/bin/sh\n"
				     "if grep -q '^# .*spec.color: no' \"$1\"; then\n"
				     "	sed -i 's/color: : :/color: blue/; s/yellow/blue/' \"$1\"\n"
				     "elif grep -q '^# line' \"$1\"; then\n"
				     "	sed -i 's/color: : :/color: yellow/' \"$1\"\n"
				     "else\n"
				     "	sed -i 's/color: red/color: : :/' \"$1\"\n"
				     "fi\n";
	struct place place;
	char *path, *env, *text;

	place_init(&place, state);
	path = place_file(&place, script);
	env = mem_printf("EDITOR=sh %s", path);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 1, 422,
		FAILURE("422", "Invalid",
			",\"details\":{\"kind\":\"Widget\",\"name\":\"blue\",\"causes\":["
			"{\"field\":\"spec.color\",\"message\":\"no\"}]}"));
	assert_int_equal(place_run(&place, env,
				 (const char *const[]){ "edit", "widget/blue", "-n", "a", NULL }),
		0);
	play_expect(place.play, "widget.example.com/blue edited");
	place_expect_sent(&place, "PATCH " BLUE, 2,
		"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{\"color\":\"blue\"}}");
	place_drop(path);
	free(env);
	/* and left as it is then, that is the end of it */
	place_answer(&place, "PATCH", BLUE "$", 0, 422, FAILURE("422", "Invalid", ""));
	assert_int_equal(RUN_EDIT(&place, EDIT_GREEN), 1);
	play_expect(place.play, "error: The request is invalid: the words of the server");
	play_expect(place.play, "Edit cancelled, no valid changes were saved.");
	text = place_left(&place);
	assert_non_null(strstr(text, "# The request is invalid: the words of the server\n"));
	free(text);
	place_release(&place);
}

/* ---- the other commands ---- */

#define CAUSE(who, field)                                                                          \
	"{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"" who                \
	"\\\"\",\"field\":\"" field "\"}"

static void test_case_63_apply_conflict(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	path = place_file(&place, "apiVersion: example.com/v1\nkind: Widget\n"
				  "metadata: {name: blue, namespace: a}\nspec: {color: red}\n");
	place_answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 1, 409,
		FAILURE("409", "Conflict",
			",\"details\":{\"causes\":[" CAUSE("one", ".spec.color") "," CAUSE(
				"two", ".spec.size") "]}"));
	assert_int_equal(RUN(&place, "apply", "-f", path), 1);
	play_expect(place.play, "* conflict with \"one\": .spec.color");
	play_expect(place.play, "* conflict with \"two\": .spec.size");
	play_expect(place.play, "--force-conflicts");
	place_expect_sent(&place,
		"PATCH " BLUE "?fieldManager=crwatch&fieldValidation=Strict&force=false", 1,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":"
		"\"blue\",\"namespace\":\"a\"},\"spec\":{\"color\":\"red\"}}");
	assert_int_equal(server_count(place.play->server, "force=true"), 0);
	assert_int_equal(RUN(&place, "apply", "-f", path, "--force-conflicts"), 0);
	play_expect(place.play, "widget.example.com/blue serverside-applied");
	assert_int_equal(server_count(place.play->server, "force=true"), 1);
	place_drop(path);
	place_release(&place);
}

static void test_case_63_subresources(void **state)
{
	struct place place;
	char name[254], *path;

	place_init(&place, state);
	memset(name, 'n', 253);
	name[253] = '\0';
	path = mem_printf("/apis/example.com/v1/namespaces/a/widgets/%s", name);
	place_answer(&place, NULL, path, 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "scale", "widget", name, "-n", "a", "--replicas=3",
				 "--dry-run=server", "-o", "name"),
		0);
	free(path);
	path = mem_printf("PATCH /apis/example.com/v1/namespaces/a/widgets/%s/scale?dryRun=All&"
			  "fieldManager=crwatch",
		name);
	place_expect_sent(&place, path, 1, "{\"spec\":{\"replicas\":3}}");
	free(path);
	place_answer(&place, NULL, BLUE "/status$", 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "--subresource",
				 "status", "-p", "status: {ready: true}", "--field-manager", "me"),
		0);
	play_expect(place.play, "widget.example.com/blue patched");
	place_expect_sent(&place, "PATCH " BLUE "/status?fieldManager=me&fieldValidation=Strict", 1,
		"{\"metadata\":{\"uid\":\"u1\"},\"status\":{\"ready\":true}}");
	place_release(&place);
}

/* What the server may have read is not sent again. */
static void test_no_answer(void **state)
{
	struct server_route cut = {
		.method = "PATCH", .path = BLUE "$", .answer = { .reset = true }
	};
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	server_route(place.play->server, &cut);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "-p", "{}"), 1);
	play_expect(place.play, "whether the change was made is not known");
	assert_int_equal(server_count(place.play->server, "PATCH "), 1);
	place_release(&place);
}

static void test_warnings(void **state)
{
	struct server_route warned = { .method = "PATCH",
		.path = BLUE "$",
		.answer = { .body = OBJECT,
			.headers = "Warning: 299 - \"unknown field \\\"x\\\"\"\n"
				   "Warning: 299 - \"again\", 299 - \"again\"\n" } };
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 403, FAILURE("403", "Forbidden", ""));
	server_route(place.play->server, &warned);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "-p", "{}"), 0);
	screen_expect_row(place.play->screen, "^Warning: unknown field \"x\"");
	screen_expect_row(place.play->screen, "^Warning: again");
	/* who may not read it may change it all the same */
	screen_expect_row(place.play->screen, "^widget.example.com/blue patched *$");
	place_release(&place);
}

static void test_patches(void **state)
{
	struct place place;

	place_init(&place, state);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "-p", "{}"), 1);
	play_expect(place.play, "could not find the requested resource");
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "-p", "{}"), 0);
	play_expect(place.play, "widget.example.com/blue patched (no change)");
	place_expect_sent(&place, "PATCH " BLUE, 1, "{\"metadata\":{\"uid\":\"u1\"}}");
	/* The version stays when the last finalizer of what is deleted goes. */
	place_answer(&place, "PATCH", BLUE "$", 1, 200,
		"{\"metadata\":{\"name\":\"blue\",\"uid\":\"u1\",\"resourceVersion\":\"5\"}}");
	assert_int_equal(
		RUN(&place, "patch", "widget", "blue", "-n", "a", "--type", "json", "-p", "[]"), 0);
	screen_expect_row(place.play->screen, "^widget.example.com/blue patched *$");
	place_expect_sent(&place, "PATCH " BLUE, 2,
		"[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u1\"}]");
	place_release(&place);
}

/* What is on its way when somebody has enough of waiting. */
static void test_interrupted(void **state)
{
	static const char *const args[] = { "patch", "widget", "blue", "-n", "a", "-p", "{}",
		NULL };
	struct server_route mute = {
		.method = "PATCH", .path = BLUE "$", .answer = { .silent = true }
	};
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	server_route(place.play->server, &mute);
	play_start(place.play, 40, 150, &(struct screen_options){ .args = args });
	assert_int_not_equal(server_wait(place.play->server, "PATCH " BLUE, 1), 0);
	assert_int_equal(screen_kill(place.play->screen, SIGINT), 128 + SIGINT);
	play_expect(place.play, "interrupted; whether the change was made is not known");
	place_release(&place);
}

/* ctrl-z in the editor: the shell has its terminal back, and fg goes on. */
static void test_stopped_editor(void **state)
{
	static const char *const args[] = { "edit", "widget", "blue", "-n", "a", NULL };
	static const char *const env[] = { "EDITOR=kill -STOP $$; sed -i s/red/green/", NULL };
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	play_start(place.play, 40, 150,
		&(struct screen_options){ .args = args, .env = env, .shell = true });
	screen_wait_stop(place.play->screen);
	screen_signal(place.play->screen, SIGCONT);
	assert_int_equal(screen_wait_exit(place.play->screen), 0);
	play_expect(place.play, "widget.example.com/blue edited");
	place_release(&place);
}

static void test_readonly(void **state)
{
	static const char *const commands[] = { "create", "replace", "apply" };
	struct place place;
	char *path, *env;

	place_init(&place, state);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(RUN(&place, commands[i], "-f", "-", "--readonly"), 1);
		play_expect(place.play, "crwatch is read-only");
	}
	assert_int_equal(RUN(&place, "--readonly", "patch", "widget", "blue", "-p", "{}"), 1);
	assert_int_equal(RUN(&place, "--readonly", "edit", "widget", "blue"), 1);
	assert_int_equal(RUN(&place, "--readonly", "scale", "widget", "blue", "--replicas=1"), 1);
	play_expect(place.play, "crwatch is read-only: scale was refused, nothing was sent");
	path = place_file(&place, "readonly: true\n");
	env = mem_printf("CRWATCH_CONFIG=%s", path);
	assert_int_equal(
		place_run(&place, env, (const char *const[]){ "delete", "widget", "blue", NULL }),
		1);
	play_expect(place.play, "crwatch is read-only: delete was refused, nothing was sent");
	/* what may have been meant so is no leave */
	free(place_file(&place, "readonly: ture\n"));
	assert_int_equal(
		place_run(&place, env, (const char *const[]){ "delete", "widget", "blue", NULL }),
		1);
	play_expect(place.play, "file.yaml:1:11: readonly is true or false");
	free(place_file(&place, "readonly: true\n\tnonsense\n"));
	assert_int_equal(
		place_run(&place, env, (const char *const[]){ "delete", "widget", "blue", NULL }),
		1);
	play_expect(place.play, "nothing of the file is used: whether crwatch is read-only");
	assert_int_equal(server_count(place.play->server, ""), 0);
	place_drop(path);
	free(env);
	place_release(&place);
}

static void test_usage(void **state)
{
	static const struct {
		const char *const args[8];
		const char *said;
	} cases[] = {
		{ { "create" }, "create needs a file: crwatch create -f FILE" },
		{ { "create", "x" }, "create needs a file" },
		{ { "create", "-f", "y", "x" },
			"create takes no \"x\": before each file stands its own -f" },
		{ { "create", "-f", "y", "--force-conflicts" },
			"create takes no --force-conflicts" },
		{ { "create", "-f", "y", "--subresource", "status" },
			"create takes no --subresource" },
		{ { "apply", "-f", "y", "--dry-run", "client" }, "--dry-run is server or none" },
		{ { "apply", "-f", "y", "--validate", "x" },
			"--validate is strict, warn or ignore" },
		{ { "apply", "-f", "y", "-o", "wide" }, "allowed formats are: json,name,yaml" },
		{ { "patch", "widget" }, "patch needs a kind and a name" },
		{ { "patch", "widget", "a", "b", "-p", "{}" }, "patch takes one object" },
		{ { "patch", "widget", "a" }, "patch needs one of -p and --patch-file" },
		{ { "patch", "widget", "a", "-p", "{}", "--type", "strategic" },
			"custom resources have no strategic merge patches" },
		{ { "patch", "widget", "a", "-p", "{}", "--subresource", "x" },
			"--subresource is status or scale, not x" },
		{ { "scale", "widget", "a" }, "scale needs --replicas" },
		{ { "scale", "widget", "a", "--replicas", "-1" }, "--replicas takes a number" },
		{ { "delete", "widget" }, "delete needs a kind and names" },
		{ { "delete", "widget", "x", "-l", "a=b" },
			"name cannot be provided when a selector is specified" },
		{ { "delete", "widget/x", "--all" }, "selectors and the all flag cannot be used" },
		{ { "delete", "--all" }, "at least one resource must be specified" },
		{ { "delete", "widget", "--all", "-l", "a=b" },
			"cannot set --all and --selector at the same time" },
		{ { "delete", "widget", "a", "-A" },
			"a resource cannot be retrieved by name across all namespaces" },
		{ { "delete", "widget", "-f", "x" },
			"you may not specify resource arguments as well" },
		{ { "delete", "-f", "x", "-A" }, "delete -f takes no -A" },
		{ { "delete", "widget", "a", "-o", "yaml" }, "We only support '-o name'" },
		{ { "delete", "widget", "a", "--wait=x" }, "--wait is true or false, not x" },
		{ { "delete", "widget", "a", "--timeout", "x" }, "--timeout takes a duration" },
		{ { "patch", "widget", "a", "-p", "{}", "--all" }, "patch takes no --all" },
		{ { "patch", "widget", "a", "-p", "{}", "-A" }, "patch takes no -A" },
		{ { "scale", "widget", "a", "--replicas=1", "-R" }, "scale takes no --recursive" },
		{ { "get", "widget", "--wait=false" }, "get takes no --wait" },
		{ { "delete", "widget", "a", "--cascade", "x" }, "--cascade is background" },
		{ { "delete", "widget", "a", "--grace-period", "x" }, "--grace-period takes" },
		{ { "edit", "widget/" }, "edit needs a kind and a name" },
		{ { "apply", "-f", "y", "--subresource", "scale" }, "there is crwatch scale" },
		/* no beginning of a name is taken for it */
		{ { "apply", "-f", "y", "--force" }, "unknown flag: --force" },
		{ { "apply", "-f", "y", "--dry", "server" }, "unknown flag: --dry" },
		{ { "apply", "-f", "y", "--dry=server" }, "unknown flag: --dry=server" },
		{ { "tree", "--dry-run=server" }, "tree takes no --dry-run" },
		{ { "get", "widget", "-f", "x" }, "get takes no -f" },
	};
	struct place place;

	place_init(&place, state);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(place_run(&place, NULL, cases[i].args), 2);
		play_expect(place.play, cases[i].said);
	}
	assert_int_equal(server_count(place.play->server, ""), 0);
	assert_int_equal(RUN(&place, "patch", "pods", "a", "-p", "{}"), 1);
	play_expect(place.play, "\"pods\" is not a custom resource of this cluster; for others");
	assert_int_equal(RUN(&place, "patch", "widget", "a%b", "-p", "{}"), 1);
	play_expect(place.play, "invalid name \"a%b\"");
	assert_int_equal(RUN(&place, "patch", "widget", "a", "-p", "[]"), 1);
	play_expect(place.play, "the patch is no object");
	place_release(&place);
}

static void test_scale_if(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "/scale$", 0, 200,
		"{\"kind\":\"Scale\",\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},"
		"\"spec\":{\"replicas\":2}}");
	place_answer(&place, "PATCH", BLUE "/scale$", 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "scale", "widget", "blue", "-n", "a", "--replicas=3",
				 "--current-replicas=1"),
		1);
	play_expect(place.play, "Expected replicas to be 1, was 2");
	assert_int_equal(RUN(&place, "scale", "widget", "blue", "-n", "a", "--replicas=3",
				 "--current-replicas=2"),
		0);
	play_expect(place.play, "widget.example.com/blue scaled");
	place_expect_sent(&place, "PATCH " BLUE "/scale", 1,
		"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{\"replicas\":3}}");
	place_release(&place);
}

/* -o yaml is the object, not its Scale. */
static void test_scaled_object(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PATCH", BLUE "/scale$", 0, 200, "{\"kind\":\"Scale\"}");
	assert_int_equal(
		RUN(&place, "scale", "widget", "blue", "-n", "a", "--replicas=3", "-o", "yaml"), 0);
	screen_expect_row(place.play->screen, "^kind: Widget");
	screen_expect_row(place.play->screen, "^  color: red");
	screen_expect_not(place.play->screen, "Scale");
	assert_int_equal(
		RUN(&place, "scale", "widget", "blue", "-n", "a", "--replicas=3", "-o", "name"), 0);
	screen_expect_row(place.play->screen, "^widget.example.com/blue *$");
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 1);
	place_release(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_case_61_stale_edit),
		play_test(test_case_61_another_uid),
		play_test(test_case_62_only_what_was_edited),
		play_test(test_nothing_edited),
		play_test(test_edited_again),
		play_test(test_unknown_fields),
		play_test(test_case_63_apply_conflict),
		play_test(test_case_63_subresources),
		play_test(test_no_answer),
		play_test(test_warnings),
		play_test(test_patches),
		play_test(test_interrupted),
		play_test(test_stopped_editor),
		play_test(test_readonly),
		play_test(test_usage),
		play_test(test_scale_if),
		play_test(test_scaled_object),
	};

	return cmocka_run_group_tests_name("changing", tests, NULL, NULL);
}
