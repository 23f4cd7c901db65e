#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t first = 0;
static volatile sig_atomic_t listener = -1;

static void note(int signal) {
    const int error = errno;
    if (first == 0) {
        first = signal;
        const char byte = 1;
        const ssize_t written = write(listener, &byte, 1);
        (void)written;  // A full pipe already says what this byte would.
    }
    errno = error;
}

int confinement_catch_interrupts(int descriptor) {
    listener = descriptor;
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    // The handler is taken off by the first signal, so that an impatient second one ends the process.
    action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction old;
        if (sigaction(signals[i], NULL, &old) != 0) return -errno;
        // nohup and background jobs have it ignored; that is their wish.
        if (old.sa_handler == SIG_IGN) continue;
        if (sigaction(signals[i], &action, NULL) != 0) return -errno;
    }
    return 0;
}

int confinement_interrupt(void) { return first; }
