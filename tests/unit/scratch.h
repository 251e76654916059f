/* A directory of the test's own, with files in it. */
#ifndef UNIT_SCRATCH_H
#define UNIT_SCRATCH_H

/* Makes the directory and changes into it; the last two take it away. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

void scratch_put(const char *path, const char *text);
char *scratch_get(const char *path); /* heap text; NULL when there is no such file */
unsigned scratch_mode(const char *path);
/* The variable holds the path inside the directory, or is unset for NULL. */
void scratch_env(const char *variable, const char *path);

#endif
