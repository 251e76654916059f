/*
 * Commands that change objects, started from a terminal: what reaches the server,
 * what never does, and what is said.
 */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "screen/play.h"

#define BLUE "/apis/example.com/v1/namespaces/a/widgets/blue"
#define ODD                                                                                        \
	"\"big\":9007199254740993,\"huge\":1e400,\"lone\":\"\\ud800\",\"nul\":\"a\\u0000b\","      \
	"\"twice\":1,\"twice\":2"
#define OBJECT                                                                                     \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"blue\","  \
	"\"namespace\":\"a\",\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{"                 \
	"\"color\":\"red\"," ODD "}}"
#define PATCH_OF_EDIT                                                                              \
	"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{\"color\":\"green\"}}"
#define FAILURE(code, reason, rest)                                                                \
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" code         \
	",\"reason\":\"" reason "\",\"message\":\"the words of the server\"" rest "}"
#define CONFLICT   FAILURE("409", "Conflict", "")
#define EDIT_GREEN "EDITOR=sed -i s/red/green/"

/* A directory of the test's own, which is $TMPDIR. */
struct place {
	struct play *play;
	char dir[32];
	char *tmp; /* "TMPDIR=..." */
};

static void place_init(struct place *place, void **state)
{
	place->play = *state;
	strcpy(place->dir, "/tmp/changing-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	place->tmp = mem_printf("TMPDIR=%s", place->dir);
	play_open(place->play, NULL);
}

/* The only file that is there, its text on the heap; NULL: there is none. */
static char *left(struct place *place)
{
	DIR *dir = opendir(place->dir);
	struct dirent *entry;
	char *path, *text = NULL;
	struct error err = ERROR_INIT;

	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		assert_null(text);
		path = mem_printf("%s/%s", place->dir, entry->d_name);
		text = file_read(path, 1 << 20, NULL, NULL, &err);
		assert_non_null(text);
		unlink(path);
		free(path);
	}
	closedir(dir);
	return text;
}

static void place_release(struct place *place)
{
	char *text = left(place);

	assert_null(text);
	assert_int_equal(rmdir(place->dir), 0);
	free(place->tmp);
}

static void answer(struct place *place, const char *method, const char *path, size_t times,
	int status, const char *body)
{
	struct server_route route = {
		.method = method,
		.path = path,
		.answer = { .status = status, .body = body },
		.times = times,
	};

	server_route(place->play->server, &route);
}

/* args: what stands behind the program's name. */
static int run_with(struct place *place, const char *env, const char *const *args)
{
	const char *const environment[] = { place->tmp, env, NULL };
	struct play *play = place->play;

	screen_free(play->screen);
	play_start(play, 40, 150, &(struct screen_options){ .args = args, .env = environment });
	return screen_wait_exit(play->screen);
}

#define RUN(place, ...) run_with(place, NULL, (const char *const[]){ __VA_ARGS__, NULL })
#define RUN_EDIT(place, env)                                                                       \
	run_with(place, env, (const char *const[]){ "edit", "widget", "blue", "-n", "a", NULL })

static void expect_sent(struct place *place, const char *target, size_t count, const char *body)
{
	size_t number = server_wait(place->play->server, target, count);
	char *got;

	assert_int_not_equal(number, 0);
	got = server_body(place->play->server, number);
	assert_string_equal(got, body);
	free(got);
	assert_int_equal(server_count(place->play->server, target), count);
}

static char *file_with(struct place *place, const char *text)
{
	char *path = mem_printf("%s/file.yaml", place->dir);

	assert_int_equal(file_replace(path, str_of(text), 0600, NULL), 0);
	return path;
}

static void drop_file(char *path)
{
	unlink(path);
	free(path);
}

/* ---- editing ---- */

