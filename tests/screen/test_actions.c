/*
 * Every action by its key: each line of action.def has a row here, and the test
 * fails when one is missing. A row begins in the tree of the example, on the
 * group's row, and says what is on the screen afterwards.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screen/play.h"
#include "ui/keymap.h"

struct row {
	enum action action;
	const char *before; /* typed first */
	const char *key;    /* the action's; NULL: by its first key */
	/* A row that there is then, as an expression; ">": the cursor is on this text;
	 * NULL: it has ended. */
	const char *after;
	int cols; /* of the screen; 0: 140 */
};

/* "first thing to see", encoded, twice */
#define NOTE	 "Zmlyc3QgdGhpbmcgdG8gc2VlZmlyc3QgdGhpbmcgdG8gc2Vl"
#define TREE	 ""
#define TABLE	 ":widgets\r"
#define PROBLEMS ":problems\r"
#define DETAIL	 ":widgets\r\r"
#define EVENTS	 ":events\r"

/* clang-format off */
static const struct row rows[] = {
	{ ACTION_DOWN,          TABLE, NULL, ">green", 0 },
	{ ACTION_UP,            TABLE "jj", NULL, ">green", 0 },
	{ ACTION_TOP,           TABLE "jj", NULL, ">blue", 0 },
	{ ACTION_BOTTOM,        TABLE, NULL, ">red", 0 },
	{ ACTION_PAGE_DOWN,     TABLE, NULL, ">red", 0 },
	{ ACTION_PAGE_UP,       TABLE "jj", NULL, ">blue", 0 },
	{ ACTION_NEXT_PANE,     TREE, NULL, "<tab> tab|t T tab", 0 },
	{ ACTION_LAST_PANE,     TREE, NULL, "f scope", 0 },
	{ ACTION_BACK,          TABLE, NULL, "▸ Gadget", 0 },
	{ ACTION_LEAVE,         TREE, NULL, "quit crwatch\\?", 0 },
	{ ACTION_FILTER,        TREE, "/gre", "^/gre", 0 },
	{ ACTION_SELECTOR,      TREE, "Lteam=x", "^labels: team=x", 0 },
	{ ACTION_ALL_NS,        ":ns a\r", NULL, "^ ns all ", 0 },
	{ ACTION_RECENT_NS,     ":ns a\r0", "1", "^ ns a ", 0 },
	{ ACTION_NAMESPACES,    TREE, NULL, "^ NAMESPACE +OBJECTS", 0 },
	{ ACTION_UNWELL,        TREE, NULL, "only what is not well", 0 },
	{ ACTION_COMMAND,       TREE, ":pro", "^:problems", 0 },
	{ ACTION_VISIT_LAST,    TABLE, NULL, "▸ Gadget", 0 },
	{ ACTION_VISIT_NEXT,    TABLE "[", NULL, "^ widgets.example.com ", 0 },
	{ ACTION_RETRY,         TREE, NULL, "trying again", 0 },
	{ ACTION_REDRAW,        TREE, NULL, "▸ Gadget", 0 },
	{ ACTION_HELP,          TREE, NULL, "^ help: keys", 0 },
	{ ACTION_QUIT,          TREE, NULL, NULL, 0 },
	{ ACTION_OPEN_OBJECT,   TABLE, NULL, "Widget a/blue +\\[yaml\\]", 0 },
	{ ACTION_MARK,          TABLE, NULL, "1 marked", 0 },
	{ ACTION_MARK_RANGE,    TABLE " j", NULL, "3 marked", 0 },
	{ ACTION_SHOW_YAML,     TABLE, NULL, "\\[yaml\\]", 0 },
	{ ACTION_DESCRIBE,      TABLE, NULL, "\\[describe\\]", 0 },
	{ ACTION_WHY,           TABLE "j", NULL, "Ready.* False|not ready", 0 },
	{ ACTION_COPY_NAME,     TABLE, NULL, "name copied by", 0 },
	{ ACTION_COPY_NS,       TABLE, NULL, "namespace copied by", 0 },
	{ ACTION_COPY_YAML,     TABLE, NULL, "YAML copied by", 0 },
	{ ACTION_SAVE,          TABLE, NULL, "^save as: widget-a-blue.yaml", 0 },
	{ ACTION_OWNER,         TABLE, NULL, "it has no owner", 0 },
	{ ACTION_REFERRERS,     TABLE, NULL, "referred to by, 0 places", 0 },
	{ ACTION_UNFOLD,        "jj", NULL, "▾ Widget", 0 },
	{ ACTION_FOLD,          "jjl", NULL, "▸ Widget", 0 },
	{ ACTION_UNFOLD_ALL,    TREE, NULL, "▾ Widget", 0 },
	{ ACTION_FOLD_ALL,       "+", NULL, "▸ Widget", 0 },
	{ ACTION_PIN,           "jj", NULL, "▾ pinned", 0 },
	{ ACTION_OPEN,          "jj", NULL, "^ widgets.example.com ", 0 },
	{ ACTION_TABLE_LEFT,    TABLE "l", NULL, "NAMESPACE +NAME", 44 },
	{ ACTION_TABLE_RIGHT,   TABLE, NULL, "^‹ +NAME +READY", 44 },
	{ ACTION_SORT_NAME,      TABLE, NULL, "by name ▲", 0 },
	{ ACTION_SORT_AGE,       TABLE, NULL, "by age ▲", 0 },
	{ ACTION_SORT_STATUS,    TABLE, NULL, "by status ▲", 0 },
	{ ACTION_SORT_NAMESPACE, TABLE, NULL, "by namespace ▲", 0 },
	{ ACTION_PICK_LEFT,      TABLE ">>", "<O", "by namespace ▲", 0 },
	{ ACTION_PICK_RIGHT,     TABLE ">", ">O", "by name ▲", 0 },
	{ ACTION_SORT_PICKED,    TABLE ">", NULL, "by namespace ▲", 0 },
	{ ACTION_WIDE,           TABLE, NULL, "   wide", 0 },
	{ ACTION_COLUMNS,       TABLE, NULL, "^ columns", 0 },
	{ ACTION_WHY_LEFT,       PROBLEMS "l", NULL, "KIND +NAME +SINCE", 44 },
	{ ACTION_WHY_RIGHT,      PROBLEMS, NULL, "^‹ +NAME +SINCE", 44 },
	{ ACTION_LIST_OPEN,     ":crds\r", NULL, "^ gadgets.example.com +1", 0 },
	{ ACTION_LIST_MARK,     "\016j", NULL, "^ a .*shown", 0 },
	{ ACTION_LIST_ADD,      TABLE ",", "aX=.spec.note\r", "X +.*spec.note", 0 },
	{ ACTION_LIST_REMOVE,    TABLE ",aX=.spec.note\rG", NULL, "^ columns +2 ", 0 },
	{ ACTION_LIST_RAISE,     TABLE ",j", "K\r", "NAME +NOTE +READY", 0 },
	{ ACTION_LIST_LOWER,     TABLE ",", "J\r", "NAME +NOTE +READY", 0 },
	{ ACTION_LIST_COPY,     ":access\r", NULL, "ClusterRole copied by", 0 },
	{ ACTION_LIST_LEFT,      ":crds\rl", NULL, "^ NAME +KIND +OBJECTS", 0 },
	{ ACTION_LIST_RIGHT,     ":crds\r", NULL, "^ NAME +OBJECTS", 0 },
	{ ACTION_TAB_NEXT,      DETAIL, NULL, "\\[describe\\]", 0 },
	{ ACTION_TAB_LAST,      DETAIL, NULL, "\\[schema\\]", 0 },
	{ ACTION_GO_LINE,       DETAIL "jj", NULL, "▸ metadata", 0 },
	{ ACTION_MARK_VERSION,   ":widgets\rG\rtt", NULL, "● 00:00:00", 0 },
	{ ACTION_SEARCH,        DETAIL, "/fir", "^search: fir", 0 },
	{ ACTION_SEARCH_NEXT,    DETAIL "/name\r", NULL, ">namespace: a", 0 },
	{ ACTION_SEARCH_LAST,    DETAIL "/name\r", NULL, ">namespace: a", 0 },
	{ ACTION_FOLD_HERE,     DETAIL "jj", NULL, "▸ metadata", 0 },
	{ ACTION_FOLD_LINES,     DETAIL, NULL, "▸ metadata: [0-9]+ keys", 0 },
	{ ACTION_MANAGED,        DETAIL, NULL, "managedFields", 0 },
	{ ACTION_WRAP,           DETAIL, NULL, "│ +[a-zA-Z0-9]{30}", 0 },
	{ ACTION_FULL,          DETAIL, NULL, "^ Widget a/blue", 0 },
	{ ACTION_NUMBERS,       DETAIL, NULL, " 1 +apiVersion", 0 },
	{ ACTION_DECODE,         DETAIL "/note\r", NULL, "│ +first thing to see", 0 },
	{ ACTION_HOLD,           DETAIL, NULL, "paused: r follows", 0 },
	{ ACTION_SCROLL_LEFT,    DETAIL "l", NULL, "apiVersion: example.com", 0 },
	{ ACTION_SCROLL_RIGHT,   DETAIL, NULL, "│   on: example.com/v1", 0 },
	{ ACTION_SCOPE,         "jj" EVENTS, NULL, "events: Widget", 0 },
	{ ACTION_PAUSE,         EVENTS, NULL, "paused", 0 },
	{ ACTION_GO_TO,          EVENTS, NULL, ">red", 0 },
	/* whichever tab was shown last */
	{ ACTION_GO_DETAIL,     ":widgets\rd" EVENTS, NULL, "Widget b/red +\\[yaml\\]", 0 },
	{ ACTION_GO_DESCRIBE,   EVENTS, NULL, "Widget b/red .*\\[describe\\]", 0 },
	{ ACTION_EVENTS_LEFT,    EVENTS "l", NULL, "b/red  .metadata", 0 },
	{ ACTION_EVENTS_RIGHT,   EVENTS, NULL, "b/red  …", 0 },
	{ ACTION_NOISE,         EVENTS, NULL, "resourceVersion", 0 },
};
/* clang-format on */

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static struct keymap *map;

