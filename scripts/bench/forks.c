/*
 * forks: starts /bin/true RATE times a second for SECONDS, waits for each, and prints how many it started. HOLD: "none", or "listen":
 * it holds a listening socket, which every child inherits until its exec and after it.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count != 4) return 2;
  long rate = atol(words[1]), wanted = rate * atol(words[2]), made = 0;
  if (strcmp(words[3], "listen") == 0 && listen(socket(AF_INET, SOCK_STREAM, 0), 8) < 0) return 1;
  /* A recorder has seen the socket by then. */
  sleep(3);
  struct timespec next, end;
  clock_gettime(CLOCK_MONOTONIC, &next);
  end = next;
  end.tv_sec += atol(words[2]);
  for (; made < wanted; made++) {
    pid_t pid = vfork();
    if (pid == 0) {
      execl("/bin/true", "true", (char *)NULL);
      _exit(1);
    }
    if (pid < 0 || waitpid(pid, NULL, 0) < 0) return 1;
    next.tv_nsec += 1000000000L / rate;
    if (next.tv_nsec >= 1000000000L) {
      next.tv_nsec -= 1000000000L;
      next.tv_sec++;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > end.tv_sec) break;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
  printf("%ld\n", made);
  return 0;
}
