/* config.yaml, what the program writes into it, and state.json. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/settings.h"
#include "config/state.h"
#include "config/state_json.h"
#include "fuzz.h"

static void settings(struct str text)
{
	struct problems problems;
	struct settings *settings;

	problems_init(&problems, "config.yaml");
	settings = settings_parse(text, &problems);
	fuzz_must(problems.count <= PROBLEMS_MAX);
	fuzz_must(settings || problems.count);
	for (size_t i = 0; i < problems.count; i++)
		fuzz_must(str_starts(str_of(problems.lines[i]), STR("config.yaml")));
	if (settings) {
		fuzz_must(settings->theme && settings->history >= 0);
		settings_columns(settings, "widgets.example.com");
	}
	settings_unref(settings);
	problems_release(&problems);
}

/* What was read is written such that it is read as the same. */
static void state(struct str text)
{
	struct state *one = mem_zalloc(sizeof(*one)), *two = mem_zalloc(sizeof(*two));
	char *written = NULL, *again = NULL;

	if (state_json_read(one, text, NULL) == 0) {
		written = state_json_write(one);
		fuzz_must(strlen(written) <= STATE_MAX);
		fuzz_must(state_json_read(two, str_of(written), NULL) == 0);
		again = state_json_write(two);
		fuzz_must(!strcmp(written, again));
	}
	free(written);
	free(again);
	state_free(one);
	state_free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);

	if (size > FUZZ_MAX)
		return 0;
	settings(text);
	state(text);
	return 0;
}
