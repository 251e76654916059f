/*
 * Kubeconfig files, certificates and tokens from the disk. See rest_files.h.
 */
#include "net/rest_files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/rest.h"

/* The words of strerror(), but as Go writes them: with a small first letter. */
static int io_error(struct error *err, const char *what, const char *path, int number)
{
	char text[128];
	const char *s = strerror_r(number, text, sizeof(text));

	return error_set(err, number == ENOENT ? ERROR_NOT_FOUND : ERROR_IO, "%s %s: %c%s", what,
		path, tolower((unsigned char)s[0]), s + 1);
}

static int read_all(int fd, struct buf *out, const char *path, struct error *err)
{
	char chunk[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(err, "read", path, errno);
		if (n == 0)
			return 0;
		if (buf_add(out, chunk, (size_t)n) < 0)
			return error_set(
				err, ERROR_TOO_LARGE, "%s: larger than %zu bytes", path, out->max);
	}
}

char *rest_file_read(const char *path, size_t max, size_t *ret_len, struct error *err)
{
	struct buf out = BUF_INIT(max);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		io_error(err, "open", path, errno);
		return NULL;
	}
	if (read_all(fd, &out, path, err) < 0) {
		buf_release(&out);
		close(fd);
		return NULL;
	}
	close(fd);
	if (ret_len)
		*ret_len = out.len;
	return buf_take(&out);
}

char *rest_file_read_token(const char *path, struct error *err)
{
	size_t len = 0;
	char *text = rest_file_read(path, REST_FILE_MAX, &len, err);
	char *token;

	if (!text)
		return NULL;
	token = str_dup(str_trim(str_make(text, strlen(text))));
	free(text);
	if (!*token || strpbrk(token, "\r\n")) {
		error_set(err, ERROR_CREDENTIALS, "%s holds no token", path);
		free(token);
		return NULL;
	}
	return token;
}

static void warn_when_open(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		log_line(LOG_WARNING,
			"Kubernetes configuration file %s is open for group or others", path);
}

/* The absolute directory of a file, or NULL. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? str_dup(str_make(path, slash == path ? 1 : (size_t)(slash - path)))
			  : mem_strdup(".");
	char *full = realpath(dir, NULL);

	free(dir);
	return full;
}

static int add_file(struct kubeconfig *k, const char *path, struct error *err)
{
	size_t len = 0;
	char *text = rest_file_read(path, KUBECONFIG_MAX, &len, err);
	char *dir;
	int rc;

	if (!text)
		return -1;
	warn_when_open(path);
	dir = directory_of(path);
	rc = kubeconfig_add(k, str_make(text, len), dir, err);
	free(dir);
	free(text);
	return rc < 0 ? error_prefix(err, "error loading config file \"%s\"", path) : 0;
}

static int add_explicit(struct kubeconfig *k, const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return io_error(err, "stat", path, errno);
	return add_file(k, path, err);
}

/* Adds a file that may be missing. Other failures are collected. */
static bool add_optional(struct kubeconfig *k, const char *path, struct buf *failures)
{
	struct error one = ERROR_INIT;
	bool found = true;

	if (add_file(k, path, &one) < 0) {
		found = one.code != ERROR_NOT_FOUND;
		if (found)
			buf_addf(failures, "%s%s", failures->len ? ", " : "", one.text);
		error_release(&one);
	}
	return found;
}

static int add_list(struct kubeconfig *k, const char *list, struct error *err)
{
	struct buf failures = BUF_INIT(65536);
	struct str rest = str_of(list), part;
	struct map seen;
	size_t found = 0;
	char *path;
	int rc = 0;

	map_init(&seen);
	while (rest.p) {
		part = str_cut(&rest, ':');
		if (part.len == 0 || map_put(&seen, part, k))
			continue;
		path = str_dup(part);
		found += add_optional(k, path, &failures);
		free(path);
	}
	map_release(&seen);
	if (found == 0)
		log_line(LOG_WARNING, "Config not found: %s", list);
	if (failures.len)
		rc = error_set(err, ERROR_INVALID, "%s", buf_text(&failures));
	buf_release(&failures);
	return rc;
}

static int add_home(struct kubeconfig *k, struct error *err)
{
	const char *home = getenv("HOME");
	struct buf failures = BUF_INIT(65536);
	char *path;
	int rc = 0;

	if (!home || !*home)
		return 0;
	path = mem_printf("%s/.kube/config", home);
	add_optional(k, path, &failures);
	free(path);
	if (failures.len)
		rc = error_set(err, ERROR_INVALID, "%s", buf_text(&failures));
	buf_release(&failures);
	return rc;
}

int rest_kubeconfig_load(const struct rest_flags *flags, struct kubeconfig *ret, struct error *err)
{
	const char *list = getenv("KUBECONFIG");
	struct kubeconfig k;
	int rc;

	kubeconfig_init(&k);
	if (flags->inline_kubeconfig)
		rc = kubeconfig_add(&k, str_of(flags->inline_kubeconfig), NULL, err);
	else if (flags->kubeconfig && *flags->kubeconfig)
		rc = add_explicit(&k, flags->kubeconfig, err);
	else if (list && *list)
		rc = add_list(&k, list, err);
	else
		rc = add_home(&k, err);
	if (rc < 0) {
		kubeconfig_release(&k);
		return -1;
	}
	*ret = k;
	return 0;
}
