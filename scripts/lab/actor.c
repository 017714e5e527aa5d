/*
 * actor: a process that makes exactly the socket calls that it is asked for, for tests that must know what really happened.
 *
 * Reads one command a line from standard input, answers each with one line of JSON: {"ok":true,...} with what the call
 * gave, or {"ok":false,"errno":111}. Ends at the end of its input. Addresses are numeric, FAMILY is 4 or 6, ports and
 * descriptors decimal. Calls that wait give up after 20 s with ETIMEDOUT, connect excepted.
 *
 *   socket FAMILY                        fd
 *   mptcp FAMILY                         fd, of a socket of Multipath TCP
 *   bind FD ADDRESS PORT                 port
 *   listen FD BACKLOG                    port
 *   accept FD                            fd, port (the peer's)
 *   connect FD ADDRESS PORT              port (local), also with an error
 *   nonblock FD                          connect then answers errno 115 at once
 *   finish FD                            port; waits for such a connect, its error as errno
 *   thread-connect NAME FD ADDRESS PORT  port, tid; from a thread of that name
 *   uring-connect FD ADDRESS PORT        port; through io_uring
 *   fastopen FD ADDRESS PORT BYTES       port, count; sendto(MSG_FASTOPEN)
 *   send FD BYTES                        count
 *   recv FD BYTES                        count; 0 is the end of the stream
 *   shutdown FD                          SHUT_WR
 *   close FD
 *   option FD NAME VALUE                 v6only syncnt linger2 defer-accept linger reuseaddr (linger: seconds)
 *   name FD                              port, peer (ports)
 *   rename NAME                          the command name of this process
 *   fork NAME                            pid of a child that holds copies of all descriptors and does nothing
 *   reap PID                             ends that child
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 20000
#define MAX_BYTES 65536

/* Large enough for either family; the family is read off the text. */
struct address {
  struct sockaddr_storage storage;
  socklen_t size;
};

static char bytes[MAX_BYTES];

static int fail(int error) {
  printf("{\"ok\":false,\"errno\":%d}\n", error);
  return -1;
}

static struct address address_of(const char *text, const char *port) {
  struct address address = {0};
  if (strchr(text, ':') != NULL) {
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.storage;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(atoi(port));
    inet_pton(AF_INET6, text, &v6->sin6_addr);
    address.size = sizeof *v6;
  } else {
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address.storage;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(atoi(port));
    inet_pton(AF_INET, text, &v4->sin_addr);
    address.size = sizeof *v4;
  }
  return address;
}

static int port_in(const struct sockaddr_storage *storage) {
  return ntohs(storage->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)storage)->sin6_port
                                              : ((const struct sockaddr_in *)storage)->sin_port);
}

static int local_port(int fd) {
  struct sockaddr_storage storage = {0};
  socklen_t size = sizeof storage;
  return getsockname(fd, (struct sockaddr *)&storage, &size) < 0 ? 0 : port_in(&storage);
}

static int peer_port(int fd) {
  struct sockaddr_storage storage = {0};
  socklen_t size = sizeof storage;
  return getpeername(fd, (struct sockaddr *)&storage, &size) < 0 ? 0 : port_in(&storage);
}

/* The answer of every kind of connect: the local port counts even where it failed. */
static void answer_connect(int fd, int error, int tid) {
  printf("{\"ok\":%s,\"errno\":%d,\"port\":%d,\"tid\":%d}\n", error == 0 ? "true" : "false", error, local_port(fd), tid);
}

/* Waits until a descriptor is ready; an errno otherwise. */
static int wait_for(int fd, short events) {
  struct pollfd ready = {.fd = fd, .events = events};
  int result = poll(&ready, 1, WAIT_MS);
  return result < 0 ? errno : result == 0 ? ETIMEDOUT : 0;
}

static int connect_now(int fd, const struct address *address) {
  return connect(fd, (const struct sockaddr *)&address->storage, address->size) < 0 ? errno : 0;
}

struct threaded {
  const char *name;
  int fd;
  struct address address;
  int error;
  int tid;
};

