/*
 * The embedded cluster alone, for kubectl and others. Main thread.
 */
#include <signal.h>
#include <stdio.h>

#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/demo.h"
#include "cmd/printer.h"
#include "cmd/session.h"

static void wait_for_signal(void)
{
	sigset_t set;
	int number;

	session_signals(&set);
	while (sigwait(&set, &number) != 0)
		continue;
}

int cmd_demo_server(const struct cmd_args *args)
{
	struct cmd_args server = *args;
	struct error err = ERROR_INIT;
	struct demo *demo;
	int code;

	if (args->n_words > 0)
		return args_bad("demo-server takes no argument: ", args->words[0]);
	if (!server.demo.listen)
		server.demo.listen = "127.0.0.1:0";
	if (cmd_demo_start(&server.demo, &demo, &err) < 0) {
		code = printer_fail(&err);
		error_release(&err);
		return code;
	}
	fputs(demo_kubeconfig(demo), stdout);
	fflush(stdout);
	printer_warn("# The embedded cluster is up. In another terminal: save the lines above to a "
		     "file and\n# KUBECONFIG=FILE kubectl get all -A. It ends with ctrl-c.");
	wait_for_signal();
	demo_stop(demo);
	return 0;
}
