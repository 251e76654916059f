/*
 * svg - a screen as a picture that a browser shows: one text element for each run
 * of cells that look alike. Its lines are the cells and nothing else, so that two
 * pictures can be compared line by line.
 */
#ifndef SCREEN_SVG_H
#define SCREEN_SVG_H

#include <stdbool.h>

#include "base/buf.h"
#include "screen/harness.h"

/* Appends the picture. light: on a light terminal. */
void svg_draw(struct screen *screen, int rows, int cols, bool light, struct buf *out);

#endif