static void test_case_61_stale_edit(void **state)
{
	struct place place;
	char *text;

	place_init(&place, state);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 0, 409, CONFLICT);
	assert_int_equal(RUN_EDIT(&place, EDIT_GREEN), 1);
	play_expect(place.play, "Error from server (Conflict): the words of the server");
	play_expect(place.play, "A copy of what was edited is in /tmp/changing-");
	expect_sent(&place, "PATCH " BLUE, 1, PATCH_OF_EDIT);
	assert_int_equal(server_count(place.play->server, "PUT "), 0);
	text = left(&place);
	assert_non_null(strstr(text, "\n  color: green\n"));
	free(text);
	place_release(&place);
}

static void test_case_61_another_uid(void **state)
{
	struct place place;

	place_init(&place, state);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "DELETE", BLUE "$", 0, 409, CONFLICT);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 1);
	play_expect(place.play, "Error from server (Conflict): the words of the server");
	expect_sent(&place, "DELETE " BLUE, 1,
		"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":"
		"\"Background\",\"preconditions\":{\"uid\":\"u1\"}}");
	place_release(&place);
}

static void test_case_62_only_what_was_edited(void **state)
{
	struct place place;

	place_init(&place, state);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	assert_int_equal(RUN_EDIT(&place, EDIT_GREEN), 0);
	play_expect(place.play, "widget.example.com/blue edited");
	expect_sent(&place, "PATCH " BLUE, 1, PATCH_OF_EDIT);
	place_release(&place);
}

