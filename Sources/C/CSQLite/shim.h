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

// Makes SQLite take every page in the log for not yet copied to the database file. The number of those that were copied stands
// in the log's index, in shared memory, at the offset that https://sqlite.org/walformat.html gives (nBackfill: 96 bytes from
// the start), and is changed under the lock of whoever copies (WAL_CKPT_LOCK: 1). Answers with SQLite's result code.
static inline int zsqlite_forget_copied(sqlite3 *db) {
    sqlite3_file *file = 0;
    int result = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (result != SQLITE_OK) return result;
    if (!file || !file->pMethods || file->pMethods->iVersion < 2) return SQLITE_CANTOPEN;
    const sqlite3_io_methods *calls = file->pMethods;
    volatile void *index = 0;
    result = calls->xShmMap(file, 0, 32768, 0, &index);
    if (result != SQLITE_OK || !index) return result != SQLITE_OK ? result : SQLITE_CANTOPEN;
    result = calls->xShmLock(file, 1, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
    if (result != SQLITE_OK) return result;
    ((volatile unsigned int *)index)[96 / sizeof(unsigned int)] = 0;
    calls->xShmBarrier(file);
    return calls->xShmLock(file, 1, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
}

#endif