static void *connect_in_thread(void *argument) {
  struct threaded *call = argument;
  prctl(PR_SET_NAME, call->name);
  call->tid = syscall(SYS_gettid);
  call->error = connect_now(call->fd, &call->address);
  return NULL;
}

/* One IORING_OP_CONNECT on a ring of its own (include/uapi/linux/io_uring.h). */
static int connect_through_ring(int fd, struct address *address) {
  struct io_uring_params params = {0};
  int ring = syscall(SYS_io_uring_setup, 1, &params);
  if (ring < 0) return errno;
  size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  size_t cq_size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
  size_t sqe_size = params.sq_entries * sizeof(struct io_uring_sqe);
  int access = PROT_READ | PROT_WRITE;
  char *sq = mmap(NULL, sq_size, access, MAP_SHARED, ring, IORING_OFF_SQ_RING);
  char *cq = mmap(NULL, cq_size, access, MAP_SHARED, ring, IORING_OFF_CQ_RING);
  struct io_uring_sqe *sqe = mmap(NULL, sqe_size, access, MAP_SHARED, ring, IORING_OFF_SQES);
  if (sq == MAP_FAILED || cq == MAP_FAILED || (void *)sqe == MAP_FAILED) {
    int error = errno;
    close(ring);
    return error;
  }
  sqe->opcode = IORING_OP_CONNECT;
  sqe->fd = fd;
  sqe->addr = (unsigned long)&address->storage;
  sqe->off = address->size;
  *(unsigned *)(sq + params.sq_off.array) = 0;
  __atomic_store_n((unsigned *)(sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
  int error = syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0 ? errno : 0;
  if (error == 0) error = -((struct io_uring_cqe *)(cq + params.cq_off.cqes))->res;
  munmap(sq, sq_size);
  munmap(cq, cq_size);
  munmap(sqe, sqe_size);
  close(ring);
  return error;
}

static int set_option(int fd, const char *name, int value) {
  struct linger linger = {.l_onoff = 1, .l_linger = value};
  if (strcmp(name, "linger") == 0) return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  if (strcmp(name, "reuseaddr") == 0) return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value);
  if (strcmp(name, "v6only") == 0) return setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value);
  if (strcmp(name, "syncnt") == 0) return setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &value, sizeof value);
  if (strcmp(name, "linger2") == 0) return setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &value, sizeof value);
  if (strcmp(name, "defer-accept") == 0) return setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &value, sizeof value);
  errno = EINVAL;
  return -1;
}

static void hold_in_child(const char *name) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, name);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    for (;;) pause();
  }
  if (pid < 0) fail(errno);
  else printf("{\"ok\":true,\"pid\":%d}\n", pid);
}

static int is(const char *command, const char *name, int given, int needed) {
  return strcmp(command, name) == 0 && given == needed;
}

