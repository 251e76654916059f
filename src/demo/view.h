/*
 * view - how an object is shown to who asked: in a version other than the stored
 * one, as a Table with the CRD's columns, as PartialObjectMetadata. Pure.
 */
#ifndef DEMO_VIEW_H
#define DEMO_VIEW_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct demo_kind;
struct demo_version;

enum demo_form {
	DEMO_OBJECTS,
	DEMO_TABLE,   /* as=Table;v=v1;g=meta.k8s.io, first of what Accept names */
	DEMO_PARTIAL, /* as=PartialObjectMetadata[List] */
};

enum demo_include { /* includeObject of a Table */
	DEMO_INCLUDE_METADATA,
	DEMO_INCLUDE_NONE,
	DEMO_INCLUDE_OBJECT
};

struct demo_view {
	const struct demo_kind *kind;
	const struct demo_version *version;
	enum demo_form form;
	enum demo_include include;
};

/* The form that Accept asks for; fails with ERROR_UNSUPPORTED (406) when it takes none of
 * them (protobuf alone, say). accept may be NULL. */
int demo_view_form(const char *accept, enum demo_form *ret, struct error *err);

/* Fails in the API server's words when version is not the stored one of a kind with a
 * conversion webhook. */
int demo_view_check(const struct demo_view *view, struct error *err);

/* Appends the object in the version that is shown. Under a conversion webhook
 * (which is never there) a version other than the stored one fails in the API
 * server's words. */
int demo_view_object(
	const struct demo_view *view, struct str object, struct buf *out, struct error *err);

/* Appends one object alone: as it is, a Table of one row, or its metadata. columns:
 * whether the Table has its columnDefinitions (the first of a watch only). */
int demo_view_one(const struct demo_view *view, struct str object, bool columns, struct buf *out,
	struct error *err);

/* A list: start, an item each, end. token is empty on the last page. */
void demo_view_list_start(const struct demo_view *view, struct buf *out);
int demo_view_list_item(const struct demo_view *view, struct str object, bool first,
	struct buf *out, struct error *err);
void demo_view_list_end(int64_t rv, struct str token, struct buf *out);

#endif
