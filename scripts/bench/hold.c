/*
 * hold: keeps many established TCP sockets open on loopback, for benchmarks of memory and snapshots.
 *
 *   hold SOCKETS
 *
 * Opens SOCKETS / 2 connections to listeners of its own on 127.0.0.1 (both ends count) in as many processes as the limit of
 * descriptors asks for, prints
 *   {"sockets":50000}
 * and holds them until its standard input ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
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

/* Opens a process's share of connections, reports it by one byte, and holds them until its standard input ends. */
static void hold(long connections, int ready) {
  struct sockaddr_in address;
  int listener = open_listener(&address);
  for (long i = 0; i < connections; i++) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0) die("socket");
    if (connect(client, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    if (accept(listener, NULL, NULL) < 0) die("accept");
  }
  if (write(ready, "", 1) != 1) die("write");
  while (getchar() != EOF) continue;
  exit(0);
}

int main(int argc, char **argv) {
  long connections = argc > 1 ? atol(argv[1]) / 2 : 0;
  int ready[2];
  int processes = 0;
  char byte;
  if (connections < 1 || connections > 200000) {
    fprintf(stderr, "usage: hold SOCKETS (2 - 400000)\n");
    return 2;
  }
  if (pipe(ready) < 0) die("pipe");
  for (long left = connections; left > 0; left -= CONNECTIONS_PER_PROCESS, processes++) {
    long share = left < CONNECTIONS_PER_PROCESS ? left : CONNECTIONS_PER_PROCESS;
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) hold(share, ready[1]);
  }
  close(ready[1]);
  for (int i = 0; i < processes; i++)
    if (read(ready[0], &byte, 1) != 1) die("a process ended early");
  printf("{\"sockets\":%ld}\n", connections * 2);
  fflush(stdout);
  while (wait(NULL) > 0) continue;
  return 0;
}
