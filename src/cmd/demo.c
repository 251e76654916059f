#include "cmd/demo.h"

int cmd_demo_start(const struct cmd_demo *said, struct demo **ret, struct error *err)
{
	struct demo_options options = {
		.story = {
			.seed = (uint64_t)said->seed,
			.scale = (unsigned)said->scale,
			.rate = (unsigned)said->rate,
			.paused = said->pause,
		},
		.listen = said->listen,
	};

	return demo_start(&options, ret, err);
}
