// libpq as Swift sees it.
#ifndef ZANCADA_CPOSTGRES_SHIM_H
#define ZANCADA_CPOSTGRES_SHIM_H

#include <libpq-fe.h>

#endif