static void test_nothing_edited(void **state)
{
	struct place place;
	char *kept;

	place_init(&place, state);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	assert_int_equal(RUN_EDIT(&place, "EDITOR=true"), 0);
	play_expect(place.play, "Edit cancelled, no changes made.");
	/* the same in other words, and nothing at all */
	assert_int_equal(RUN_EDIT(&place, "EDITOR=sed -i 's/color: red/color:   \"red\"/'"), 0);
	assert_int_equal(RUN_EDIT(&place, "EDITOR=truncate -s 0"), 0);
	assert_int_equal(RUN_EDIT(&place, "KUBE_EDITOR=false"), 1);
	play_expect(place.play, "there was a problem with the editor \"false\"");
	assert_null(left(&place));
	assert_int_equal(RUN_EDIT(&place, "EDITOR=rm"), 1);
	play_expect(place.play, "No such file");
	screen_expect_not(place.play->screen, "A copy");
	/* what was written before it failed is not lost */
	assert_int_equal(RUN_EDIT(&place, "EDITOR=false; sed -i s/red/green/ \"$1\"; exit 1;"), 1);
	play_expect(place.play, "A copy of what was edited is in");
	kept = left(&place);
	assert_non_null(strstr(kept, "color: green"));
	free(kept);
	assert_int_equal(server_count(place.play->server, "PATCH "), 0);
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
	path = file_with(&place, script);
	env = mem_printf("EDITOR=sh %s", path);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 1, 422,
		FAILURE("422", "Invalid",
			",\"details\":{\"kind\":\"Widget\",\"name\":\"blue\",\"causes\":["
			"{\"field\":\"spec.color\",\"message\":\"no\"}]}"));
	assert_int_equal(run_with(&place, env,
				 (const char *const[]){ "edit", "widget/blue", "-n", "a", NULL }),
		0);
	play_expect(place.play, "widget.example.com/blue edited");
	expect_sent(&place, "PATCH " BLUE, 2,
		"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{\"color\":\"blue\"}}");
	drop_file(path);
	free(env);
	/* and left as it is then, that is the end of it */
	answer(&place, "PATCH", BLUE "$", 0, 422, FAILURE("422", "Invalid", ""));
	assert_int_equal(RUN_EDIT(&place, EDIT_GREEN), 1);
	play_expect(place.play, "Edit cancelled, no valid changes were saved.");
	text = left(&place);
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
	path = file_with(&place, "apiVersion: example.com/v1\nkind: Widget\n"
				 "metadata: {name: blue, namespace: a}\nspec: {color: red}\n");
	answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 1, 409,
		FAILURE("409", "Conflict",
			",\"details\":{\"causes\":[" CAUSE("one", ".spec.color") "," CAUSE(
				"two", ".spec.size") "]}"));
	assert_int_equal(RUN(&place, "apply", "-f", path), 1);
	play_expect(place.play, "* conflict with \"one\": .spec.color");
	play_expect(place.play, "* conflict with \"two\": .spec.size");
	play_expect(place.play, "--force-conflicts");
	expect_sent(&place,
		"PATCH " BLUE "?fieldManager=crwatch&fieldValidation=Strict&force=false", 1,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":"
		"\"blue\",\"namespace\":\"a\"},\"spec\":{\"color\":\"red\"}}");
	assert_int_equal(server_count(place.play->server, "force=true"), 0);
	assert_int_equal(RUN(&place, "apply", "-f", path, "--force-conflicts"), 0);
	play_expect(place.play, "widget.example.com/blue serverside-applied");
	assert_int_equal(server_count(place.play->server, "force=true"), 1);
	drop_file(path);
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
	answer(&place, NULL, path, 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "scale", "widget", name, "-n", "a", "--replicas=3",
				 "--dry-run=server", "-o", "name"),
		0);
	free(path);
	path = mem_printf("PATCH /apis/example.com/v1/namespaces/a/widgets/%s/scale?dryRun=All&"
			  "fieldManager=crwatch",
		name);
	expect_sent(&place, path, 1, "{\"spec\":{\"replicas\":3}}");
	free(path);
	answer(&place, NULL, BLUE "/status$", 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "--subresource",
				 "status", "-p", "status: {ready: true}", "--field-manager", "me"),
		0);
	play_expect(place.play, "widget.example.com/blue patched");
	expect_sent(&place, "PATCH " BLUE "/status?fieldManager=me&fieldValidation=Strict", 1,
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
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
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
	answer(&place, "GET", BLUE "$", 0, 403, FAILURE("403", "Forbidden", ""));
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
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "-n", "a", "-p", "{}"), 0);
	play_expect(place.play, "widget.example.com/blue patched (no change)");
	expect_sent(&place, "PATCH " BLUE, 1, "{\"metadata\":{\"uid\":\"u1\"}}");
	/* The version stays when the last finalizer of what is deleted goes. */
	answer(&place, "PATCH", BLUE "$", 1, 200,
		"{\"metadata\":{\"name\":\"blue\",\"uid\":\"u1\",\"resourceVersion\":\"5\"}}");
	assert_int_equal(
		RUN(&place, "patch", "widget", "blue", "-n", "a", "--type", "json", "-p", "[]"), 0);
	screen_expect_row(place.play->screen, "^widget.example.com/blue patched *$");
	expect_sent(&place, "PATCH " BLUE, 2,
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
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
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
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "$", 0, 200, OBJECT);
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
	path = file_with(&place, "readonly: true\n");
	env = mem_printf("CRWATCH_CONFIG=%s", path);
	assert_int_equal(
		run_with(&place, env, (const char *const[]){ "delete", "widget", "blue", NULL }),
		1);
	play_expect(place.play, "crwatch is read-only: delete was refused, nothing was sent");
	/* what may have been meant so is no leave */
	free(file_with(&place, "readonly: ture\n"));
	assert_int_equal(
		run_with(&place, env, (const char *const[]){ "delete", "widget", "blue", NULL }),
		1);
	play_expect(place.play, "file.yaml:1:11: readonly is true or false");
	free(file_with(&place, "readonly: true\n\tnonsense\n"));
	assert_int_equal(
		run_with(&place, env, (const char *const[]){ "delete", "widget", "blue", NULL }),
		1);
	play_expect(place.play, "nothing of the file is used: whether crwatch is read-only");
	assert_int_equal(server_count(place.play->server, ""), 0);
	drop_file(path);
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
		{ { "create", "x", "-f", "y" }, "create needs a file" },
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
		assert_int_equal(run_with(&place, NULL, cases[i].args), 2);
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

