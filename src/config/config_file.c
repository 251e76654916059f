#include "config/config_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LOOKS_GONE 2

static bool load(struct config_file *file, struct error *err)
{
	static const struct yaml_place whole = { 0, 0 };
	struct settings *settings;
	size_t len = 0;
	char *text;

	problems_clear(&file->problems);
	file->unread = true;
	/* What cannot be read is not tried again before it is another. */
	file_stamp(file->path, &file->stamp);
	text = file_read(file->path, SETTINGS_MAX, &len, &file->stamp, err);
	if (!text) {
		problems_add(&file->problems, whole, "%s", err->text);
		return false;
	}
	settings = settings_parse(str_make(text, len), &file->problems);
	free(text);
	if (!settings)
		return false;
	settings_unref(file->settings);
	file->settings = settings;
	file->unread = false;
	return true;
}

int config_file_init(struct config_file *file, const char *option, struct error *err)
{
	const char *named = option ? option : getenv("CRWATCH_CONFIG");
	struct error why = ERROR_INIT;

	*file = (struct config_file){ .settings = settings_new() };
	if (named && *named)
		file->path = mem_strdup(named);
	else
		file->path = file_in_home("XDG_CONFIG_HOME", ".config", "crwatch/config.yaml");
	problems_init(&file->problems, file->path ? file->path : "config.yaml");
	if (file->path && !load(file, &why) && why.code) {
		if (named && *named) {
			error_move(err, &why);
			error_prefix(err, "settings");
			config_file_release(file);
			return -1;
		}
		if (why.code == ERROR_NOT_FOUND) { /* most people have none */
			problems_clear(&file->problems);
			file->unread = false;
		}
	}
	error_release(&why);
	return 0;
}

const char *config_file_doubt(const struct config_file *file)
{
	const struct problems *problems = &file->problems;

	for (size_t i = 0; i < problems->count; i++) {
		if (file->unread || problems->more || strstr(problems->lines[i], "readonly"))
			return problems->lines[i];
	}
	return NULL;
}

void config_file_release(struct config_file *file)
{
	free(file->path);
	file->path = NULL;
	settings_unref(file->settings);
	file->settings = NULL;
	problems_release(&file->problems);
}

static bool is_read(const struct config_file *file)
{
	static const struct file_stamp none;

	return !file_stamp_equal(&file->stamp, &none);
}

enum config_file_news config_file_look(struct config_file *file)
{
	struct file_stamp now;

	if (!file->path)
		return CONFIG_FILE_SAME;
	if (file_stamp(file->path, &now) == 0) {
		file->missed = 0;
		return file_stamp_equal(&now, &file->stamp) ? CONFIG_FILE_SAME
							    : CONFIG_FILE_CHANGED;
	}
	if (!is_read(file) || ++file->missed < LOOKS_GONE)
		return CONFIG_FILE_SAME;
	file->missed = 0;
	file->stamp = (struct file_stamp){ 0 };
	return CONFIG_FILE_GONE;
}

bool config_file_load(struct config_file *file)
{
	struct error err = ERROR_INIT;
	bool loaded;

	if (!file->path)
		return false;
	loaded = load(file, &err);
	error_release(&err);
	return loaded;
}
