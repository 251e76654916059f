/*
 * The embedded cluster behind the browser: it opens without anything, plays its
 * story, and leaves nothing behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "screen/harness.h"

#define SECOND INT64_C(1000000000)

/* A place for temporary files that only this test uses. */
struct place {
	char dir[32];
	char *tmp, *runtime;
	const char *env[3];
};

static int set_up(void **state)
{
	struct place *place = mem_zalloc(sizeof(*place));

	memcpy(place->dir, "/tmp/crwatch-place-XXXXXX", sizeof("/tmp/crwatch-place-XXXXXX"));
	assert_non_null(mkdtemp(place->dir));
	place->tmp = mem_printf("TMPDIR=%s", place->dir);
	place->runtime = mem_printf("XDG_RUNTIME_DIR=%s", place->dir);
	place->env[0] = place->tmp;
	place->env[1] = place->runtime;
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	rmdir(place->dir);
	free(place->tmp);
	free(place->runtime);
	free(place);
	return 0;
}

/* The one entry of a directory as a path, on the heap; NULL when it is empty. */
static char *only_entry(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *found = NULL;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		assert_null(found);
		found = mem_printf("%s/%s", path, entry->d_name);
	}
	closedir(dir);
	return found;
}

static struct screen *start(const struct place *place, bool clock)
{
	static const char *const args[] = { "--demo", NULL };
	struct screen *screen = screen_start(&(struct screen_options){
		.rows = 40, .cols = 120, .args = args, .env = place->env, .clock = clock });

	screen_expect(screen, "live");
	screen_expect(screen, "lumenfold.example");
	return screen;
}

static void test_nobody_else_gets_in(void **state)
{
	const struct place *place = *state;
	struct screen *screen = start(place, false);
	char *dir = only_entry(place->dir), *socket_path;
	struct stat st;

	assert_non_null(dir);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	socket_path = only_entry(dir);
	assert_int_equal(stat(socket_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	screen_type(screen, ":q\r");
	assert_int_equal(screen_wait_exit(screen), 0);
	assert_null(only_entry(place->dir));
	screen_free(screen);
	free(socket_path);
	free(dir);
}

static void test_signals_leave_nothing(void **state)
{
	const struct place *place = *state;
	struct screen *screen = start(place, false);

	assert_int_equal(screen_kill(screen, SIGTERM), 128 + SIGTERM);
	assert_null(only_entry(place->dir));
	screen_free(screen);
	screen = start(place, false);
	screen_hang_up(screen);
	screen_wait_exit(screen);
	assert_null(only_entry(place->dir));
	screen_free(screen);
}

static void test_two_at_once(void **state)
{
	const struct place *place = *state;
	struct screen *one = start(place, false);
	struct screen *two = start(place, false);

	screen_type(one, ":q\r");
	assert_int_equal(screen_wait_exit(one), 0);
	screen_type(two, ":widgets\r");
	screen_expect(two, "no such command or kind");
	screen_type(two, ":q\r");
	assert_int_equal(screen_wait_exit(two), 0);
	assert_null(only_entry(place->dir));
	screen_free(one);
	screen_free(two);
}

static void test_a_port_that_is_taken(void **state)
{
	const struct place *place = *state;
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char listen_on[32];
	const char *const args[] = { "demo-server", "--listen", listen_on, NULL };
	struct screen *screen;

	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	snprintf(listen_on, sizeof(listen_on), "127.0.0.1:%d", ntohs(addr.sin_port));
	screen = screen_start(&(struct screen_options){
		.rows = 24, .cols = 100, .args = args, .env = place->env });
	screen_expect(screen, "cannot listen on 127.0.0.1:");
	screen_expect(screen, "Address already in use");
	assert_int_equal(screen_wait_exit(screen), 1);
	screen_free(screen);
	close(fd);
}

static void play(struct screen *screen, int seconds)
{
	for (int i = 0; i < seconds; i++)
		screen_advance(screen, SECOND);
}

/* The kinds that are there, by what the tree says when it is filtered. */
static void test_the_story(void **state)
{
	struct screen *screen = start(*state, true);

	screen_expect_row(screen, "44 kinds +3[0-9][0-9] objects|44 kinds +4[0-9][0-9] objects");
	screen_type(screen, ":vaultentry\rq");
	screen_expect_row(screen, "VaultEntry .*forbidden");
	screen_type(screen, ":ledgeraccount\rq");
	screen_expect_row(screen, "LedgerAccount .*failing");
	play(screen, 30);
	screen_type(screen, ":certificate\rql");
	screen_expect_row(screen, "✗ payments  pay-gateway-tls .*False");
	/* and why: what Kubernetes Events say, at the object */
	screen_type(screen, "/pay-gateway-tls False\r");
	screen_expect(screen, "2 matches");
	screen_type(screen, ":certificate\rqhj");
	screen_expect(screen, "Certificate…ateway-tls   [yaml] describe");
	screen_type(screen, ":events\r");
	screen_expect(screen, "m noise");
	screen_type(screen, "f");
	screen_expect(screen, "events: Certificate payments/pay-gateway-tls");
	screen_expect(screen, "Warning   Certificate  Failed: The request failed: "
			      "ClusterIssuer \"public-ca");
	/* who did it is said on a narrow screen, too, and that something was cut */
	screen_resize(screen, 24, 80);
	screen_type(screen, "g");
	screen_expect_row(screen, "MODIFIED  Certificate  \\.spec.*…  kubectl-edit *$");
	screen_resize(screen, 40, 120);
	screen_expect_row(screen, "public-ca → public-ca-staging");
	screen_type(screen, "fff");
	screen_expect(screen, "events: all kinds");
	play(screen, 45);
	screen_expect_row(screen, "45 kinds");
	screen_type(screen, ":q\r");
	assert_int_equal(screen_wait_exit(screen), 0);
	screen_free(screen);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_nobody_else_gets_in),
		TEST(test_signals_leave_nothing),
		TEST(test_two_at_once),
		TEST(test_a_port_that_is_taken),
		TEST(test_the_story),
	};

	return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
