/*
 * What a command that changes objects takes of the command line.
 */
#include <string.h>

#include "cmd/changing.h"
#include "cmd/cmd.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct given {
	const char *option;
	bool given;
	unsigned takes;
};

#define GIVEN 20

/* What the command line has of the options of changes. */
static void look(const struct cmd_args *args, struct given ret[GIVEN])
{
	const struct cmd_change *o = &args->change;
	const struct given table[GIVEN] = {
		{ "-f", o->n_files > 0, CHANGING_FILES },
		{ "-p", o->patch != NULL, CHANGING_PATCH },
		{ "--patch-file", o->patch_file != NULL, CHANGING_PATCH },
		{ "--type", o->type != NULL, CHANGING_PATCH },
		{ "--replicas", o->replicas != NULL, CHANGING_REPLICAS },
		{ "--current-replicas", o->current_replicas != NULL, CHANGING_REPLICAS },
		{ "--cascade", o->cascade != NULL, CHANGING_DELETION },
		{ "--grace-period", o->grace_period != NULL, CHANGING_DELETION },
		{ "--subresource", o->subresource != NULL, CHANGING_SUBRESOURCE },
		{ "--validate", o->validate != NULL, CHANGING_VALIDATE },
		{ "--force-conflicts", o->force_conflicts, CHANGING_FORCE },
		{ "--dry-run", o->dry_run != NULL, ~0u },
		{ "--field-manager", o->manager != NULL, ~0u },
		{ "--recursive", o->recursive != CMD_UNSAID, CHANGING_FILES },
		{ "--all", o->all != CMD_UNSAID, CHANGING_DELETION },
		{ "--ignore-not-found", o->ignore_not_found != CMD_UNSAID, CHANGING_DELETION },
		{ "--wait", o->wait != CMD_UNSAID, CHANGING_DELETION },
		{ "--timeout", o->timeout != NULL, CHANGING_DELETION },
		{ "-l", args->labels != NULL, CHANGING_SELECTION },
		{ "-A", args->all_namespaces, CHANGING_SELECTION },
	};

	memcpy(ret, table, sizeof(table));
}

const char *cmd_change_option(const struct cmd_args *args)
{
	struct given given[GIVEN];

	look(args, given);
	for (size_t i = 0; i < GIVEN; i++) {
		/* -l and -A are others', too */
		if (given[i].given && given[i].takes != CHANGING_SELECTION)
			return given[i].option;
	}
	return NULL;
}

static int check_taken(const struct changing *c, struct error *err)
{
	struct given given[GIVEN];

	look(c->args, given);
	for (size_t i = 0; i < GIVEN; i++) {
		if (given[i].given && !(given[i].takes & c->command->takes) &&
			given[i].takes != ~0u)
			return error_set(err, ERROR_USAGE, "%s takes no %s", c->command->name,
				given[i].option);
	}
	return 0;
}

/* The place of text among words; -1 when it is none of them. */
static int place_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0)
			return (int)i;
	}
	return -1;
}

static int read_output(struct changing *c, struct error *err)
{
	static const char *const formats[] = { "", "name", "yaml", "json" };
	const char *text = c->args->output;
	int place = text && *text ? place_of(text, formats, COUNT(formats)) : 0;

	if (c->command->takes & CHANGING_DELETION && text && strcmp(text, "name") != 0)
		return error_set(err, ERROR_USAGE,
			"unexpected -o output mode: %s. We only support '-o name'", text);
	if (place < 0)
		return error_set(err, ERROR_USAGE,
			"unable to match a printer suitable for the output format \"%s\", allowed formats are: json,name,yaml",
			text);
	c->output = (enum changing_output)place;
	return 0;
}

static int read_subresource(struct changing *c, struct error *err)
{
	static const char *const names[] = { "", "status", "scale" };
	const char *text = c->args->change.subresource;
	int place = text ? place_of(text, names, COUNT(names)) : 0;

	if (place < 0 || (text && place == 0))
		return error_set(
			err, ERROR_USAGE, "--subresource is status or scale, not %s", text);
	c->subresource = (enum mutate_subresource)place;
	if (c->subresource == MUTATE_SCALE && c->command->takes & CHANGING_FILES)
		return error_set(err, ERROR_USAGE,
			"%s --subresource scale: a file holds custom resources, which a Scale is "
			"not; there is crwatch scale",
			c->command->name);
	return 0;
}

