#include "base/leftover.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static _Atomic(const char *) paths[LEFTOVER_MAX];

void leftover_add(const char *path)
{
	for (int i = 0; i < LEFTOVER_MAX; i++) {
		if (!atomic_load(&paths[i])) {
			atomic_store(&paths[i], path);
			return;
		}
	}
	abort();
}

void leftover_drop(const char *path)
{
	for (int i = 0; i < LEFTOVER_MAX; i++) {
		if (atomic_load(&paths[i]) == path)
			atomic_store(&paths[i], NULL);
	}
}

void leftover_remove(void)
{
	for (int i = LEFTOVER_MAX; i-- > 0;) {
		const char *path = atomic_load(&paths[i]);

		if (path && unlink(path) < 0)
			rmdir(path);
	}
}
