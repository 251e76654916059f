/*
 * What the user may do, as the server's review says, and the role to ask for.
 */
#include <stdlib.h>
#include <string.h>

#include "screen/play.h"

#define REVIEW "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews$"

static void answer(struct play *play, const char *status)
{
	char body[2048];
	struct server_answer answer = { .status = 201, .body = body };

	snprintf(body, sizeof(body),
		"{\"kind\":\"SelfSubjectRulesReview\",\"apiVersion\":\"authorization.k8s.io/v1\","
		"\"status\":%s}",
		status);
	play_answer(play, REVIEW, NULL, &answer);
}

static const char part[] =
	"{\"resourceRules\":["
	"{\"verbs\":[\"get\",\"list\",\"watch\"],\"apiGroups\":[\"example.com\"],"
	"\"resources\":[\"widgets\",\"scalers\"]},"
	"{\"verbs\":[\"update\"],\"apiGroups\":[\"example.com\"],"
	"\"resources\":[\"*/scale\",\"scalers/status\"]},"
	"{\"verbs\":[\"get\",\"delete\"],\"apiGroups\":[\"example.com\"],"
	"\"resources\":[\"gadgets\"],\"resourceNames\":[\"tool\"]},"
	"{\"verbs\":[\"list\"],\"apiGroups\":[\"apiextensions.k8s.io\"],"
	"\"resources\":[\"*\"]}],\"nonResourceRules\":[],\"incomplete\":%s}";

static void answer_part(struct play *play, const char *incomplete)
{
	char status[1024];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(status, sizeof(status), part, incomplete);
#pragma GCC diagnostic pop
	answer(play, status);
}

static void open_play(struct play *play)
{
	play_open(play, NULL);
	play_crd(play, "scalers.example.com",
		"{\"name\":\"v1\",\"served\":true,\"storage\":true,"
		"\"subresources\":{\"status\":{},\"scale\":{}}}",
		NULL);
}

static void test_marks(void **state)
{
	struct screen_cell yes, no;
	struct play *play = *state;
	char *body;

	open_play(play);
	answer_part(play, "false");
	play_start(play, 40, 160, NULL);
	play_expect(play, "live");
	play_type(play, ":access\r");
	screen_expect_row(play->screen, "^ access .* in namespace default; :access NAME another");
	body = server_body(play->server, server_wait(play->server, "POST /apis/authorization", 1));
	assert_non_null(strstr(body, "\"spec\":{\"namespace\":\"default\"}"));
	free(body);
	screen_expect_row(play->screen, "^ RESOURCE.GROUP +SCOPE +LIST +WATCH +GET +CREATE +UPDATE "
					"+PATCH +DELETE +STATUS +SCALE +CRWATCH");
	screen_expect_row(play->screen,
		"^ widgets.example.com +namespaced +✓ +✓ +✓ +✗ +✗ +✗ +✗ +– +– +watched");
	screen_expect_row(
		play->screen, "^ scalers.example.com +namespaced +✓ +✓ +✓ +✗ +✗ +✗ +✗ +✓ +✓ ");
	screen_expect_row(play->screen,
		"^ gadgets.example.com +namespaced +✗ +✗ +~ +✗ +✗ +✗ +~ +– +– +watched");
	screen_expect_row(play->screen,
		"^ customresourcedefinitions.apiextensions.k8s.io +cluster +✓ +✗ +watched");
	screen_expect_row(play->screen, "^ events.events.k8s.io +namespaced +✗ +✗ +watched");
	play_style(play, "✓", &yes);
	play_style(play, "✗", &no);
	assert_memory_not_equal(&yes, &no, sizeof(yes));
	/* by the row's kind to its objects, and back */
	play_type(play, "/gadgets\r");
	screen_expect_not(play->screen, "widgets.example.com");
	play_type(play, "\r");
	screen_expect_row(play->screen, "^ gadgets.example.com  ");
	play_finish(play);
}

