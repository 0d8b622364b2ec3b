/* What lines.c and lines_edit.c share. */
#ifndef LOCKSTEP_CODEC_LINES_PRIVATE_H
#define LOCKSTEP_CODEC_LINES_PRIVATE_H

#include "client/codec/lines.h"

void line_free(struct line *line);
/* A line of nothing but white space as it was read; false for NULL. */
bool line_is_blank(const struct line *line);
void line_params_clear(struct line *line);
void line_param_drop(struct line *line, size_t i);
/* Adds the parameter written as the n octets at s. */
void line_param_parse(struct line *line, const char *s, size_t n);
/* Puts a line before another; NULL: last. */
void lines_link(struct lines *l, struct line *line, struct line *before);

#endif
