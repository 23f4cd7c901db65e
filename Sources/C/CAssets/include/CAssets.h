#pragma once
#include <stddef.h>

// Files that are part of the program, put into it by #embed (C23). What is returned lives as long as the program.

// The exercises that every organisation begins with, as `zancada exercises export` writes them.
const unsigned char *_Nonnull zancada_exercises(size_t *_Nonnull count);

// What pages look like, what scripts add to them, what asks authenticators for passkeys, what films, sends videos and follows their measuring, and
// the icon by which people know the program: as a drawing, and as pictures of so many pixels for phones that take no drawing.
const unsigned char *_Nonnull zancada_page_style(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_script(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_passkeys(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_film(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_sending(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_follow(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_icon(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_icon_180(size_t *_Nonnull count);
const unsigned char *_Nonnull zancada_page_icon_512(size_t *_Nonnull count);

// The passwords and words that are tried first, one a line, in the order in which the library Passwords looks them up.
const unsigned char *_Nonnull zancada_common_passwords(size_t *_Nonnull count);
