#include "ui/views/log.h"

#include <stdlib.h>

#include "base/log.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

static const struct sheet_column columns[] = { { "TIME", false }, { "LEVEL", false },
	{ "MESSAGE", false } };

void log_view_init(struct ui *ui)
{
	sheet_init(&ui->log, columns, sizeof(columns) / sizeof(*columns));
	sheet_note(&ui->log, "nothing has gone wrong so far");
}

void log_view_release(struct ui *ui)
{
	sheet_release(&ui->log);
}

static struct sheet *sheet_of(struct ui *ui)
{
	return &ui->log;
}

static void add_line(struct sheet *sheet, uint64_t number)
{
	static const struct {
		const char *word;
		enum role role;
	} levels[] = {
		[LOG_DEBUG] = { "debug", ROLE_DIM },
		[LOG_INFO] = { "info", ROLE_TEXT },
		[LOG_WARNING] = { "warning", ROLE_WARNING },
		[LOG_ERROR] = { "error", ROLE_BAD },
	};
	char time[TEXT_TIME_MAX];
	enum log_level level;
	int64_t wall;
	char *line = log_read(number, &level, &wall);

	if (!line)
		return;
	text_time(wall, time);
	sheet_row(sheet, number + 1);
	sheet_cell(sheet, ROLE_DIM, str_of(time));
	sheet_cell(sheet, levels[level].role, str_of(levels[level].word));
	sheet_cell(sheet, level > LOG_INFO ? levels[level].role : ROLE_TEXT, str_of(line));
	free(line);
}

static bool update(struct ui *ui)
{
	uint64_t first, end;

	log_range(&first, &end);
	sheet_begin(&ui->log);
	for (uint64_t n = end; n > first; n--)
		add_line(&ui->log, n - 1);
	sheet_end(ui, &ui->log);
	return true;
}

const struct view log_view = {
	.where = WHERE_LIST,
	.name = "log",
	.hints = "<filter> filter  <list-left> <list-right> sideways  <back> back  <help> help",
	.wide = true,
	.update = update,
	.sheet = sheet_of,
	.draw = sheet_view_draw,
	.act = sheet_view_act,
	.click = sheet_view_click,
	.wheel = sheet_view_wheel,
	.back = sheet_view_back,
	.filter = sheet_view_filter,
	.set_filter = sheet_view_set_filter,
};
