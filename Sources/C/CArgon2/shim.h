// Argon2, by Debian's libargon2-dev.
#pragma once
#include <argon2.h>
