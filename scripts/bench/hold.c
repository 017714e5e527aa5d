/*
 * hold: keeps many established TCP sockets open on loopback, for benchmarks of memory and snapshots.
 *
 *   hold SOCKETS [busy]
 *
 * Opens SOCKETS / 2 connections to listeners of its own on 127.0.0.1 (both ends count) in as many processes as the limit of
 * descriptors asks for, prints
 *   {"sockets":50000}
 * and holds them until its standard input ends. Busy: each connection carries a request and an answer of some kilobytes about once a
 * second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS_PER_PROCESS 8000

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

static void pass(int from, int to, size_t bytes) {
  static char data[8192];
  if (send(from, data, bytes, MSG_NOSIGNAL) < 0) die("send");
  if (recv(to, data, bytes, 0) < 0) die("recv");
}

/* A request and an answer on each connection, spread over a second; until standard input ends. */
static void talk(const int *clients, const int *servers, long connections) {
  struct pollfd end = {.fd = 0, .events = POLLIN};
  long batch = connections / 100 + 1;
  for (;;)
    for (long i = 0; i < connections; i++) {
      pass(clients[i], servers[i], 100 + rand() % 2000);
      pass(servers[i], clients[i], 500 + rand() % 7000);
      if (i % batch == 0 && poll(&end, 1, 10) > 0) return;
    }
}

/* Opens a process's share of connections, reports it by one byte, and holds them until its standard input ends. */
static void hold(long connections, int busy, int ready) {
  struct sockaddr_in address;
  int listener = open_listener(&address);
  static int clients[CONNECTIONS_PER_PROCESS], servers[CONNECTIONS_PER_PROCESS];
  for (long i = 0; i < connections; i++) {
    clients[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (clients[i] < 0) die("socket");
    if (connect(clients[i], (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    servers[i] = accept(listener, NULL, NULL);
    if (servers[i] < 0) die("accept");
  }
  if (write(ready, "", 1) != 1) die("write");
  if (busy) talk(clients, servers, connections);
  while (getchar() != EOF) continue;
  exit(0);
}

int main(int argc, char **argv) {
  long connections = argc > 1 ? atol(argv[1]) / 2 : 0;
  int busy = argc > 2 && strcmp(argv[2], "busy") == 0;
  int ready[2];
  int processes = 0;
  char byte;
  if (connections < 1 || connections > 200000) {
    fprintf(stderr, "usage: hold SOCKETS (2 - 400000) [busy]\n");
    return 2;
  }
  if (pipe(ready) < 0) die("pipe");
  for (long left = connections; left > 0; left -= CONNECTIONS_PER_PROCESS, processes++) {
    long share = left < CONNECTIONS_PER_PROCESS ? left : CONNECTIONS_PER_PROCESS;
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) hold(share, busy, ready[1]);
  }
  close(ready[1]);
  for (int i = 0; i < processes; i++)
    if (read(ready[0], &byte, 1) != 1) die("a process ended early");
  printf("{\"sockets\":%ld}\n", connections * 2);
  fflush(stdout);
  while (wait(NULL) > 0) continue;
  return 0;
}
