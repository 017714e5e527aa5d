/*
 * churn: a bounded generator of TCP connections on loopback, for tests and benchmarks.
 *
 *   churn COUNT [RATE] [LISTENERS] [FAMILY]
 *
 * Makes COUNT connections (RATE a second, 0 = as fast as it goes) from a client thread to a server thread over
 * LISTENERS ports (default 16, so that TIME-WAIT does not exhaust one destination's ports), each closed in order by the
 * client first: ten transitions on the two ends together. Prints one line of JSON:
 *   {"made":100000,"seconds":2.01,"ports":[41001,...],"cpu_seconds":3.9}
 * Connects to 127.0.0.1 or ::1 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_LISTENERS 64

static int listeners[MAX_LISTENERS];
static struct sockaddr_storage addresses[MAX_LISTENERS];
static socklen_t address_size;
static int listener_count = 16;
static long connection_count;

static void die(const char *what) {
  fprintf(stderr, "churn: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned short port_of(const struct sockaddr_storage *address) {
  return ntohs(address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)address)->sin6_port
                                              : ((const struct sockaddr_in *)address)->sin_port);
}

static void open_listener(int i, int family) {
  struct sockaddr_storage *address = &addresses[i];
  memset(address, 0, sizeof *address);
  address->ss_family = family;
  if (family == AF_INET6) ((struct sockaddr_in6 *)address)->sin6_addr = in6addr_loopback;
  else ((struct sockaddr_in *)address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listeners[i] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listeners[i] < 0) die("socket");
  if (bind(listeners[i], (struct sockaddr *)address, address_size) < 0) die("bind");
  if (listen(listeners[i], 1024) < 0) die("listen");
  socklen_t size = address_size;
  if (getsockname(listeners[i], (struct sockaddr *)address, &size) < 0) die("getsockname");
}

/* Takes the connections in the order in which the client makes them, waits for each one's end of file, closes it. */
static void *serve(void *unused) {
  char byte;
  (void)unused;
  for (long i = 0; i < connection_count; i++) {
    int fd = accept4(listeners[i % listener_count], NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) die("accept4");
    while (read(fd, &byte, 1) > 0) continue;
    close(fd);
  }
  return NULL;
}

static void pace(double start, long made, double rate) {
  double wait = start + made / rate - now();
  if (wait <= 0) return;
  struct timespec t = {(time_t)wait, (long)((wait - (time_t)wait) * 1e9)};
  nanosleep(&t, NULL);
}

int main(int argc, char **argv) {
  connection_count = argc > 1 ? atol(argv[1]) : 0;
  double rate = argc > 2 ? atof(argv[2]) : 0;
  if (argc > 3) listener_count = atoi(argv[3]);
  int family = argc > 4 && !strcmp(argv[4], "6") ? AF_INET6 : AF_INET;
  if (connection_count < 1 || connection_count > 10000000 || listener_count < 1 || listener_count > MAX_LISTENERS) {
    fprintf(stderr, "usage: churn COUNT [RATE] [LISTENERS] [4|6]\n");
    return 2;
  }
  address_size = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
  for (int i = 0; i < listener_count; i++) open_listener(i, family);
  pthread_t server;
  if (pthread_create(&server, NULL, serve, NULL)) die("pthread_create");
  double start = now();
  for (long i = 0; i < connection_count; i++) {
    if (rate > 0) pace(start, i, rate);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    if (connect(fd, (struct sockaddr *)&addresses[i % listener_count], address_size) < 0) die("connect");
    close(fd);
  }
  pthread_join(server, NULL);
  double seconds = now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"made\":%ld,\"seconds\":%.6f,\"cpu_seconds\":%.3f,\"ports\":[", connection_count, seconds,
         usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  for (int i = 0; i < listener_count; i++) printf("%s%u", i ? "," : "", port_of(&addresses[i]));
  printf("]}\n");
  return 0;
}
