/*
 * crwatch create, replace and apply: files, directories, and what fails in them.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "screen/place.h"

#define WIDGET(version, name)                                                                      \
	"---\n{apiVersion: example.com/" version ", kind: Widget, metadata: {name: " name "}}\n"
#define MADE "/apis/example.com/v1/namespaces/default/widgets"

/* Several documents, a list among them; what fails does not keep the others. */
static void test_files(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	path = place_file(&place,
		"apiVersion: v1\nkind: List\nitems:\n"
		"- {apiVersion: example.com/v1, kind: Widget, metadata: {name: one}}\n"
		"- {apiVersion: apps/v1, kind: Deployment, metadata: {name: two}}\n---\n"
		"{apiVersion: other.com/v1, kind: Other, metadata: {name: three}}\n---\n"
		"apiVersion: example.com/v2\nkind: Widget\nmetadata: {name: four, namespace: b}\n");
	place_answer(&place, "POST", "/apis/example.com/", 0, 201, OBJECT);
	place_answer(&place, "GET", "/apis/example.com/v2$", 0, 200,
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
	place_drop(path);
	place_release(&place);
}

/* Without a version in the object, that of what is there now. */
static void test_replace(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "PUT", BLUE "$", 0, 200, OBJECT);
	path = place_file(&place,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
		"\"metadata\":{\"name\":\"blue\",\"namespace\":\"a\"},\"spec\":{" ODD "}}");
	assert_int_equal(RUN(&place, "replace", "-f", path, "--dry-run=server"), 0);
	play_expect(place.play, "widget.example.com/blue replaced (server dry run)");
	place_expect_sent(&place,
		"PUT " BLUE "?dryRun=All&fieldManager=crwatch&fieldValidation=Strict", 1,
		"{\"metadata\":{\"uid\":\"u1\",\"resourceVersion\":\"5\",\"name\":\"blue\","
		"\"namespace\":\"a\"},\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"spec\":{" ODD
		"}}");
	/* what it is not said to be is left alone */
	place_answer(&place, "GET", BLUE "$", 0, 200, "{\"metadata\":{\"name\":\"blue\"}}");
	assert_int_equal(RUN(&place, "replace", "-f", path), 1);
	play_expect(place.play, "error: the server does not say the uid of \"blue\"");
	assert_int_equal(server_count(place.play->server, "PUT "), 1);
	place_drop(path);
	place_release(&place);
}

/* A version that is not served, a file that is none and a document without a kind are
 * told by the file's name, and the other documents go. */
static void test_failing_documents(void **state)
{
	struct place place;
	char *path, *broken;

	place_init(&place, state);
	path = place_file(&place, WIDGET("v9", "one") "---\n{metadata: {name: two}}\n" WIDGET(
					  "v1", "three") WIDGET("v1", "four"));
	broken = mem_printf("%s/broken.yaml", place.dir);
	assert_int_equal(file_replace(broken, STR("a: ["), 0600, NULL), 0);
	place_answer(&place, "POST", MADE "$", 0, 201, OBJECT);
	place_answer(&place, "POST", MADE "$", 1, 403, FAILURE("403", "Forbidden", ""));
	assert_int_equal(RUN(&place, "create", "-f", broken, "-f", path), 1);
	screen_expect_row(place.play->screen, "^widget.example.com/four created");
	screen_expect_row(place.play->screen, "^error parsing [^\"]*broken.yaml: ");
	play_expect(place.play, "no matches for kind \"Widget\" in version \"example.com/v");
	screen_expect_row(place.play->screen,
		"^unable to decode \"[^\"]*file.yaml\": Object 'Kind' is missing");
	screen_expect_row(place.play->screen,
		"^Error from server \\(Forbidden\\): error when creating \"[^\"]*file.yaml\": ");
	/* a single one is an error */
	free(place_file(&place, WIDGET("v9", "one")));
	assert_int_equal(RUN(&place, "apply", "-f", path), 1);
	screen_expect_row(
		place.play->screen, "^error: resource mapping not found for name: \"one\"");
	/* where a path is wrong nothing is done */
	free(place_file(&place, WIDGET("v1", "five")));
	assert_int_equal(RUN(&place, "create", "-f", path, "-f", "/no/such"), 1);
	play_expect(place.play, "error: the path \"/no/such\" does not exist");
	assert_int_equal(server_count(place.play->server, "POST "), 2);
	place_drop(broken);
	place_drop(path);
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
	place_answer(&place, "POST", MADE "$", 0, 201, OBJECT);
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

struct pipe_end {
	const char *path;
	int fd;
};

/* Somebody reads it: only then it can be opened for writing without waiting. */
static bool pipe_is_open(struct screen *screen, void *arg)
{
	struct pipe_end *end = arg;

	(void)screen;
	end->fd = open(end->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return end->fd >= 0;
}

static void start_reading(struct place *place, const char *path)
{
	const char *const args[] = { "create", "-f", path, NULL };

	screen_free(place->play->screen);
	play_start(place->play, 40, 150, &(struct screen_options){ .args = args });
}

/* A pipe is waited for as long as it takes, or until a signal. */
static void test_pipe(void **state)
{
	static const char first[] = "apiVersion: example.com/v1\nkind: Wid",
			  second[] = "get\nmetadata: {name: piped}\n";
	struct pipe_end end = { NULL, -1 };
	struct place place;
	char *path;

	place_init(&place, state);
	place_answer(&place, "POST", MADE "$", 0, 201, OBJECT);
	end.path = path = mem_printf("%s/pipe", place.dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	/* nobody is at the other end */
	start_reading(&place, path);
	assert_int_not_equal(server_wait(place.play->server, "GET " PLAY_CRDS, 1), 0);
	assert_int_equal(screen_kill(place.play->screen, SIGINT), 128 + SIGINT);
	/* somebody is and says nothing */
	start_reading(&place, path);
	screen_expect_that(place.play->screen, pipe_is_open, &end, "the pipe is read");
	assert_int_equal(screen_kill(place.play->screen, SIGINT), 128 + SIGINT);
	close(end.fd);
	start_reading(&place, path);
	screen_expect_that(place.play->screen, pipe_is_open, &end, "the pipe is read");
	assert_int_equal(write(end.fd, first, strlen(first)), strlen(first));
	assert_int_equal(write(end.fd, second, strlen(second)), strlen(second));
	close(end.fd);
	assert_int_equal(screen_wait_exit(place.play->screen), 0);
	expect_made(&place, 1, "\"piped\"");
	place_drop(path);
	/* errors name the path */
	assert_int_equal(RUN(&place, "patch", "widget", "blue", "--patch-file", place.dir), 1);
	play_expect(place.play, "/tmp/changing-");
	play_expect(place.play, ": Is a directory");
	place_release(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_files),
		play_test(test_replace),
		play_test(test_failing_documents),
		play_test(test_directories),
		play_test(test_pipe),
	};

	return cmocka_run_group_tests_name("manifests", tests, NULL, NULL);
}
