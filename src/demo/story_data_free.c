/*
 * Frees what was parsed. See story_data.h.
 */
#include <stdlib.h>

#include "base/texts.h"
#include "demo/story_data.h"
#include "demo/template.h"

static void free_variables(struct story_variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		free(variables->items[i].name);
		demo_template_free(variables->items[i].value);
	}
	free(variables->items);
}

static void free_loops(struct story_entry *entry)
{
	for (size_t i = 0; i < entry->n_loops; i++) {
		struct story_loop *loop = &entry->loops[i];

		for (size_t k = 0; k < loop->count; k++) {
			texts_free(loop->turns[k].names, loop->turns[k].n_names);
			texts_free(loop->turns[k].values, loop->turns[k].n_values);
		}
		free(loop->turns);
	}
	free(entry->loops);
}

static void free_entry(struct story_entry *entry)
{
	free(entry->name);
	free(entry->version);
	free(entry->manager);
	free(entry->controller);
	free_loops(entry);
	free_variables(&entry->variables);
	demo_template_free(entry->ns);
	demo_template_free(entry->object_name);
	demo_template_free(entry->object);
	demo_template_free(entry->status);
	free(entry->children);
	story_steps_release(&entry->then);
	free(entry);
}

void story_data_release(struct story_data *data)
{
	for (size_t i = 0; i < data->n_kinds; i++)
		story_kind_free(data->kinds[i]);
	for (size_t i = 0; i < data->n_entries; i++)
		free_entry(data->entries[i]);
	for (size_t i = 0; i < data->n_behaviours; i++) {
		struct story_behaviour *b = &data->behaviours[i];

		free(b->name);
		free(b->manager);
		free(b->version);
		free(b->pick_ns);
		free(b->pick_name);
		demo_template_free(b->when);
		free_variables(&b->variables);
		story_steps_release(&b->steps);
	}
	free(data->kinds);
	free(data->entries);
	free(data->behaviours);
	*data = (struct story_data){ .n_kinds = 0 };
}