/* Several documents, a list among them; what fails does not keep the others. */
static void test_files(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	path = file_with(&place,
		"apiVersion: v1\nkind: List\nitems:\n"
		"- {apiVersion: example.com/v1, kind: Widget, metadata: {name: one}}\n"
		"- {apiVersion: apps/v1, kind: Deployment, metadata: {name: two}}\n---\n"
		"{apiVersion: other.com/v1, kind: Other, metadata: {name: three}}\n---\n"
		"apiVersion: example.com/v2\nkind: Widget\nmetadata: {name: four, namespace: b}\n");
	answer(&place, "POST", "/apis/example.com/", 0, 201, OBJECT);
	answer(&place, "GET", "/apis/example.com/v2$", 0, 200,
		"{\"kind\":\"APIResourceList\",\"resources\":[{\"kind\":\"Widget\"}]}");
	assert_int_equal(RUN(&place, "create", "-f", path, "--validate", "ignore"), 1);
	screen_expect_row(place.play->screen, "^widget.example.com/one created");
	play_expect(place.play, "crwatch only serves custom resources; for a Deployment");
	/* more than one is told without "error: ", as kubectl does */
	screen_expect_row(place.play->screen, "^resource mapping not found for name: \"three\" "
					      "namespace: \"\" from \"[^\"]*file.yaml\": no "
					      "matches for kind \"Other\"");
	screen_expect_row(place.play->screen, "^ensure CRDs are installed first");
	screen_expect_row(place.play->screen, "^widget.example.com/four created");
	assert_int_equal(server_count(place.play->server,
				 "POST /apis/example.com/v1/namespaces/default/widgets?"
				 "fieldManager=crwatch&fieldValidation=Ignore"),
		1);
	assert_int_equal(
		server_count(place.play->server, "POST /apis/example.com/v2/namespaces/b/widgets?"),
		1);
	assert_int_equal(RUN(&place, "create", "-n", "c", "-f", path), 1);
	play_expect(place.play, "the namespace from the provided object \"b\" does not match");
	/* only kinds are read for all of that, and whether they are served in that version */
	assert_int_equal(server_count(place.play->server, "GET /apis/example.com/v2"), 2);
	assert_int_equal(server_count(place.play->server, "GET /apis/example.com/"), 2);
	drop_file(path);
	place_release(&place);
}

/* Without a version in the object, that of what is there now. */
static void test_replace(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PUT", BLUE "$", 0, 200, OBJECT);
	path = file_with(&place,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
		"\"metadata\":{\"name\":\"blue\",\"namespace\":\"a\"},\"spec\":{" ODD "}}");
	assert_int_equal(RUN(&place, "replace", "-f", path, "--dry-run=server"), 0);
	play_expect(place.play, "widget.example.com/blue replaced (server dry run)");
	expect_sent(&place, "PUT " BLUE "?dryRun=All&fieldManager=crwatch&fieldValidation=Strict",
		1,
		"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\",\"name\":\"blue\","
		"\"namespace\":\"a\"},\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"spec\":{" ODD
		"}}");
	drop_file(path);
	place_release(&place);
}

static void test_scale_if(void **state)
{
	struct place place;

	place_init(&place, state);
	answer(&place, "GET", BLUE "/scale$", 0, 200,
		"{\"kind\":\"Scale\",\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},"
		"\"spec\":{\"replicas\":2}}");
	answer(&place, "PATCH", BLUE "/scale$", 0, 200, OBJECT);
	assert_int_equal(RUN(&place, "scale", "widget", "blue", "-n", "a", "--replicas=3",
				 "--current-replicas=1"),
		1);
	play_expect(place.play, "Expected replicas to be 1, was 2");
	assert_int_equal(RUN(&place, "scale", "widget", "blue", "-n", "a", "--replicas=3",
				 "--current-replicas=2"),
		0);
	play_expect(place.play, "widget.example.com/blue scaled");
	expect_sent(&place, "PATCH " BLUE "/scale", 1,
		"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\"},\"spec\":{\"replicas\":3}}");
	place_release(&place);
}