/* Runs the command in `word[0]`; `n` is the number of words after it. */
static void run(char **word, int n) {
  const char *command = word[0];
  int fd = n > 0 ? atoi(word[1]) : -1;
  int result = 0;
  if (is(command, "socket", n, 1) || is(command, "mptcp", n, 1)) {
    int protocol = strcmp(command, "mptcp") == 0 ? IPPROTO_MPTCP : IPPROTO_TCP;
    result = socket(fd == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol);
    if (result >= 0) printf("{\"ok\":true,\"fd\":%d}\n", result);
  } else if (is(command, "bind", n, 3)) {
    struct address address = address_of(word[2], word[3]);
    result = bind(fd, (struct sockaddr *)&address.storage, address.size);
    if (result == 0) printf("{\"ok\":true,\"port\":%d}\n", local_port(fd));
  } else if (is(command, "listen", n, 2)) {
    result = listen(fd, atoi(word[2]));
    if (result == 0) printf("{\"ok\":true,\"port\":%d}\n", local_port(fd));
  } else if (is(command, "accept", n, 1)) {
    errno = wait_for(fd, POLLIN);
    result = errno == 0 ? accept4(fd, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (result >= 0) printf("{\"ok\":true,\"fd\":%d,\"port\":%d}\n", result, peer_port(result));
  } else if (is(command, "connect", n, 3)) {
    struct address address = address_of(word[2], word[3]);
    answer_connect(fd, connect_now(fd, &address), getpid());
  } else if (is(command, "thread-connect", n, 4)) {
    struct threaded call = {.name = word[1], .fd = atoi(word[2]), .address = address_of(word[3], word[4])};
    pthread_t thread;
    errno = pthread_create(&thread, NULL, connect_in_thread, &call);
    result = errno == 0 ? 0 : -1;
    if (result == 0) {
      pthread_join(thread, NULL);
      answer_connect(call.fd, call.error, call.tid);
    }
  } else if (is(command, "uring-connect", n, 3)) {
    struct address address = address_of(word[2], word[3]);
    answer_connect(fd, connect_through_ring(fd, &address), getpid());
  } else if (is(command, "finish", n, 1)) {
    int error = wait_for(fd, POLLOUT);
    socklen_t size = sizeof error;
    if (error == 0) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    answer_connect(fd, error, getpid());
  } else if (is(command, "fastopen", n, 4)) {
    struct address address = address_of(word[2], word[3]);
    result = sendto(fd, bytes, atoi(word[4]) % MAX_BYTES, MSG_FASTOPEN, (struct sockaddr *)&address.storage, address.size);
    if (result >= 0) printf("{\"ok\":true,\"port\":%d,\"count\":%d}\n", local_port(fd), result);
  } else if (is(command, "send", n, 2)) {
    result = send(fd, bytes, atoi(word[2]) % MAX_BYTES, MSG_NOSIGNAL);
    if (result >= 0) printf("{\"ok\":true,\"count\":%d}\n", result);
  } else if (is(command, "recv", n, 2)) {
    errno = wait_for(fd, POLLIN);
    result = errno == 0 ? recv(fd, bytes, atoi(word[2]) % MAX_BYTES, 0) : -1;
    if (result >= 0) printf("{\"ok\":true,\"count\":%d}\n", result);
  } else if (is(command, "nonblock", n, 1)) {
    result = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    if (result >= 0) puts("{\"ok\":true}");
  } else if (is(command, "option", n, 3)) {
    result = set_option(fd, word[2], atoi(word[3]));
    if (result >= 0) puts("{\"ok\":true}");
  } else if (is(command, "name", n, 1)) {
    printf("{\"ok\":true,\"port\":%d,\"peer\":%d}\n", local_port(fd), peer_port(fd));
  } else if (is(command, "shutdown", n, 1)) {
    result = shutdown(fd, SHUT_WR);
    if (result == 0) puts("{\"ok\":true}");
  } else if (is(command, "close", n, 1)) {
    result = close(fd);
    if (result == 0) puts("{\"ok\":true}");
  } else if (is(command, "rename", n, 1)) {
    prctl(PR_SET_NAME, word[1]);
    puts("{\"ok\":true}");
  } else if (is(command, "enter", n, 1)) {
    int there = open(word[1], O_RDONLY | O_CLOEXEC);
    result = there < 0 ? -1 : setns(there, CLONE_NEWNET);
    if (result == 0) puts("{\"ok\":true}");
    if (there >= 0) close(there);
  } else if (is(command, "fork", n, 1)) {
    hold_in_child(word[1]);
  } else if (is(command, "reap", n, 1)) {
    kill(fd, SIGKILL);
    result = waitpid(fd, NULL, 0);
    if (result >= 0) puts("{\"ok\":true}");
  } else {
    result = -1;
    errno = EINVAL;
  }
  if (result < 0) fail(errno);
}

int main(void) {
  char line[512];
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *word[6] = {0};
    int count = 0;
    for (char *next = strtok(line, " \n"); next != NULL && count < 6; next = strtok(NULL, " \n")) word[count++] = next;
    if (count == 0) continue;
    run(word, count - 1);
    fflush(stdout);
  }
  return 0;
}
