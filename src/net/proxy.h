/*
 * proxy - which proxy stands between us and a server. One that a flag or the
 * kubeconfig names is always used; else Go's rules for the environment hold
 * (httpproxy): HTTPS_PROXY or HTTP_PROXY in capitals or not, NO_PROXY with
 * domains, addresses and networks, never for localhost and loopback. Reads the
 * environment; main thread.
 */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

/* The environment variable's name when it applies to this server, else NULL. */
const char *proxy_from_environment(bool https, struct str host, struct str port);

/* A proxy's URL as libcurl wants it: http, https, or socks5, whose proxy looks names
 * up (as Go has it). NULL on an error, which names the scheme and tells no password. */
char *proxy_url(const char *url, struct error *err);
/* HOST:PORT of such a URL, without who is asked for; the caller's. */
char *proxy_shown(const char *url);

/* Whether a list as in NO_PROXY excepts the host. */
bool proxy_excepted(struct str list, struct str host, struct str port);

#endif
