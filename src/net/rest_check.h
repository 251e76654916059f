/*
 * rest_check - what clientcmd's validation says about the chosen cluster and
 * user, and small pieces of text. Part of rest; pure.
 */
#ifndef NET_REST_CHECK_H
#define NET_REST_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct kubeconfig_cluster;
struct kubeconfig_user;
struct rest_flags;

int rest_check_cluster(
	const struct kubeconfig_cluster *c, const struct rest_flags *flags, struct error *err);
int rest_check_user(
	const struct kubeconfig_user *u, const struct rest_flags *flags, struct error *err);
int rest_check_server(const char *server, struct error *err);
/* --request-timeout, which is seconds or has a unit, in ns; 0: none. */
int rest_request_timeout(const char *text, int64_t *ret, struct error *err);

/* The parts of "https://host:port/path"; port is the scheme's when none is
 * given, host keeps its brackets. False when it is no such URL. */
bool rest_url_split(struct str url, bool *ret_https, struct str *ret_host, struct str *ret_port);

char *rest_base64(const char *text);

#endif