static void test_deletions(void **state)
{
	struct place place;

	place_init(&place, state);
	answer(&place, NULL, BLUE "$", 0, 200,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"blue\","
		"\"uid\":\"u1\",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\","
		"\"finalizers\":[\"a/b\",\"c\\u001b\"]}}");
	assert_int_equal(RUN(&place, "delete", "widget/nosuch", "widget/blue", "-n", "a",
				 "--grace-period=0", "--cascade=orphan"),
		1);
	play_expect(place.play, "Error from server (NotFound)");
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
	play_expect(place.play, "\"blue\" is there until its finalizers are removed: a/b, c^[");
	assert_int_equal(server_count(place.play->server, "DELETE "), 1);
	place_release(&place);
}

#define WIDGET(version, name)                                                                      \
	"---\n{apiVersion: example.com/" version ", kind: Widget, metadata: {name: " name "}}\n"
#define MADE "/apis/example.com/v1/namespaces/default/widgets"

/* A version that is not served, a file that is none and a document without a kind are
 * told by the file's name, and the other documents go. */
static void test_failing_documents(void **state)
{
	struct place place;
	char *path, *broken;

	place_init(&place, state);
	path = file_with(&place, WIDGET("v9", "one") "---\n{metadata: {name: two}}\n" WIDGET(
					 "v1", "three") WIDGET("v1", "four"));
	broken = mem_printf("%s/broken.yaml", place.dir);
	assert_int_equal(file_replace(broken, STR("a: ["), 0600, NULL), 0);
	answer(&place, "POST", MADE "$", 0, 201, OBJECT);
	answer(&place, "POST", MADE "$", 1, 403, FAILURE("403", "Forbidden", ""));
	assert_int_equal(RUN(&place, "create", "-f", broken, "-f", path), 1);
	screen_expect_row(place.play->screen, "^widget.example.com/four created");
	screen_expect_row(place.play->screen, "^error parsing [^\"]*broken.yaml: ");
	play_expect(place.play, "no matches for kind \"Widget\" in version \"example.com/v");
	screen_expect_row(place.play->screen,
		"^unable to decode \"[^\"]*file.yaml\": Object 'Kind' is missing");
	screen_expect_row(place.play->screen,
		"^Error from server \\(Forbidden\\): error when creating \"[^\"]*file.yaml\": ");
	/* a single one is an error */
	free(file_with(&place, WIDGET("v9", "one")));
	assert_int_equal(RUN(&place, "apply", "-f", path), 1);
	screen_expect_row(
		place.play->screen, "^error: resource mapping not found for name: \"one\"");
	/* where a path is wrong nothing is done */
	free(file_with(&place, WIDGET("v1", "five")));
	assert_int_equal(RUN(&place, "create", "-f", path, "-f", "/no/such"), 1);
	play_expect(place.play, "error: the path \"/no/such\" does not exist");
	assert_int_equal(server_count(place.play->server, "POST "), 2);
	drop_file(broken);
	drop_file(path);
	place_release(&place);
}

static void put_file(const char *dir, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);

	assert_int_equal(file_replace(path, str_of(text), 0600, NULL), 0);
	free(path);
}

static void drop(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);

	assert_int_equal(remove(path), 0);
	free(path);
}

/* What the count-th creation says. */
static void expect_made(struct place *place, size_t count, const char *name)
{
	size_t number = server_wait(place->play->server, "POST " MADE, count);
	char *body = server_body(place->play->server, number);

	assert_non_null(strstr(body, name));
	free(body);
}