static void test_incomplete(void **state)
{
	struct play *play = *state;

	open_play(play);
	answer_part(play, "true,\"evaluationError\":\"a webhook decides, too\"");
	play_start(play, 40, 160, NULL);
	play_expect(play, "live");
	play_type(play, ":access\r");
	screen_expect_row(play->screen,
		"^ access .*the server does not know all rules · a webhook decides, too");
	screen_expect_row(play->screen,
		"^ widgets.example.com +namespaced +✓ +✓ +✓ +\\? +\\? +\\? +\\? +– +– +watched");
	play_finish(play);
}

static void test_refused(void **state)
{
	struct play *play = *state;

	open_play(play);
	play_refuse(play, REVIEW, 403, "Forbidden", "no reviews for you");
	play_start(play, 40, 160, NULL);
	play_expect(play, "live");
	play_type(play, ":access\r");
	screen_expect_row(play->screen, "^ access .* · .*no reviews for you");
	screen_expect_row(play->screen, "^ widgets.example.com +namespaced +\\? +\\?");
	/* asked again, it answers */
	answer_part(play, "false");
	play_type(play, "\022");
	screen_expect_row(play->screen, "^ widgets.example.com +namespaced +✓ +✓ +✓");
	screen_expect_not(play->screen, "no reviews for you");
	answer(play, "{}");
	play_type(play, "\022");
	play_expect(play, "the answer is no review of rules");
	play_finish(play);
}

/* Until there is an answer, nothing is said. */
static void test_asked(void **state)
{
	struct server_answer silent = { .silent = true };
	struct play *play = *state;

	open_play(play);
	play_answer(play, REVIEW, NULL, &silent);
	play_start(play, 40, 160, NULL);
	play_expect(play, "live");
	play_type(play, ":access\r");
	screen_expect_row(play->screen, "^ widgets.example.com +namespaced +… +… +… ");
	play_finish(play);
}

static void test_namespaces(void **state)
{
	struct play *play = *state;
	char *body;

	open_play(play);
	answer_part(play, "false");
	play_start(play, 40, 160, NULL);
	play_expect(play, "live");
	play_type(play, ":ns b a\r:access\r");
	screen_expect_row(play->screen, "^ access .* in namespace [ab], the first of 2 shown; ");
	assert_int_not_equal(server_wait(play->server, "POST /apis/authorization", 1), 0);
	play_type(play, ":access other\r");
	screen_expect_row(play->screen, "^ access .* in namespace other$");
	body = server_body(play->server, server_wait(play->server, "POST /apis/authorization", 2));
	assert_non_null(strstr(body, "\"namespace\":\"other\""));
	free(body);
	play_finish(play);
}

static void test_role(void **state)
{
	struct play *play = *state;

	open_play(play);
	answer_part(play, "false");
	play_start(play, 50, 100, NULL);
	play_expect(play, "live");
	play_type(play, ":access\rg\r");
	screen_expect_row(play->screen, "^ kind: ClusterRole");
	screen_expect_row(play->screen, "^   - customresourcedefinitions");
	screen_expect_row(play->screen, "^   - gadgets");
	screen_expect_row(play->screen, "^   - scalers");
	screen_expect_row(play->screen, "^   - widgets");
	play_esc(play, "ClusterRole with");
	screen_expect_row(play->screen, "^ widgets.example.com");
	play_type(play, ":access role\r");
	screen_expect_row(play->screen, "^ kind: ClusterRole");
	play_finish(play);
}

/* Where there is less room, the names give way and the marks come closer; what still does
 * not fit is reached by scrolling. */
