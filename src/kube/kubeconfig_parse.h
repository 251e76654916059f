/*
 * kubeconfig_parse - the text of one kubeconfig file. Part of kubeconfig.
 */
#ifndef KUBE_KUBECONFIG_PARSE_H
#define KUBE_KUBECONFIG_PARSE_H

#include "base/error.h"
#include "base/str.h"

struct kubeconfig;

/* Fills k, which is empty. On an error k may be partly filled. */
int kubeconfig_parse(struct kubeconfig *k, struct str text, const char *dir, struct error *err);

#endif
