#pragma once
#include <stddef.h>

// Files that are part of the program, put into it by #embed (C23). What is returned lives as long as the program.

// The exercises that every organisation begins with, as `zancada exercises export` writes them.
const unsigned char *_Nonnull zancada_exercises(size_t *_Nonnull count);
