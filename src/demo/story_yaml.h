/*
 * story_yaml - the text of story.yaml; story_yaml.c is made from it by the build.
 */
#ifndef DEMO_STORY_YAML_H
#define DEMO_STORY_YAML_H

extern const char demo_story_yaml[];

#endif