static const struct row *row_of(enum action action)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].action == action)
			return &rows[i];
	}
	return NULL;
}

static void test_all_have_one(void **state)
{
	const struct action_entry *entry;

	(void)state;
	for (size_t i = 0; (entry = keymap_entry(map, i)); i++) {
		if (!row_of(entry->action))
			fail_msg("the action %s has no row", entry->name);
	}
}

/* The bytes that a terminal sends for the first key of an action. */
static const char *bytes_of(enum action action, char out[8])
{
	static const struct {
		const char *name, *bytes;
	} named[] = {
		{ "enter", "\r" },
		{ "esc", "\033" },
		{ "tab", "\t" },
		{ "shift-tab", "\033[Z" },
		{ "space", " " },
	};
	struct str keys = str_of(keymap_keys(map, action));
	struct str key = str_cut(&keys, ' ');

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (str_is(key, named[i].name))
			return named[i].bytes;
	}
	memset(out, 0, 8);
	if (str_is(key, "ctrl-space"))
		return out; /* a NUL */
	if (str_starts(key, STR("ctrl-")))
		out[0] = (char)(key.p[5] & 0x1f);
	else
		memcpy(out, key.p, key.len < 7 ? key.len : 7);
	return out;
}

static void play_row(struct play *play, const struct row *row)
{
	static const char *const env[] = { "CRWATCH_CLIPBOARD=osc52", "XDG_STATE_HOME=/nonexistent",
		NULL };
	struct screen_options options = { .clock = true, .env = env };
	char bytes[8];

	play_open(play, NULL);
	play_put(play->widgets, "a", "blue",
		"\"labels\":{\"team\":\"x\"},\"managedFields\":[{\"manager\":\"m\"}]",
		"\"spec\":{\"note\":\"" NOTE NOTE NOTE NOTE "\"}," PLAY_READY("True", "Fine"));
	play_start(play, 40, row->cols ? row->cols : 140, &options);
	screen_expect_row(play->screen, "Widget +3");
	play_put(play->widgets, "b", "red", NULL, PLAY_READY("False", "Broken"));
	play_expect(play, "MODIFIED");
	for (const char *at = row->before; *at; at++) {
		screen_send(play->screen, at, 1);
		screen_settle(play->screen);
	}
	if (row->key)
		play_type(play, row->key);
	else if (bytes_of(row->action, bytes)[0])
		play_type(play, bytes_of(row->action, bytes));
	else
		screen_send(play->screen, "", 1); /* ctrl-space */
	if (row->after && *row->after == '>')
		play_expect_cursor(play, row->after + 1);
	else if (row->after)
		screen_expect_row(play->screen, row->after);
	else
		assert_int_equal(screen_wait_exit(play->screen), 0);
}

/* A test's state begins as its row. */
struct one {
	struct play play;
	const struct row *row;
};

static int set_up(void **state)
{
	struct one *one = mem_zalloc(sizeof(*one));

	one->row = *state;
	*state = one;
	return 0;
}

static int tear_down(void **state)
{
	struct one *one = *state;

	play_close(&one->play);
	free(one);
	return 0;
}

static void test_row(void **state)
{
	struct one *one = *state;

	play_row(&one->play, one->row);
}

int main(void)
{
	struct CMUnitTest tests[N_ROWS + 1];
	const struct action_entry *entry;
	int failed;

	map = keymap_new();
	for (size_t i = 0; i < N_ROWS; i++) {
		entry = keymap_entry(map, (size_t)rows[i].action - 1);
		tests[i] = (struct CMUnitTest){ .name = entry->name,
			.test_func = test_row,
			.setup_func = set_up,
			.teardown_func = tear_down,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	}
	tests[N_ROWS] = (struct CMUnitTest)cmocka_unit_test(test_all_have_one);
	failed = cmocka_run_group_tests_name("actions", tests, NULL, NULL);
	keymap_free(map);
	return failed;
}
