#include "ui/views/help.h"

#include "ui/state.h"
#include "ui/ui.h"

#define KEYS_WIDTH   18
#define COLUMN_WIDTH 76

/* Row n: a heading, an action, a blank line between them, or a remark. */
struct help_row {
	const char *heading;
	const struct action_entry *entry;
	const char *remark;
};

static const enum where sections[] = { WHERE_ANY, WHERE_OBJECT, WHERE_TREE, WHERE_TABLE,
	WHERE_PROBLEMS, WHERE_LIST, WHERE_DETAIL, WHERE_EVENTS };

static const char *const remarks[] = {
	"",
	"Hold shift to select text with the mouse; :mouse leaves the mouse to the terminal.",
	":kind [ns ...] [-l selector] goes to a kind by plural, singular, short name or plural.group.",
	":problems [ns ...]  :crds  :namespaces  :contexts  :access [ns]  :events  :log  :stats  :tree  :help",
	":ns a b  :ctx NAME  :theme NAME  :mouse  :k8s-events on|off  :stop  :q",
	"The browser only reads: crwatch edit, patch, scale, delete ... in a shell change objects.",
	"Tab goes on with the word that is being typed; up and down bring back what was entered before.",
};

static bool has_actions(const struct keymap *map, enum where where)
{
	const struct action_entry *entry;

	for (size_t i = 0; (entry = keymap_entry(map, i)); i++) {
		if (entry->where == where)
			return true;
	}
	return false;
}

static bool section_row(const struct keymap *map, enum where where, size_t *n, struct help_row *ret)
{
	const struct action_entry *entry;

	if (!has_actions(map, where))
		return false;
	if ((*n)-- == 0) {
		ret->heading = keymap_where(where);
		return true;
	}
	for (size_t i = 0; (entry = keymap_entry(map, i)); i++) {
		if (entry->where == where && (*n)-- == 0) {
			ret->entry = entry;
			return true;
		}
	}
	return (*n)-- == 0; /* a blank line */
}

static bool row_at(const struct keymap *map, size_t n, struct help_row *ret)
{
	*ret = (struct help_row){ 0 };
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		if (section_row(map, sections[i], &n, ret))
			return true;
	}
	if (n >= sizeof(remarks) / sizeof(*remarks))
		return false;
	ret->remark = remarks[n];
	return true;
}

static void draw_row(struct ui *ui, size_t n)
{
	struct draw *draw = ui->draw;
	struct help_row row;

	if (!row_at(ui->options->keymap, n, &row))
		return;
	if (row.heading) {
		draw_z(draw, ROLE_HEAD, " ");
		draw_z(draw, ROLE_HEAD, row.heading);
	} else if (row.entry) {
		draw_z(draw, ROLE_TEXT, "   ");
		draw_field(draw, ROLE_TITLE, str_of(row.entry->keys), KEYS_WIDTH, false);
		draw_z(draw, ROLE_TEXT, " ");
		draw_z(draw, ROLE_TEXT, row.entry->text);
	} else if (row.remark) {
		draw_z(draw, ROLE_DIM, " ");
		draw_z(draw, ROLE_DIM, row.remark);
	}
}

/* "lines 1 to 20 of 90, j goes on", while there is more than what is seen. */
static void draw_title(struct ui *ui, struct area area, const struct list *list)
{
	size_t end = list->top + list->height;

	draw_begin(ui->draw, area.y, area.x, area.w, GROUND_BAR);
	draw_z(ui->draw, ROLE_TITLE, " help: keys");
	draw_z(ui->draw, ROLE_DIM, "   esc or q: back");
	if (list->rows > list->height)
		draw_f(ui->draw, ROLE_WARNING, "   %s%s", list->top ? "\xe2\x86\x91 " : "",
			end < list->rows ? "\xe2\x86\x93 more: j or ctrl-f" : "");
	draw_end(ui->draw);
}

void help_view_draw(struct ui *ui, struct area area)
{
	struct list *list = &ui->help.list;
	int columns = area.w / COLUMN_WIDTH > 1 ? area.w / COLUMN_WIDTH : 1;
	size_t height = (size_t)area.h - 1;
	struct help_row row;
	size_t rows = 0;

	while (row_at(ui->options->keymap, rows, &row))
		rows++;
	list_resize(list, rows, height * (size_t)columns);
	draw_title(ui, area, list);
	for (size_t i = 0; i < height; i++) {
		for (int c = 0; c < columns; c++) {
			int x = area.x + area.w * c / columns;

			draw_begin(ui->draw, area.y + 1 + (int)i, x,
				area.x + area.w * (c + 1) / columns - x, GROUND_NONE);
			draw_row(ui, list->top + (size_t)c * height + i);
			draw_end_marked(ui->draw);
		}
	}
}

bool help_view_act(struct ui *ui, enum action action)
{
	struct list *list = &ui->help.list;
	long page = (long)list->height;

	switch (action) {
	case ACTION_DOWN:
	case ACTION_UP:
		list_scroll(list, action == ACTION_DOWN ? 1 : -1);
		return true;
	case ACTION_PAGE_DOWN:
	case ACTION_PAGE_UP:
		list_scroll(list, action == ACTION_PAGE_DOWN ? page : -page);
		return true;
	case ACTION_TOP:
	case ACTION_BOTTOM:
		list_scroll(list, action == ACTION_BOTTOM ? (long)list->rows : -(long)list->rows);
		return true;
	case ACTION_BACK:
	case ACTION_LEAVE:
	case ACTION_HELP:
		ui->help.open = false;
		return true;
	default:
		return false;
	}
}
