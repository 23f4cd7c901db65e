#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

// What decoding and inference on one thread need once everything is loaded. Traced over H.264, HEVC, VP8, VP9 and AV1 up to
// 4K: pread64, write, brk, mmap, munmap, futex, getuid, exit_group. The others are what allocation, the C library's abort
// and other decoders may come to.
static const int allowed[] = {
    // What is open: the video on 0, the observations on 1, complaints on 2.
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(fstat),
    SCMP_SYS(close),
    // Memory that is only data; mmap and mprotect have conditions below.
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    // Time, locks, chance.
    SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(sched_yield), SCMP_SYS(getrandom), SCMP_SYS(restart_syscall),
    // Signals to itself, and the end.
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    // Who it is, which gives nothing away: LiteRT asks at every inference, abort() once.
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
};

// Libraries try these and go on without; an error keeps a good video readable, and gives a hostile one nothing.
static const int refused[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(stat),
    SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
    SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getppid), SCMP_SYS(ioctl), SCMP_SYS(prctl), SCMP_SYS(prlimit64), SCMP_SYS(getrlimit),
    SCMP_SYS(sched_setaffinity), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler), SCMP_SYS(mbind),
    SCMP_SYS(set_mempolicy), SCMP_SYS(get_mempolicy), SCMP_SYS(mlock), SCMP_SYS(fadvise64), SCMP_SYS(dup),
    SCMP_SYS(clone3), SCMP_SYS(clone),
};

static int refuse(scmp_filter_ctx filter, int call, int error) {
    const int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(error), call, 0);
    // -EDOM: the architecture has no such call (open on arm64), so there is nothing to refuse.
    return result == -EDOM ? 0 : result;
}

static int write_rules(scmp_filter_ctx filter) {
    int result = 0;
    for (size_t i = 0; i < COUNT(allowed) && result == 0; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
        if (result == -EDOM) result = 0;
    }
    for (size_t i = 0; i < COUNT(refused) && result == 0; i++) result = refuse(filter, refused[i], EPERM);

    // Memory is private (shared memory would escape the memory limit) and never executable.
    if (result == 0) {
        result = seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED | MAP_PRIVATE, MAP_PRIVATE));
    }
    if (result == 0) {
        result = seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    }
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0));
    }
    // abort() and the runtime's traps.
    if (result == 0) {
        result = seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    }
    return result;
}

int confinement_seccomp(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) return -ENOMEM;
    // Every thread, not only this one. A call made under another architecture's numbers ends the process: the default.
    int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    // A balanced tree instead of a list of comparisons.
    if (result == 0) result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (result == 0) result = write_rules(filter);
    if (result == 0) result = seccomp_load(filter);
    seccomp_release(filter);
    return result;
}
