/*
 * Copying and saving: what the terminal is given, what a program is, and files.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "screen/play.h"

struct folder {
	char path[32];
};

static void folder_init(struct folder *folder)
{
	strcpy(folder->path, "/tmp/crwatch-copy-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
}

static char *path_in(const struct folder *folder, const char *name)
{
	return mem_printf("%s/%s", folder->path, name);
}

static void folder_release(const struct folder *folder, const char *const *names)
{
	for (; *names; names++) {
		char *path = path_in(folder, *names);

		unlink(path);
		free(path);
	}
	assert_int_equal(rmdir(folder->path), 0);
}

static void write_text(const struct folder *folder, const char *name, const char *text, mode_t mode)
{
	char *path = path_in(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

/* What the file holds, or "". */
static void read_text(const struct folder *folder, const char *name, struct buf *out)
{
	char *path = path_in(folder, name), bytes[4096];
	FILE *file = fopen(path, "r");
	size_t n;

	buf_reset(out);
	while (file && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(out, bytes, n);
	if (file)
		fclose(file);
	free(path);
}

static void start(struct play *play, const char *const *env)
{
	struct screen_options options = { .clock = true, .env = env };

	play_start(play, 40, 130, &options);
	screen_expect_row(play->screen, "Widget +3");
	play_type(play, ":wid\rqlj");
	play_expect(play, "Widget a/blue");
}

static const char *const by_terminal[] = { "CRWATCH_CLIPBOARD=osc52", NULL };

static bool was_told(struct play *play, const char *text)
{
	struct buf expected = BUF_INIT(1 << 20);
	const char *output;
	size_t n;
	bool found;

	buf_addz(&expected, "\033]52;c;");
	base64_encode(str_of(text), &expected);
	buf_addc(&expected, '\a');
	output = screen_output(play->screen, &n);
	found = memmem(output, n, expected.data, expected.len);
	buf_release(&expected);
	return found;
}

static void test_terminal(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	start(play, by_terminal);
	play_type(play, "c");
	play_expect(play, "name copied by the terminal (OSC 52), 4 bytes");
	assert_true(was_told(play, "blue"));
	play_type(play, "n");
	play_expect(play, "namespace copied by the terminal (OSC 52), 1 byte");
	assert_true(was_told(play, "a"));
	play_type(play, "Y");
	play_expect(play, "YAML copied by the terminal (OSC 52)");
	play_type(play, "kc");
	play_expect(play, "there is no object under the cursor");
	play_finish(play);
}

static void test_too_large(void **state)
{
	struct play *play = *state;
	struct buf rest = BUF_INIT(1 << 20);

	play_open(play, NULL);
	buf_addz(&rest, "\"spec\":{\"note\":\"");
	for (int i = 0; i < 80000; i++)
		buf_addc(&rest, 'x');
	buf_addz(&rest, "\"}");
	play_put(play->widgets, "a", "blue", NULL, buf_text(&rest));
	buf_release(&rest);
	start(play, by_terminal);
	play_type(play, "Y");
	play_expect(play, "too many for the terminal's clipboard: ctrl-s saves them");
	play_finish(play);
}

static void test_off(void **state)
{
	static const char *const off[] = { "CRWATCH_CLIPBOARD=off", NULL };
	struct play *play = *state;

	play_open(play, NULL);
	start(play, off);
	play_type(play, "c");
	play_expect(play, "not copied: CRWATCH_CLIPBOARD is off");
	play_finish(play);
}

struct awaited {
	const struct folder *folder;
	const char *name, *text;
};

static bool holds(struct screen *screen, void *arg)
{
	const struct awaited *a = arg;
	struct buf now = BUF_INIT(1 << 20);
	bool same;

	(void)screen;
	read_text(a->folder, a->name, &now);
	same = !strcmp(buf_text(&now), a->text);
	buf_release(&now);
	return same;
}

static void test_program(void **state, const char *program, const char *display, const char *args)
{
	static const char *const names[] = { "tmux", "xclip", "wl-copy", "got", "args", NULL };
	struct play *play = *state;
	struct folder folder;
	struct awaited awaited = { &folder, "got", "blue" };
	struct buf got = BUF_INIT(1000);
	char *path, *script, *said;
	const char *env[] = { NULL, display, "CRWATCH_CLIPBOARD=", NULL };

	folder_init(&folder);
	script =
		mem_printf("#!/bin/sh\necho \"$@\" > %s/args\ncat > %s/.got && mv %s/.got %s/got\n",
			folder.path, folder.path, folder.path, folder.path);
	write_text(&folder, program, script, 0755);
	env[0] = path = mem_printf("PATH=%s:%s", folder.path, getenv("PATH"));
	play_open(play, NULL);
	start(play, env);
	play_type(play, "c");
	said = mem_printf("name copied by %s, 4 bytes", program);
	play_expect(play, said);
	screen_expect_that(play->screen, holds, &awaited, "the text in the program's hands");
	read_text(&folder, "args", &got);
	assert_string_equal(buf_text(&got), args);
	play_finish(play);
	buf_release(&got);
	free(path);
	free(script);
	free(said);
	folder_release(&folder, names);
}

static void test_tmux(void **state)
{
	test_program(state, "tmux", "TMUX=/nowhere,1,0", "load-buffer -w -\n");
}

static void test_xclip(void **state)
{
	test_program(state, "xclip", "DISPLAY=:99", "-selection clipboard -in\n");
}

static void test_wayland(void **state)
{
	test_program(state, "wl-copy", "WAYLAND_DISPLAY=wayland-9", "\n");
}

static bool has_failed(struct screen *screen, void *arg)
{
	(void)arg;
	screen_advance(screen, PLAY_S);
	return screen_contains(screen, "tmux has failed: not copied");
}

static void test_failing_program(void **state)
{
	static const char *const names[] = { "tmux", NULL };
	struct play *play = *state;
	struct folder folder;
	char *path;
	const char *env[] = { NULL, "TMUX=/nowhere,1,0", NULL };

	folder_init(&folder);
	write_text(&folder, "tmux", "#!/bin/sh\nexit 3\n", 0755);
	env[0] = path = mem_printf("PATH=%s:%s", folder.path, getenv("PATH"));
	play_open(play, NULL);
	start(play, env);
	play_type(play, "c");
	screen_expect_that(play->screen, has_failed, NULL, "that it failed");
	play_finish(play);
	free(path);
	folder_release(&folder, names);
}

static void save_as(struct play *play, const struct folder *folder, const char *name)
{
	char *path = path_in(folder, name);

	play_type(play, "\023");
	play_expect(play, "save as: widget-a-blue.yaml");
	play_type(play, "\025");
	play_type(play, path);
	play_type(play, "\r");
	free(path);
}

static mode_t mode_of(const struct folder *folder, const char *name)
{
	char *path = path_in(folder, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	free(path);
	return st.st_mode & 0777;
}

static void test_saving(void **state)
{
	static const char *const names[] = { "x.yaml", NULL };
	struct play *play = *state;
	struct folder folder;
	struct buf got = BUF_INIT(1 << 20);

	folder_init(&folder);
	play_open(play, NULL);
	start(play, NULL);
	save_as(play, &folder, "x.yaml");
	play_expect(play, "bytes saved in /tmp/crwatch-copy-");
	read_text(&folder, "x.yaml", &got);
	assert_true(str_starts(buf_str(&got), STR("apiVersion: example.com/v1\nkind: Widget\n")));
	assert_int_equal(mode_of(&folder, "x.yaml"), 0600);
	/* what is there is kept unless it is to be replaced */
	write_text(&folder, "x.yaml", "mine", 0600);
	save_as(play, &folder, "x.yaml");
	play_expect(play, "it exists: replace it? y/n");
	play_type(play, "n");
	screen_expect_not(play->screen, "replace it?");
	read_text(&folder, "x.yaml", &got);
	assert_string_equal(buf_text(&got), "mine");
	save_as(play, &folder, "x.yaml");
	play_expect(play, "it exists: replace it? y/n");
	play_type(play, "y");
	play_expect(play, "bytes saved in /tmp/crwatch-copy-");
	read_text(&folder, "x.yaml", &got);
	assert_true(str_starts(buf_str(&got), STR("apiVersion:")));
	save_as(play, &folder, "no/such/place.yaml");
	play_expect(play, "No such file or directory");
	play_type(play, "\023");
	play_esc(play, "save as:");
	play_finish(play);
	buf_release(&got);
	folder_release(&folder, names);
}

static bool are_marked(struct screen *screen, void *arg)
{
	(void)arg;
	return screen_find_row(screen, "1,001 marked") >= 0 ||
	       screen_find_row(screen, "1001 marked") >= 0;
}

/* Many that are marked, or large ones, are not all made into text at once. */
static void test_too_many(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_fill(play->gadgets, "z", "many", 1000); /* and the one that is there */
	play_start(play, 40, 130, NULL);
	screen_expect_row(play->screen, "Gadget +1,?001");
	play_type(play, ":gad\r");
	play_expect(play, "many-00001");
	play_type(play, "g G");
	screen_send(play->screen, "", 1);
	screen_expect_that(play->screen, are_marked, NULL, "all are marked");
	play_type(play, "Y");
	play_expect(play, "no more than 1,000 can be had as YAML at once");
	play_type(play, "\023");
	play_expect(play, "no more than 1,000 can be had as YAML at once");
	play_finish(play);
}

static void test_too_much(void **state)
{
	struct play *play = *state;
	struct buf rest = BUF_INIT((size_t)16 << 20);
	char name[8] = "big-0";

	play_open(play, NULL);
	buf_addz(&rest, "\"spec\":{\"note\":\"");
	for (int i = 0; i < 6000000; i++)
		buf_addc(&rest, 'x');
	buf_addz(&rest, "\"}");
	for (; name[4] < '3'; name[4]++)
		play_put(play->gadgets, "z", name, NULL, buf_text(&rest));
	buf_release(&rest);
	play_start(play, 40, 130, NULL);
	screen_expect_row(play->screen, "Gadget +4");
	play_type(play, ":gad\r");
	play_expect(play, "big-2");
	play_type(play, "g G");
	screen_send(play->screen, "", 1);
	play_expect(play, "4 marked");
	play_type(play, "Y");
	play_expect(play, "together they are larger than 16 MiB");
	play_finish(play);
}

/* What is no file is not replaced by one. */
static void test_saving_to_a_pipe(void **state)
{
	static const char *const names[] = { "pipe", NULL };
	struct play *play = *state;
	struct folder folder;
	struct stat st;
	char *path;

	folder_init(&folder);
	path = path_in(&folder, "pipe");
	assert_int_equal(mkfifo(path, 0600), 0);
	play_open(play, NULL);
	start(play, NULL);
	save_as(play, &folder, "pipe");
	play_expect(play, "it exists: replace it? y/n");
	play_type(play, "y");
	play_expect(play, "it is no regular file");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	play_finish(play);
	free(path);
	folder_release(&folder, names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_terminal),
		play_test(test_too_large),
		play_test(test_too_many),
		play_test(test_too_much),
		play_test(test_off),
		play_test(test_tmux),
		play_test(test_xclip),
		play_test(test_wayland),
		play_test(test_failing_program),
		play_test(test_saving),
		play_test(test_saving_to_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
