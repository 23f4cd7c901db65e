#include "CAssets.h"

static const unsigned char exercises[] = {
#embed "exercises.json"
};

const unsigned char *zancada_exercises(size_t *count) {
    *count = sizeof exercises;
    return exercises;
}
