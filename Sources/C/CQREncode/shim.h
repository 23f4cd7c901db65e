// QR codes, by Debian's libqrencode-dev.
#pragma once
#include <qrencode.h>
