/*
 * config_file - the user's config.yaml: where it is, what it says, and whether
 * it has changed since. One thread, which is the UI's.
 */
#ifndef CONFIG_CONFIG_FILE_H
#define CONFIG_CONFIG_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/file.h"
#include "config/problems.h"
#include "config/settings.h"

struct config_file {
	char *path;		   /* NULL: there is no home directory, and no file */
	struct settings *settings; /* never NULL; replaced by config_file_load() */
	struct problems problems;  /* of the last load */
	struct file_stamp stamp;   /* of what was read last, all 0 for no file */
	unsigned missed;	   /* looks in a row that found no file */
	bool unread;		   /* nothing of the file is used, though there is one */
};

/* Finds the file and loads it: option (--config, may be NULL), $CRWATCH_CONFIG,
 * $XDG_CONFIG_HOME/crwatch/config.yaml, ~/.config/crwatch/config.yaml. Fails
 * only when one that the user has named cannot be read. */
int config_file_init(struct config_file *file, const char *option, struct error *err);
void config_file_release(struct config_file *file);

/* What a look at the file finds: one stat(), for every second. A file that is gone
 * is said to be at the second look in a row, because an editor may be at work, and
 * only once; whatever stands there later is another one. */
enum config_file_news {
	CONFIG_FILE_SAME,
	CONFIG_FILE_CHANGED, /* another than the one that was loaded last */
	CONFIG_FILE_GONE,
};
enum config_file_news config_file_look(struct config_file *file);

/* Reads it again. A file that cannot be read, or is no YAML, leaves the settings
 * as they are; problems say so. Returns whether the settings are new. */
bool config_file_load(struct config_file *file);

/* What is wrong where the file may have forbidden changes (the setting readonly), or
 * NULL: who wrote that must not be without it for a slip of the pen. */
const char *config_file_doubt(const struct config_file *file);

#endif
