#include "screen/place.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

void place_init(struct place *place, void **state)
{
	place->play = *state;
	strcpy(place->dir, "/tmp/changing-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	place->tmp = mem_printf("TMPDIR=%s", place->dir);
	play_open(place->play, NULL);
}

char *place_left(struct place *place)
{
	DIR *dir = opendir(place->dir);
	struct dirent *entry;
	char *path, *text = NULL;
	struct error err = ERROR_INIT;

	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		assert_null(text);
		path = mem_printf("%s/%s", place->dir, entry->d_name);
		text = file_read(path, 1 << 20, NULL, NULL, &err);
		assert_non_null(text);
		unlink(path);
		free(path);
	}
	closedir(dir);
	return text;
}

void place_release(struct place *place)
{
	char *text = place_left(place);

	assert_null(text);
	assert_int_equal(rmdir(place->dir), 0);
	free(place->tmp);
}

void place_answer(struct place *place, const char *method, const char *path, size_t times,
	int status, const char *body)
{
	struct server_route route = {
		.method = method,
		.path = path,
		.answer = { .status = status, .body = body },
		.times = times,
	};

	server_route(place->play->server, &route);
}

int place_run(struct place *place, const char *env, const char *const *args)
{
	const char *const environment[] = { place->tmp, env, NULL };
	struct play *play = place->play;

	screen_free(play->screen);
	play_start(play, 40, 150, &(struct screen_options){ .args = args, .env = environment });
	return screen_wait_exit(play->screen);
}

void place_expect_sent(struct place *place, const char *target, size_t count, const char *body)
{
	size_t number = server_wait(place->play->server, target, count);
	char *got;

	assert_int_not_equal(number, 0);
	got = server_body(place->play->server, number);
	assert_string_equal(got, body);
	free(got);
	assert_int_equal(server_count(place->play->server, target), count);
}

char *place_file(struct place *place, const char *text)
{
	char *path = mem_printf("%s/file.yaml", place->dir);

	assert_int_equal(file_replace(path, str_of(text), 0600, NULL), 0);
	return path;
}

void place_drop(char *path)
{
	unlink(path);
	free(path);
}
