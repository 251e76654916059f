/*
 * yaml_scalar - what a plain YAML scalar means, by the rules of the YAML 1.1
 * reader that kubectl uses. Pure; part of yaml.
 */
#ifndef JSON_YAML_SCALAR_H
#define JSON_YAML_SCALAR_H

#include "base/buf.h"
#include "base/str.h"
#include "json/yaml.h"

enum yaml_scalar {
	YAML_SCALAR_WRITTEN, /* null, a boolean or a number: its JSON text was appended */
	YAML_SCALAR_STRING,  /* nothing appended */
	YAML_SCALAR_NO_JSON, /* .inf or .nan */
};

enum yaml_scalar yaml_scalar_write(struct str text, enum yaml_scalars scalars, struct buf *out);

#endif
