#ifndef CDESCRIPTORS_H
#define CDESCRIPTORS_H

#include <sys/types.h>

/* Descriptors over a local socket: what SCM_RIGHTS and SO_PEERCRED need and Swift cannot spell (macros, a GNU struct); and memory as
   a descriptor (memfd_create is a GNU function). */

/* Sends bytes with descriptors beside them. How many bytes were sent, or -1 and errno. At most 8 descriptors. */
ssize_t descriptors_send(int socket, const void *bytes, size_t count, const int *descriptors, int descriptor_count);

/* Receives bytes and the descriptors beside them, closed on exec. `descriptor_count` holds the room at first and how many came
   afterwards; a message with more than there is room for is refused (EMSGSIZE) and nothing of it stays open. */
ssize_t descriptors_receive(int socket, void *bytes, size_t count, int *descriptors, int *descriptor_count);

/* A file without a name in memory, closed on exec; -1 and errno. */
int descriptors_memory(void);

/* The user at the other end, or -1. */
long descriptors_peer_user(int socket);

#endif
