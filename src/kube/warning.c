#include "kube/warning.h"

#include <stdbool.h>

#include "base/buf.h"

static void skip_blanks(struct str *rest)
{
	while (rest->len && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = str_make(rest->p + 1, rest->len - 1);
}

/* A word up to the next blank. */
static struct str take_word(struct str *rest)
{
	size_t n = 0;
	struct str word;

	skip_blanks(rest);
	while (n < rest->len && rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	word = str_make(rest->p, n);
	*rest = str_make(rest->p + n, rest->len - n);
	return word;
}

/* A quoted string, its backslashes resolved; -1 when there is none. */
static int take_quoted(struct str *rest, struct buf *out)
{
	size_t i = 1;

	skip_blanks(rest);
	if (rest->len == 0 || rest->p[0] != '"')
		return -1;
	for (; i < rest->len && rest->p[i] != '"'; i++) {
		if (rest->p[i] == '\\' && ++i == rest->len)
			return -1;
		if ((unsigned char)rest->p[i] < 0x20 || rest->p[i] == 0x7f)
			return -1;
		buf_addc(out, rest->p[i]);
	}
	if (i >= rest->len)
		return -1;
	*rest = str_make(rest->p + i + 1, rest->len - i - 1);
	return 0;
}

/* Behind a warning: perhaps a date, then a comma or the end. False at what is neither. */
static bool take_end(struct str *rest)
{
	struct buf date = BUF_INIT(rest->len);
	bool ok = true;

	skip_blanks(rest);
	if (rest->len && rest->p[0] == '"')
		ok = take_quoted(rest, &date) == 0;
	buf_release(&date);
	skip_blanks(rest);
	if (!ok || (rest->len && rest->p[0] != ','))
		return false;
	if (rest->len)
		*rest = str_make(rest->p + 1, rest->len - 1);
	return true;
}

void warning_each(struct str header, void (*visit)(void *arg, const char *text), void *arg)
{
	struct buf text = BUF_INIT(header.len);
	bool more = header.len > 0;

	while (more && header.len) {
		struct str code = take_word(&header);
		struct str agent = take_word(&header);

		buf_reset(&text);
		more = take_quoted(&header, &text) == 0 && take_end(&header);
		if (more && str_is(code, "299") && str_is(agent, "-") && text.len)
			visit(arg, buf_text(&text));
	}
	buf_release(&text);
}