static void test_fits(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_kind(play, "configurations.infrastructure.management.example.com", NULL);
	answer_part(play, "false");
	play_start(play, 24, 120, NULL);
	play_expect(play, "live");
	play_type(play, ":access\r");
	screen_expect_row(play->screen,
		"^ RESOURCE.GROUP +SCOPE +LIST WATCH GET CREATE UPDATE PATCH "
		"DELETE STATUS SCALE CRWATCH *$");
	screen_expect_row(
		play->screen, "^ configurations.*…[^ ]*example.com namespaced ✗ .* watched *$");
	screen_expect_row(play->screen, "^ widgets.example.com +namespaced ✓ .* watched *$");
	play_resize(play, 24, 80);
	screen_expect_not(play->screen, "CRWATCH");
	for (int i = 0; i < 4; i++)
		play_type(play, "\033[C");
	screen_expect_row(play->screen, "^ widgets.example.com .*watched *$");
	play_finish(play);
}

/* The command: the namespace is named, and has to be there. */
static void test_command(void **state)
{
	static const char *const there[] = { "access", "widgets", NULL };
	static const char *const gone[] = { "access", "-n", "nosuch", NULL };
	static const char *const role[] = { "access", "widgets", "-n", "a", "-o", "yaml",
		"--role-name", "readers", NULL };
	static const char *const useless[] = { "access", "--role-name", "readers", NULL };
	static const char *const unnamed[] = { "access", "-o", "yaml", "--role-name", "", NULL };
	static const char *const slash[] = { "access", "-o", "yaml", "--role-name", "a/x", NULL };
	static const struct {
		const char *const *args;
		int code;
		const char *says;
	} cases[] = {
		{ there, 0, "^In namespace default \\(-n NAME: in another\\):" },
		{ there, 0, "widgets.example.com .* yes +yes +yes .* watched" },
		{ gone, 1, "^Error from server \\(NotFound\\): namespaces \"nosuch\" not found" },
		{ role, 0, "^kind: Role *$" },
		{ role, 0, "^  name: readers *$" },
		{ role, 0, "^  namespace: a *$" },
		{ useless, 2, "--role-name needs -o yaml" },
		{ unnamed, 2, "no name for a role:" },
		{ slash, 2, "no name for a role: a/x" },
	};
	struct play *play = *state;

	open_play(play);
	answer_part(play, "false");
	play_answer(play, "/api/v1/namespaces/nosuch$", NULL,
		&(struct server_answer){ .status = 404,
			.body = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
				"\"message\":\"namespaces \\\"nosuch\\\" not found\",\"reason\":"
				"\"NotFound\",\"details\":{\"name\":\"nosuch\",\"kind\":\"namespaces\"},"
				"\"code\":404}" });
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		play_start(play, 40, 160, &(struct screen_options){ .args = cases[i].args });
		assert_int_equal(screen_wait_exit(play->screen), cases[i].code);
		screen_expect_row(play->screen, cases[i].says);
		screen_free(play->screen);
		play->screen = NULL;
	}
	/* listed, and polled once the server has said that it may not be watched */
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden", "no watch");
	play_answer(play, PLAY_WIDGETS, "limit=500",
		&(struct server_answer){
			.body = "{\"kind\":\"WidgetList\",\"apiVersion\":"
				"\"example.com/v1\",\"metadata\":{\"resourceVersion\":"
				"\"7\"},\"items\":[]}" });
	play_answer(play, PLAY_WIDGETS, "resourceVersionMatch",
		&(struct server_answer){
			.body = "{\"kind\":\"WidgetList\",\"apiVersion\":"
				"\"example.com/v1\",\"metadata\":{\"resourceVersion\":"
				"\"7\"},\"items\":[]}" });
	play_answer(play, PLAY_WIDGETS, "watch=true",
		&(struct server_answer){ .status = 403, .body = "{}" });
	play_start(play, 40, 160, &(struct screen_options){ .args = there });
	assert_int_equal(screen_wait_exit(play->screen), 0);
	screen_expect_row(play->screen, "widgets.example.com .* polled");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_marks),
		play_test(test_incomplete),
		play_test(test_refused),
		play_test(test_asked),
		play_test(test_namespaces),
		play_test(test_role),
		play_test(test_fits),
		play_test(test_command),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
