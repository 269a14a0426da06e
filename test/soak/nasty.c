// What a shell cannot do to outlive its supervisor: `nasty threads|undumpable|unlimited SECONDS`.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static unsigned seconds;

static void *wait_on(void *unused) {
  sleep(seconds);
  return unused;
}

// The leader ends, and is a zombie for as long as its threads run.
static void leave_threads(void) {
  for (int n = 0; n < 8; n++) {
    pthread_t thread;
    pthread_create(&thread, NULL, wait_on, NULL);
  }
  pthread_exit(NULL);
}

int main(int count, char **words) {
  if (count < 3) return 2;
  seconds = (unsigned)atoi(words[2]);
  if (strcmp(words[1], "threads") == 0) leave_threads();
  if (strcmp(words[1], "undumpable") == 0) prctl(PR_SET_DUMPABLE, 0);
  if (strcmp(words[1], "unlimited") == 0) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_LOCKS, &limit);
  }
  if (fork() != 0) sleep(seconds);
  else {
    setsid();
    if (fork() == 0) sleep(seconds);
  }
  return 0;
}