/* A directory's files in the order of their names, with -R also those below. */
static void test_directories(void **state)
{
	struct place place;
	char *dir;

	place_init(&place, state);
	dir = mem_printf("%s/d", place.dir);
	put_file(dir, "b.yml", WIDGET("v1", "bb"));
	put_file(dir, "a.yaml", WIDGET("v1", "aa"));
	put_file(dir, "c.json",
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
		"\"metadata\":{\"name\":\"cc\"}}");
	put_file(dir, "notes.txt", "no manifest");
	put_file(dir, "aside/x.yaml", WIDGET("v1", "xx"));
	answer(&place, "POST", MADE "$", 0, 201, OBJECT);
	assert_int_equal(RUN(&place, "create", "-f", dir), 0);
	expect_made(&place, 1, "\"aa\"");
	expect_made(&place, 2, "\"bb\"");
	expect_made(&place, 3, "\"cc\"");
	assert_int_equal(server_count(place.play->server, "POST "), 3);
	assert_int_equal(RUN(&place, "create", "-R", "-f", dir), 0);
	expect_made(&place, 4, "\"aa\"");
	expect_made(&place, 5, "\"xx\"");
	assert_int_equal(server_count(place.play->server, "POST "), 7);
	drop(dir, "aside/x.yaml");
	drop(dir, "a.yaml");
	drop(dir, "b.yml");
	drop(dir, "c.json");
	assert_int_equal(RUN(&place, "create", "-f", dir), 1);
	play_expect(place.play, "/d]: recognized file extensions are [.json .yaml .yml]");
	drop(dir, "notes.txt");
	drop(dir, "aside");
	drop(place.dir, "d");
	free(dir);
	place_release(&place);
}

/* -o yaml is the object, not its Scale. */
static void test_scaled_object(void **state)
{
	struct place place;

	place_init(&place, state);
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "PATCH", BLUE "/scale$", 0, 200, "{\"kind\":\"Scale\"}");
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

/* ---- deletions ---- */

#define SUCCESS "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}"
#define OPTIONS_OF(uid)                                                                            \
	"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":"                 \
	"\"Background\",\"preconditions\":{\"uid\":\"" uid "\"}}"
#define SOME(more, name, uid)                                                                      \
	"{\"kind\":\"WidgetList\",\"metadata\":{" more "},\"items\":[{\"metadata\":{"              \
	"\"namespace\":\"a\",\"name\":\"" name "\",\"uid\":\"" uid "\"}}]}"
#define WIDGETS "/apis/example.com/v1/namespaces/a/widgets"
#define LIST	"GET " WIDGETS "?limit=500"

static void page(struct place *place, const char *query, const char *body)
{
	struct server_route route = {
		.method = "GET", .path = WIDGETS "$", .query = query, .answer = { .body = body }
	};

	server_route(place->play->server, &route);
}

/* All pages are read before anything goes, each object by the uid that it had there. */
static void test_selected(void **state)
{
	struct place place;

	place_init(&place, state);
	page(&place, "limit=500", SOME("\"continue\":\"n+1\"", "red", "u1"));
	page(&place, "continue=n%2B1", SOME("", "blue", "u2"));
	answer(&place, "DELETE", WIDGETS "/red$", 0, 200, SUCCESS);
	answer(&place, "DELETE", BLUE "$", 0, 200, SUCCESS);
	assert_int_equal(RUN(&place, "delete", "widget", "-l", "x in (y)", "-n", "a"), 0);
	screen_expect_row(
		place.play->screen, "^widget.example.com \"red\" deleted from a namespace");
	screen_expect_row(
		place.play->screen, "^widget.example.com \"blue\" deleted from a namespace");
	assert_int_equal(
		server_count(place.play->server, LIST "&labelSelector=x%20in%20%28y%29"), 2);
	expect_sent(&place, "DELETE " WIDGETS "/red", 1, OPTIONS_OF("u1"));
	expect_sent(&place, "DELETE " BLUE, 1, OPTIONS_OF("u2"));
	/* what is gone by then is no error, unless it is said to be one */
	page(&place, "limit=500", SOME("", "green", "u3"));
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 0);
	assert_int_equal(server_count(place.play->server, LIST "&labelSelector"), 2);
	assert_int_equal(
		RUN(&place, "delete", "widget", "--all", "-n", "a", "--ignore-not-found=false"), 1);
	play_expect(place.play, "Error from server (NotFound)");
	page(&place, "limit=500", "{\"kind\":\"WidgetList\",\"items\":[]}");
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 0);
	screen_expect_row(place.play->screen, "^No resources found");
	place_release(&place);
}

