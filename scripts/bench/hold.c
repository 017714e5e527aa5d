/*
 * hold: keeps many established TCP sockets open on loopback, for benchmarks of memory and snapshots.
 *
 *   hold SOCKETS
 *
 * Opens SOCKETS / 2 connections to listeners of its own on 127.0.0.1 (both ends count), prints
 *   {"sockets":50000}
 * and holds them until its standard input ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_PER_LISTENER 20000

static void die(const char *what) {
  fprintf(stderr, "hold: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_listener(struct sockaddr_in *address) {
  socklen_t size = sizeof *address;
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)address, size) < 0 || listen(listener, 128) < 0) die("listen");
  if (getsockname(listener, (struct sockaddr *)address, &size) < 0) die("getsockname");
  return listener;
}

int main(int argc, char **argv) {
  long sockets = argc > 1 ? atol(argv[1]) : 0;
  if (sockets < 2 || sockets > 400000) {
    fprintf(stderr, "usage: hold SOCKETS (2 - 400000)\n");
    return 2;
  }
  struct rlimit limit = {(rlim_t)sockets + 64, (rlim_t)sockets + 64};
  if (setrlimit(RLIMIT_NOFILE, &limit) < 0) die("setrlimit");
  struct sockaddr_in address;
  int listener = -1;
  for (long i = 0; i < sockets / 2; i++) {
    if (i % CONNECTIONS_PER_LISTENER == 0) listener = open_listener(&address);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0) die("socket");
    if (connect(client, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    if (accept(listener, NULL, NULL) < 0) die("accept");
  }
  printf("{\"sockets\":%ld}\n", sockets / 2 * 2);
  fflush(stdout);
  while (getchar() != EOF) continue;
  return 0;
}
