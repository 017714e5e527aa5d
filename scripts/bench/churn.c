/*
 * churn: a bounded generator of TCP connections on loopback, for tests and benchmarks.
 *
 *   churn COUNT [RATE] [LISTENERS] [FAMILY]
 *
 * Makes COUNT connections (RATE a second, 0 = as fast as it goes) in two threads over LISTENERS ports (default 16, so that
 * TIME-WAIT does not exhaust one destination's ports). A thread holds both ends of its connections, one at a time: connect,
 * accept, close the client's end, read the end of file, close the server's end: ten transitions on the two ends together,
 * in one order, none of them left to a timer. Prints one line of JSON:
 *   {"made":100000,"seconds":2.01,"cpu_seconds":3.9,"ports":[41001,...]}
 * Connects to 127.0.0.1 or ::1 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_LISTENERS 64
#define THREADS 2

static int listeners[MAX_LISTENERS];
static struct sockaddr_storage addresses[MAX_LISTENERS];
static socklen_t address_size;
static int listener_count = 16;
static int family = AF_INET;

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

static void open_listener(int i) {
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

static void pace(double start, long made, double rate) {
  double wait = start + made / rate - now();
  if (wait <= 0) return;
  struct timespec t = {(time_t)wait, (long)((wait - (time_t)wait) * 1e9)};
  nanosleep(&t, NULL);
}

struct share {
  int first_listener;
  long count;
  double rate;
};

/* One thread's share: both ends of one connection at a time. */
static void *work(void *argument) {
  const struct share *share = argument;
  double start = now();
  char byte;
  for (long i = 0; i < share->count; i++) {
    if (share->rate > 0) pace(start, i, share->rate);
    int at = (share->first_listener + i * THREADS) % listener_count;
    int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0) die("socket");
    if (connect(client, (struct sockaddr *)&addresses[at], address_size) < 0) die("connect");
    int server = accept4(listeners[at], NULL, NULL, SOCK_CLOEXEC);
    if (server < 0) die("accept4");
    close(client);
    while (read(server, &byte, 1) > 0) continue;
    close(server);
  }
  return NULL;
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 0;
  double rate = argc > 2 ? atof(argv[2]) : 0;
  if (argc > 3) listener_count = atoi(argv[3]);
  if (argc > 4 && !strcmp(argv[4], "6")) family = AF_INET6;
  if (count < 1 || count > 10000000 || listener_count < THREADS || listener_count > MAX_LISTENERS || listener_count % THREADS) {
    fprintf(stderr, "usage: churn COUNT [RATE] [LISTENERS, even] [4|6]\n");
    return 2;
  }
  address_size = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
  for (int i = 0; i < listener_count; i++) open_listener(i);
  pthread_t threads[THREADS];
  struct share shares[THREADS];
  double start = now();
  for (int i = 0; i < THREADS; i++) {
    shares[i] = (struct share){i, count / THREADS + (i < count % THREADS), rate / THREADS};
    if (pthread_create(&threads[i], NULL, work, &shares[i])) die("pthread_create");
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  double seconds = now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"made\":%ld,\"seconds\":%.6f,\"cpu_seconds\":%.3f,\"ports\":[", count, seconds,
         usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  for (int i = 0; i < listener_count; i++) printf("%s%u", i ? "," : "", port_of(&addresses[i]));
  printf("]}\n");
  return 0;
}
