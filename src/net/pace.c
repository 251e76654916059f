#include "net/pace.h"

void pace_await(struct pace *p, struct pace_wait *wait, int64_t now)
{
	pace_answered(p, wait);
	wait->until = now + PACE_AWAIT;
	wait->next = NULL;
	wait->prev = p->last;
	if (p->last)
		p->last->next = wait;
	else
		p->first = wait;
	p->last = wait;
}

void pace_answered(struct pace *p, struct pace_wait *wait)
{
	if (!wait->until)
		return;
	if (wait->prev)
		wait->prev->next = wait->next;
	else
		p->first = wait->next;
	if (wait->next)
		wait->next->prev = wait->prev;
	else
		p->last = wait->prev;
	*wait = (struct pace_wait){ 0 };
}

void pace_begin(struct pace *p, int64_t now)
{
	p->not_before = now + PACE_BEGUN;
}

void pace_read(struct pace *p, int64_t now, size_t n)
{
	if (now - p->since >= PACE_BEGUN) {
		p->since = now;
		p->bytes = 0;
	}
	p->bytes += n;
	if (p->bytes > PACE_TRICKLE)
		p->short_until = now + PACE_BEGUN;
}

int64_t pace_rest(struct pace *p, int64_t now)
{
	while (p->first && p->first->until <= now)
		pace_answered(p, p->first);
	if (p->first || now < p->not_before)
		return 0;
	if (now >= p->short_until)
		return PACE_REST;
	return p->small_buffers ? 0 : PACE_SHORT;
}
