/*
 * exec - runs one credential plugin (client.authentication.k8s.io v1, v1beta1).
 *
 * Silent, stdin is /dev/null and the plugin is told so; it gets a process group of
 * its own, which is killed after EXEC_TIMEOUT or when nobody waits any more.
 * Interactive, it has the terminal: our stdin and stderr, our process group and all
 * the time that its user takes; the terminal's modes are put back at its end.
 * Watch thread only.
 */
#ifndef NET_EXEC_H
#define NET_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/str.h"

#define EXEC_OUTPUT_MAX ((size_t)1 << 20)
#define EXEC_STDERR_MAX ((size_t)4096) /* what is shown; the rest is read and dropped */
#define EXEC_TIMEOUT	(60 * CLOCK_S)

struct exec;
struct kubeconfig_exec;
struct loop;

struct exec_credential {
	char *token; /* or NULL */
	char *cert_pem;
	char *key_pem;
	int64_t expires; /* clock_wall() value, 0: never */
};

void exec_credential_release(struct exec_credential *cred);

/* What a plugin wrote: JSON or YAML. */
int exec_parse(
	struct str output, const char *api_version, struct exec_credential *ret, struct error *err);

/* Called once; cred is to be taken (its members set to NULL) when err->code is
 * ERROR_NONE. The struct exec is gone when it returns. */
typedef void exec_done(void *arg, struct exec_credential *cred, const struct error *err);

/* config is borrowed until the end. NULL when it could not even be started;
 * done() is not called then. */
struct exec *exec_start(struct loop *loop, const struct kubeconfig_exec *config, bool interactive,
	exec_done *done, void *arg, struct error *err);
/* What a silent one has written to its stderr so far, at most EXEC_STDERR_MAX. */
struct str exec_said(const struct exec *x);
void exec_free(struct exec *x); /* kills it; done() is not called */

#endif