static int read_validation(struct changing *c, struct error *err)
{
	static const char *const names[] = { "", "strict", "warn", "ignore" };
	const char *text = c->args->change.validate;
	int place;

	c->validation = MUTATE_STRICT;
	if (!text || strcmp(text, "true") == 0)
		return 0;
	place = strcmp(text, "false") == 0 ? MUTATE_IGNORE : place_of(text, names, COUNT(names));
	if (place <= 0)
		return error_set(
			err, ERROR_USAGE, "--validate is strict, warn or ignore, not %s", text);
	c->validation = (enum mutate_validation)place;
	return 0;
}

static int read_dry_run(struct changing *c, struct error *err)
{
	const char *text = c->args->change.dry_run;

	c->dry_run = text && strcmp(text, "server") == 0;
	if (!text || c->dry_run || strcmp(text, "none") == 0)
		return 0;
	return error_set(err, ERROR_USAGE, "--dry-run is server or none, not %s", text);
}

static int incomplete(const struct changing *c, struct error *err)
{
	return error_set(err, ERROR_USAGE, "%s needs %s", c->command->name, c->command->usage);
}

bool changing_selects(const struct changing *c)
{
	return c->args->labels || c->args->change.all == CMD_YES;
}

size_t changing_count(const struct changing *c)
{
	const struct cmd_args *args = c->args;

	if (args->n_words && strchr(args->words[0], '/'))
		return args->n_words;
	return args->n_words ? args->n_words - 1 : 0;
}

void changing_named(const struct changing *c, size_t i, struct str *ret_kind, struct str *ret_name)
{
	struct str rest = str_of(c->args->words[0]);

	if (memchr(rest.p, '/', rest.len)) {
		rest = str_of(c->args->words[i]);
		*ret_kind = str_cut(&rest, '/');
		*ret_name = rest;
	} else {
		*ret_kind = rest;
		*ret_name = str_of(c->args->words[i + 1]);
	}
}

/* cli-runtime, resource/builder.go. */
static int check_selection(const struct changing *c, struct error *err)
{
	const struct cmd_args *args = c->args;

	if (args->labels && args->change.all == CMD_YES)
		return error_set(
			err, ERROR_USAGE, "cannot set --all and --selector at the same time");
	if (args->n_words == 0)
		return error_set(err, ERROR_USAGE,
			"at least one resource must be specified to use a selector");
	if (strchr(args->words[0], '/'))
		return error_set(err, ERROR_USAGE,
			"selectors and the all flag cannot be used when passing resource/name "
			"arguments");
	if (args->n_words > 1)
		return error_set(
			err, ERROR_USAGE, "name cannot be provided when a selector is specified");
	return 0;
}

static int check_files(const struct changing *c, struct error *err)
{
	if (c->args->all_namespaces)
		return error_set(err, ERROR_USAGE, "%s -f takes no -A", c->command->name);
	if (c->args->n_words == 0)
		return 0;
	return error_set(err, ERROR_USAGE,
		"when paths, URLs, or stdin is provided as input, you may not specify resource "
		"arguments as well");
}

/* A shell makes of -f *.yaml a file and words. */
static int check_files_alone(const struct changing *c, struct error *err)
{
	if (c->args->change.n_files == 0)
		return incomplete(c, err);
	if (c->args->n_words == 0)
		return 0;
	return error_set(err, ERROR_USAGE, "%s takes no \"%s\": before each file stands its own -f",
		c->command->name, c->args->words[0]);
}

static int check_words(const struct changing *c, struct error *err)
{
	size_t n = changing_count(c);
	struct str kind, name;

	if (c->command->names_max == 0)
		return check_files_alone(c, err);
	if (c->args->change.n_files)
		return check_files(c, err);
	if (changing_selects(c))
		return check_selection(c, err);
	if (c->args->all_namespaces)
		return error_set(err, ERROR_USAGE,
			"a resource cannot be retrieved by name across all namespaces");
	if (n == 0)
		return incomplete(c, err);
	if (n > c->command->names_max)
		return error_set(err, ERROR_USAGE, "%s takes one object", c->command->name);
	for (size_t i = 0; i < n; i++) {
		changing_named(c, i, &kind, &name);
		if (kind.len == 0 || name.len == 0)
			return incomplete(c, err);
	}
	return 0;
}

int changing_options(struct changing *c, struct error *err)
{
	if (check_taken(c, err) < 0 || check_words(c, err) < 0 || read_output(c, err) < 0 ||
		read_subresource(c, err) < 0 || read_validation(c, err) < 0)
		return -1;
	if (!(c->command->takes & CHANGING_VALIDATE))
		c->validation = MUTATE_VALIDATION_UNSAID;
	return read_dry_run(c, err);
}