static void test_not_found(void **state)
{
	struct place place;

	place_init(&place, state);
	assert_int_equal(RUN(&place, "delete", "widget", "nosuch", "--ignore-not-found"), 0);
	screen_expect_not(place.play->screen, "found");
	assert_int_equal(RUN(&place, "delete", "widget", "nosuch"), 1);
	play_expect(place.play, "Error from server (NotFound)");
	place_release(&place);
}

static void test_deleted_by_file(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	path = file_with(&place,
		"apiVersion: example.com/v1\nkind: Widget\n"
		"metadata: {name: blue, namespace: a, labels: {x: yes1}}\n" WIDGET("v1", "nosuch"));
	answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	answer(&place, "DELETE", BLUE "$", 0, 200, SUCCESS);
	assert_int_equal(RUN(&place, "delete", "-f", path), 1);
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
	play_expect(
		place.play, "Error from server (NotFound): error when deleting \"/tmp/changing-");
	expect_sent(&place, "DELETE " BLUE, 1, OPTIONS_OF("u1"));
	assert_int_equal(RUN(&place, "delete", "-f", path, "-l", "x=yes1"), 0);
	assert_int_equal(RUN(&place, "delete", "-f", path, "-l", "x=no1"), 0);
	play_expect(place.play, "No resources found");
	assert_int_equal(server_count(place.play->server, "DELETE "), 2);
	drop_file(path);
	place_release(&place);
}

#define STAYS                                                                                      \
	"{\"kind\":\"Widget\",\"metadata\":{\"name\":\"blue\",\"uid\":\"u1\","                     \
	"\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"}}"

/* Until nothing is there, or another object. */
static void test_waited_for(void **state)
{
	static const char another[] = "{\"metadata\":{\"name\":\"blue\",\"uid\":\"u2\"}}";
	struct place place;

	place_init(&place, state);
	answer(&place, "DELETE", BLUE "$", 0, 200, STAYS);
	answer(&place, "GET", BLUE "$", 2, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 0);
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 3);
	/* a server that is busy, somebody else's object */
	answer(&place, "GET", BLUE "$", 0, 200, another);
	answer(&place, "GET", BLUE "$", 1, 503, FAILURE("503", "ServiceUnavailable", ""));
	answer(&place, "GET", BLUE "$", 1, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 0);
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 6);
	/* who may not read does not wait */
	answer(&place, "GET", BLUE "$", 0, 403, FAILURE("403", "Forbidden", ""));
	answer(&place, "GET", BLUE "$", 1, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 0);
	answer(&place, "GET", BLUE "$", 0, 200, STAYS);
	assert_int_equal(
		RUN(&place, "delete", "widget", "blue", "-n", "a", "--timeout", "100ms"), 1);
	play_expect(place.play, "error: timed out waiting for the condition on widgets/blue");
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a", "--wait=false"), 0);
	place_release(&place);
}

static void test_wait_is_interrupted(void **state)
{
	static const char *const args[] = { "delete", "widget", "blue", "-n", "a", NULL };
	struct place place;

	place_init(&place, state);
	answer(&place, NULL, BLUE "$", 0, 200, STAYS);
	play_start(place.play, 40, 150, &(struct screen_options){ .args = args });
	assert_int_not_equal(server_wait(place.play->server, "GET " BLUE, 3), 0);
	assert_int_equal(screen_kill(place.play->screen, SIGINT), 128 + SIGINT);
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
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
		play_test(test_case_63_apply_conflict),
		play_test(test_case_63_subresources),
		play_test(test_no_answer),
		play_test(test_warnings),
		play_test(test_patches),
		play_test(test_interrupted),
		play_test(test_stopped_editor),
		play_test(test_readonly),
		play_test(test_usage),
		play_test(test_files),
		play_test(test_replace),
		play_test(test_scale_if),
		play_test(test_deletions),
		play_test(test_failing_documents),
		play_test(test_directories),
		play_test(test_scaled_object),
		play_test(test_selected),
		play_test(test_not_found),
		play_test(test_deleted_by_file),
		play_test(test_waited_for),
		play_test(test_wait_is_interrupted),
	};

	return cmocka_run_group_tests_name("changing", tests, NULL, NULL);
}
