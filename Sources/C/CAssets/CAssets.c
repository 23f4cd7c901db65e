#include "CAssets.h"

// One function for each file: where its bytes begin, and how many they are.
#define ASSET(name)                                      \
    const unsigned char *zancada_##name(size_t *count) { \
        *count = sizeof name;                            \
        return name;                                     \
    }

static const unsigned char exercises[] = {
#embed "exercises.json"
};
ASSET(exercises)

static const unsigned char page_style[] = {
#embed "Pages/zancada.css"
};
ASSET(page_style)

static const unsigned char page_script[] = {
#embed "Pages/zancada.js"
};
ASSET(page_script)

static const unsigned char page_passkeys[] = {
#embed "Pages/passkeys.js"
};
ASSET(page_passkeys)

static const unsigned char page_film[] = {
#embed "Pages/film.js"
};
ASSET(page_film)

static const unsigned char page_sending[] = {
#embed "Pages/sending.js"
};
ASSET(page_sending)

static const unsigned char page_follow[] = {
#embed "Pages/follow.js"
};
ASSET(page_follow)

static const unsigned char page_icon[] = {
#embed "Pages/icon.svg"
};
ASSET(page_icon)

static const unsigned char page_icon_180[] = {
#embed "Pages/icon-180.png"
};
ASSET(page_icon_180)

static const unsigned char page_icon_512[] = {
#embed "Pages/icon-512.png"
};
ASSET(page_icon_512)

static const unsigned char common_passwords[] = {
#embed "common_passwords.txt"
};
ASSET(common_passwords)
