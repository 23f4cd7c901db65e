#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static int describe(
    posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int input, int output, int errors) {
    int error = posix_spawn_file_actions_adddup2(actions, input, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, errors, 2);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);

    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    // A group of its own: Ctrl-C on the terminal reaches the parent alone, which then ends the child.
    if (error == 0) error = posix_spawnattr_setpgroup(attributes, 0);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0) {
        error = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    return error;
}

int confinement_spawn(
    const char *path, char *const arguments[], char *const environment[], int input, int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return -error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        pid_t process = 0;
        error = describe(&actions, &attributes, input, output, errors);
        if (error == 0) error = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        return error == 0 ? process : -error;
    }
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

int confinement_wait(pid_t process, int *status) {
    int raw = 0;
    while (waitpid(process, &raw, 0) < 0) {
        if (errno != EINTR) return -errno;
    }
    *status = WIFSIGNALED(raw) ? -WTERMSIG(raw) : WEXITSTATUS(raw);
    return 0;
}

/// Numbers below 3 are the child's; a pipe that got one, because the parent was started with them closed, moves up.
static int move_up(int descriptor) {
    if (descriptor > 2) return descriptor;
    const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    const int error = errno;
    close(descriptor);
    return moved < 0 ? -error : moved;
}

int confinement_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    ends[0] = move_up(ends[0]);
    ends[1] = move_up(ends[1]);
    int result = ends[0] < 0 ? ends[0] : ends[1] < 0 ? ends[1] : 0;
    if (result == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) result = -errno;
    if (result == 0) return 0;
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
    return result;
}
