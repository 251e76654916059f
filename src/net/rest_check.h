/*
 * rest_check - what clientcmd's validation says about the chosen cluster and
 * user, and small pieces of text. Part of rest; pure but for the environment.
 */
#ifndef NET_REST_CHECK_H
#define NET_REST_CHECK_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

struct kubeconfig_cluster;
struct kubeconfig_user;
struct rest_config;
struct rest_flags;

int rest_check_cluster(
	const struct kubeconfig_cluster *c, const struct rest_flags *flags, struct error *err);
int rest_check_user(const struct kubeconfig_user *u, bool token_given, struct error *err);
int rest_check_server(const char *server, struct error *err);
int rest_check_proxy(
	const struct rest_config *config, const struct kubeconfig_cluster *c, struct error *err);

/* The parts of "https://host:port/path"; port is the scheme's when none is
 * given, host keeps its brackets. False when it is no such URL. */
bool rest_url_split(struct str url, bool *ret_https, struct str *ret_host, struct str *ret_port);

char *rest_base64(const char *text);

#endif
