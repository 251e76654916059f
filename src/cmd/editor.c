#include "cmd/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static int io_error(const char *path, struct error *err)
{
	return error_set(err, ERROR_IO, "%s: %s", path, strerror(errno));
}

char *editor_file(struct str text, struct error *err)
{
	const char *dir = getenv("TMPDIR");
	char *path = mem_printf("%s/crwatch-edit-XXXXXX.yaml", dir && *dir ? dir : "/tmp");
	int fd = mkostemps(path, (int)strlen(".yaml"), O_CLOEXEC);
	int rc = fd < 0 ? io_error(path, err) : file_write(fd, text);

	if (fd >= 0 && rc < 0) {
		io_error(path, err);
		unlink(path);
	}
	if (fd >= 0)
		close(fd);
	if (rc == 0)
		return path;
	free(path);
	return NULL;
}

/* In its place, since an editor may have put another file there. */
int editor_write(const char *path, struct str text, struct error *err)
{
	return file_replace(path, text, 0600, err);
}

static int spawn_shell(char *const argv[], pid_t *ret_pid)
{
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
	rc = posix_spawn(ret_pid, "/bin/sh", NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return rc;
}

/* A ctrl-c in the editor was meant for it. */
static void drop_interrupts(void)
{
	struct timespec now = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	while (sigtimedwait(&set, NULL, &now) > 0)
		;
}

/* A ctrl-z that stopped the editor stops all of us, or the shell that started crwatch
 * would not have the terminal back; its fg wakes us together. */
static int wait_for(pid_t pid)
{
	int status = 0;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0 && errno != EINTR)
			return status;
		if (WIFEXITED(status) || WIFSIGNALED(status))
			return status;
		if (WIFSTOPPED(status)) {
			raise(SIGSTOP);
			kill(pid, SIGCONT); /* when only we were continued */
		}
		status = 0;
	}
}

int editor_run(const char *path, struct error *err)
{
	const char *editor = getenv("KUBE_EDITOR");
	char *command;
	int rc, status;
	pid_t pid;

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "vi";
	command = mem_printf("%s \"$1\"", editor);
	rc = spawn_shell((char *const[]){ "sh", "-c", command, "sh", (char *)path, NULL }, &pid);
	free(command);
	if (rc != 0)
		return error_set(err, ERROR_IO, "/bin/sh: %s", strerror(rc));
	status = wait_for(pid);
	drop_interrupts();
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return error_set(err, ERROR_IO, "there was a problem with the editor \"%s\"", editor);
}
