/*
 * scale - `crwatch scale KIND NAME --replicas N`, on the scale subresource.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cmd/changing.h"
#include "cmd/cmd.h"
#include "json/pick.h"
#include "json/scan.h"

struct scale {
	int64_t replicas, current;	 /* current -1: however many there are */
	struct changing_version version; /* of what has so many */
	struct buf object;		 /* for -o yaml and json */
};

static int read_number(const char *option, const char *text, int64_t *ret, struct error *err)
{
	if (str_to_i64(str_of(text), ret) == 0 && *ret >= 0 && *ret <= INT32_MAX)
		return 0;
	return error_set(err, ERROR_USAGE, "%s takes a number of replicas, not %s", option, text);
}

static int check_options(struct changing *c, struct error *err)
{
	const struct cmd_change *options = &c->args->change;
	struct scale *s = c->own;

	s->current = -1;
	if (!options->replicas)
		return error_set(err, ERROR_USAGE, "scale needs --replicas");
	if (options->current_replicas &&
		read_number("--current-replicas", options->current_replicas, &s->current, err) < 0)
		return -1;
	return read_number("--replicas", options->replicas, &s->replicas, err);
}

static int check_current(struct changing *c, const struct mutate *m, struct error *err)
{
	struct scale *s = c->own;
	int64_t there;
	int code;

	if (changing_look(c, m, NULL, &s->version, &code, err) < 0)
		return -1;
	there = pick_i64(scan_member(scan_member(changing_answer(c), "spec"), "replicas"), 0);
	if (there != s->current)
		return error_set(err, ERROR_INVALID,
			"Expected replicas to be %" PRId64 ", was %" PRId64, s->current, there);
	return 0;
}

/* Of -o yaml and json kubectl prints the object, not its Scale, as it was read before
 * (cmd/scale). */
static int read_object(
	struct changing *c, const struct changing_kind *kind, struct str name, struct error *err)
{
	struct scale *s = c->own;
	struct mutate m = changing_of(c, MUTATE_READ, kind, STR(""), name);
	int code;

	if (c->output < CHANGING_YAML)
		return 0;
	if (changing_send(c, &m, NULL, &code, err) < 0)
		return -1;
	buf_addstr(&s->object, changing_answer(c));
	c->shown = buf_str(&s->object);
	return 0;
}

static int scale_one(
	struct changing *c, const struct changing_kind *kind, struct str name, struct error *err)
{
	struct scale *s = c->own;
	struct mutate m = changing_of(c, MUTATE_MERGE_PATCH, kind, STR(""), name);
	char *body;
	int code, rc;

	m.subresource = MUTATE_SCALE;
	if (read_object(c, kind, name, err) < 0)
		return -1;
	if (s->current >= 0 && check_current(c, &m, err) < 0)
		return -1;
	body = mem_printf("{\"spec\":{\"replicas\":%" PRId64 "}}", s->replicas);
	m.body = str_of(body);
	m.uid = str_of(s->version.uid);
	m.version = str_of(s->version.rv);
	rc = changing_send(c, &m, NULL, &code, err);
	free(body);
	return rc == 0 ? changing_done(c, kind, name, err) : rc;
}

static int run(struct changing *c, struct error *err)
{
	struct changing_kind kind;
	struct str word, name;
	int rc;

	changing_named(c, 0, &word, &name);
	if (changing_find(c, word, &kind, err) < 0)
		return -1;
	rc = scale_one(c, &kind, name, err);
	changing_kind_release(&kind);
	return rc;
}

int cmd_scale(const struct cmd_args *args)
{
	static const struct changing_command command = {
		.name = "scale",
		.usage = "a kind and a name: crwatch scale KIND NAME --replicas N",
		.takes = CHANGING_REPLICAS,
		.names_max = 1,
		.done = "scaled",
		.check = check_options,
		.run = run,
	};
	struct scale s = { .object = BUF_INIT(ASK_BODY_MAX) };
	int code = changing_main(args, &command, &s);

	changing_version_release(&s.version);
	buf_release(&s.object);
	return code;
}
