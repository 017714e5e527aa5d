/*
 * storm: a bounded load of TCP connections on loopback that does not wait for itself: the connecting and the accepting ends
 * run in threads of their own.
 *
 *   storm SECONDS [PAIRS] [LISTENERS]
 *
 * PAIRS threads (default 2) connect and close, as many accept, read the end of file and close, over LISTENERS ports (default 16,
 * so that TIME-WAIT does not exhaust one destination's ports). Prints one line of JSON when all ends are closed:
 *   {"made":431000,"seconds":10.003,"cpu_seconds":19.1}
 * Connects to 127.0.0.1 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_LISTENERS 64
#define MAX_PAIRS 16

static int listeners[MAX_LISTENERS];
static struct sockaddr_in addresses[MAX_LISTENERS];
static int listener_count = 16;
static int pairs = 2;
static double until;
static atomic_long made;
static atomic_long accepted;
static atomic_int connecting;

static void die(const char *what) {
  fprintf(stderr, "storm: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void open_listener(int i) {
  socklen_t size = sizeof addresses[i];
  memset(&addresses[i], 0, size);
  addresses[i].sin_family = AF_INET;
  addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listeners[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listeners[i] < 0) die("socket");
  if (bind(listeners[i], (struct sockaddr *)&addresses[i], size) < 0) die("bind");
  if (listen(listeners[i], 4096) < 0) die("listen");
  if (getsockname(listeners[i], (struct sockaddr *)&addresses[i], &size) < 0) die("getsockname");
}

static void *connect_all(void *argument) {
  long first = (long)argument;
  for (long i = 0; now() < until; i++) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    struct sockaddr_in *address = &addresses[(first + i * pairs) % listener_count];
    if (connect(fd, (struct sockaddr *)address, sizeof *address) < 0) die("connect");
    atomic_fetch_add(&made, 1);
    close(fd);
  }
  atomic_fetch_sub(&connecting, 1);
  return NULL;
}

/* Accepts on the listeners of one connecting thread until that has ended and nothing waits. */
static void *accept_all(void *argument) {
  long first = (long)argument;
  struct pollfd waiting[MAX_LISTENERS];
  int count = 0;
  for (int i = first; i < listener_count; i += pairs) waiting[count++] = (struct pollfd){listeners[i], POLLIN, 0};
  char byte;
  for (;;) {
    int done = atomic_load(&connecting) == 0;
    if (poll(waiting, count, 20) < 0) die("poll");
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (!(waiting[i].revents & POLLIN)) continue;
      int fd = accept4(waiting[i].fd, NULL, NULL, SOCK_CLOEXEC);
      if (fd < 0) continue;
      found = 1;
      while (read(fd, &byte, 1) > 0) continue;
      close(fd);
      atomic_fetch_add(&accepted, 1);
    }
    if (done && !found && atomic_load(&accepted) == atomic_load(&made)) return NULL;
  }
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 0;
  if (argc > 2) pairs = atoi(argv[2]);
  if (argc > 3) listener_count = atoi(argv[3]);
  if (seconds <= 0 || seconds > 60 || pairs < 1 || pairs > MAX_PAIRS || listener_count < pairs ||
      listener_count > MAX_LISTENERS || listener_count % pairs) {
    fprintf(stderr, "usage: storm SECONDS [PAIRS] [LISTENERS, a multiple of PAIRS]\n");
    return 2;
  }
  for (int i = 0; i < listener_count; i++) open_listener(i);
  pthread_t threads[2 * MAX_PAIRS];
  double start = now();
  until = start + seconds;
  connecting = pairs;
  for (long i = 0; i < pairs; i++) {
    if (pthread_create(&threads[2 * i], NULL, accept_all, (void *)i)) die("pthread_create");
    if (pthread_create(&threads[2 * i + 1], NULL, connect_all, (void *)i)) die("pthread_create");
  }
  for (int i = 0; i < 2 * pairs; i++) pthread_join(threads[i], NULL);
  double took = now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"made\":%ld,\"seconds\":%.6f,\"cpu_seconds\":%.3f}\n", made, took,
         usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  return 0;
}
