// libpq as Swift sees it, and the one call of the kernel that wakes a thread waiting for a socket.
#ifndef ZANCADA_CPOSTGRES_SHIM_H
#define ZANCADA_CPOSTGRES_SHIM_H

#include <libpq-fe.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

// A counter that poll(2) sees as readable once it is not zero; -1 where the system gives no more descriptors.
static inline int zpostgres_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// How many bytes wait to be read.
static inline int zpostgres_readable(int socket) {
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 ? count : 0;
}

// The fields of a server's error; the header has them as characters.
static inline const char *zpostgres_sqlstate(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_SQLSTATE); }
static inline const char *zpostgres_severity(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
}
static inline const char *zpostgres_primary(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY); }
static inline const char *zpostgres_constraint(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME); }
static inline const char *zpostgres_column(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_COLUMN_NAME); }
static inline const char *zpostgres_function(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION); }

#endif
