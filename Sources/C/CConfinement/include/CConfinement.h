// What Swift cannot say about the Linux kernel: walls around a process, and signals that become a readable byte.
// Every function returns 0 (or a positive number where it says so) on success and a negated errno on failure.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// --- Walls of the calling process; none can be taken down again. ---

/// Forbids gaining rights by exec, core dumps and ptrace by others of the same user; the process dies with its parent's
/// thread, so that thread must wait for it.
int confinement_renounce(void);
/// Drops every capability: effective, permitted, inheritable, ambient and bounding.
int confinement_drop_capabilities(void);
/// Lowers the priority: nice +10, batch scheduling, lowest best-effort priority for the disk.
int confinement_lower_priority(void);
/// Limits private writable memory, CPU time (SIGXCPU), file size 0, core size 0, processes 0. Two
/// seconds past the CPU limit the kernel kills without asking.
int confinement_limit(uint64_t data_bytes, uint64_t cpu_seconds);
/// Closes every descriptor but 0, 1 and 2 and forbids to open another of any kind.
int confinement_seal_descriptors(void);
/// A Landlock domain that allows nothing. Returns the ABI of the kernel (1 and up). Covers the calling thread only.
int confinement_landlock(void);
/// A system call filter for every thread: reading and writing what is open, memory, time, exit. Opening and probing get an
/// error; everything else ends the process with SIGSYS.
int confinement_seccomp(void);
/// Threads of the calling process.
int confinement_thread_count(void);

// --- Children. ---

/// Starts `path` with 0, 1 and 2 as given and nothing else open, in a process group of its own, with default signals.
/// Returns the process id.
int confinement_spawn(
    const char *path, char *const arguments[], char *const environment[], int input, int output, int errors);
/// Waits for the process to end. `status` is the exit code, or the negated number of the signal that ended it.
int confinement_wait(pid_t process, int *status);
/// A pipe whose ends are closed on exec; reading from it never blocks.
int confinement_pipe(int ends[2]);

// --- Signals. ---

/// From now on SIGINT, SIGTERM and SIGHUP write one byte to `descriptor` instead of ending the process. The second one of
/// them ends it at once, as it would have without this.
int confinement_catch_interrupts(int descriptor);
/// The first signal that came, or 0.
int confinement_interrupt(void);
