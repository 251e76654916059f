#include "kube/managers.h"

#include "json/pick.h"
#include "kube/object.h"

void managers_init(struct managers *managers, const struct object *object)
{
	struct str metadata = scan_member(object->text, "metadata");

	scan_init(&managers->scan, scan_member(metadata, "managedFields"));
	managers->any = scan_array(&managers->scan) == 0;
}

bool managers_next(struct managers *managers, struct manager *ret)
{
	enum {
		NAME,
		OPERATION,
		SUBRESOURCE,
		TIME,
		FIELDS,
		MEMBERS
	};
	static const char *const keys[MEMBERS] = { "manager", "operation", "subresource", "time",
		"fieldsV1" };
	struct str v[MEMBERS], text;

	if (!managers->any || !scan_item_text(&managers->scan, &text))
		return false;
	pick_members(text, keys, v, MEMBERS);
	ret->name = pick_raw_or_empty(v[NAME]);
	ret->operation = pick_raw_or_empty(v[OPERATION]);
	ret->subresource = pick_raw_or_empty(v[SUBRESOURCE]);
	ret->fields = v[FIELDS];
	ret->time = OBJECT_NO_TIME;
	object_time(pick_raw_or_empty(v[TIME]), &ret->time);
	return true;
}

static bool newest(const struct object *object, const char *field, bool status, struct manager *ret)
{
	struct managers managers;
	struct manager m;
	bool found = false;

	managers_init(&managers, object);
	while (managers_next(&managers, &m)) {
		if (!status && scan_is(m.subresource, "status"))
			continue;
		if (!scan_member(m.fields, field).p || (found && m.time < ret->time))
			continue;
		*ret = m;
		found = true;
	}
	return found;
}

bool managers_of_spec(const struct object *object, struct manager *ret)
{
	return newest(object, "f:spec", false, ret);
}

bool managers_of_status(const struct object *object, struct manager *ret)
{
	return newest(object, "f:status", true, ret);
}
