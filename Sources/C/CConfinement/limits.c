#define _GNU_SOURCE
#include "CConfinement.h"

#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int confinement_renounce(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -errno;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -errno;
    return 0;
}

int confinement_drop_capabilities(void) {
    // The bounding set can be cut only by who has CAP_SETPCAP; without it there is nothing to bound.
    for (int capability = 0; capability <= 63; capability++) (void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return syscall(SYS_capset, &header, none) == 0 ? 0 : -errno;
}

int confinement_lower_priority(void) {
    const int background_class = 2, lowest = 7;
    (void)syscall(SYS_ioprio_set, 1, 0, background_class << 13 | lowest);
    const struct sched_param none = {.sched_priority = 0};
    (void)sched_setscheduler(0, SCHED_BATCH, &none);
    return setpriority(PRIO_PROCESS, 0, 10) == 0 ? 0 : -errno;
}

static int limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
    // A limit that is already lower, set by the operator, stays.
    struct rlimit old;
    if (getrlimit(resource, &old) != 0) return -errno;
    const struct rlimit new = {
        .rlim_cur = old.rlim_cur < soft ? old.rlim_cur : soft,
        .rlim_max = old.rlim_max < hard ? old.rlim_max : hard,
    };
    return setrlimit(resource, &new) == 0 ? 0 : -errno;
}

int confinement_limit(uint64_t data_bytes, uint64_t cpu_seconds) {
    // RLIMIT_DATA counts what costs memory (private and writable, since Linux 4.7); RLIMIT_AS would also count mapped libraries
    // and address space that is merely reserved.
    int result = limit(RLIMIT_DATA, data_bytes, data_bytes);
    if (result == 0) result = limit(RLIMIT_CPU, cpu_seconds, cpu_seconds + 2);
    if (result == 0) result = limit(RLIMIT_FSIZE, 0, 0);
    if (result == 0) result = limit(RLIMIT_CORE, 0, 0);
    if (result == 0) result = limit(RLIMIT_NPROC, 0, 0);
    if (result == 0) result = limit(RLIMIT_MEMLOCK, 0, 0);
    if (result == 0) result = limit(RLIMIT_MSGQUEUE, 0, 0);
    return result;
}

static int close_descriptors_one_by_one(void) {
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) return -errno;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const int descriptor = atoi(entry->d_name);
        if (descriptor > 2 && descriptor != dirfd(folder)) close(descriptor);
    }
    closedir(folder);
    return 0;
}

int confinement_seal_descriptors(void) {
#ifdef SYS_close_range
    int result = syscall(SYS_close_range, 3u, ~0u, 0u) == 0 ? 0 : close_descriptors_one_by_one();
#else
    int result = close_descriptors_one_by_one();
#endif
    // With a limit of 0 the kernel gives out no number, whatever the descriptor would be of; the three that are open stay.
    return result == 0 ? limit(RLIMIT_NOFILE, 0, 0) : result;
}

int confinement_thread_count(void) {
    DIR *folder = opendir("/proc/self/task");
    if (folder == NULL) return -errno;
    int count = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}
