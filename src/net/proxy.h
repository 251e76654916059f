/*
 * proxy - whether a proxy stands between us and a server, by Go's rules
 * (httpproxy): HTTPS_PROXY or HTTP_PROXY in capitals or not, NO_PROXY with
 * domains, addresses and networks, never for localhost and loopback. Reads the
 * environment; main thread.
 */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include <stdbool.h>

#include "base/str.h"

/* The environment variable's name when it applies to this server, else NULL. */
const char *proxy_from_environment(bool https, struct str host, struct str port);

/* Whether a list as in NO_PROXY excepts the host. */
bool proxy_excepted(struct str list, struct str host, struct str port);

#endif
