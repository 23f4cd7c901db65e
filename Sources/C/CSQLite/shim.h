// SQLite as Swift sees it: its header, and as functions what it says in macros that Swift cannot read.
#ifndef ZANCADA_CSQLITE_SHIM_H
#define ZANCADA_CSQLITE_SHIM_H

#include <sqlite3.h>

// The bound memory may change after the call: SQLite copies it.
static inline sqlite3_destructor_type zsqlite_transient(void) { return SQLITE_TRANSIENT; }
// The bound memory stays as it is until the statement is reset.
static inline sqlite3_destructor_type zsqlite_static(void) { return SQLITE_STATIC; }

// sqlite3_db_config is variadic, which Swift does not import.
static inline int zsqlite_config_switch(sqlite3 *db, int option, int on) {
    return sqlite3_db_config(db, option, on, (int *)0);
}

// Counting every allocation takes a lock that all connections share. Before the first connection, or it has no effect.
static inline int zsqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

#endif
