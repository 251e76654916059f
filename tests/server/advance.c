/*
 * Both ends of the clock's socket are in this process. State: the descriptor.
 */
#include "advance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"

static int hand = -1;

static void must(int ok)
{
	if (!ok) {
		fputs("advance: the clock does not answer\n", stderr);
		abort();
	}
}

void advance_init(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/crwatch-clock-XXXXXX";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd >= 0 && mkdtemp(dir));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/s", dir);
	must(bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 && listen(fd, 1) == 0);
	setenv("CRWATCH_CLOCK", addr.sun_path, 1);
	must(clock_init(NULL) == 0);
	unsetenv("CRWATCH_CLOCK");
	hand = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	must(hand >= 0);
	close(fd);
	unlink(addr.sun_path);
	rmdir(dir);
}

void advance_release(void)
{
	clock_release();
	close(hand);
	hand = -1;
}

static void command(const char *word, int64_t value)
{
	char line[64], answer[8];
	int n = snprintf(line, sizeof(line), "%s %" PRId64 "\n", word, value);

	must(send(hand, line, (size_t)n, MSG_NOSIGNAL) == n);
	must(recv(hand, answer, sizeof(answer), MSG_WAITALL) == (ssize_t)sizeof(answer));
	must(!memcmp(answer, "settled\n", sizeof(answer)));
}

void advance(int64_t ns)
{
	command("advance", ns);
}

void advance_wall(int64_t ns)
{
	command("wall", clock_wall() + ns);
}
