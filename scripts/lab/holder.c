/*
 * holder: a process that passes its sockets on in every way, for tests of owners. Reads one command a line from standard input,
 * answers each with one line of JSON: {"errno":0,"pid":...,"tid":...,"fd":...,"port":...}. Ends at the end of its input.
 *
 *   listen             fd, port: on 127.0.0.1; children and the program after an exec keep it
 *   listen6            the same on ::1
 *   connect PORT       fd, port (local), errno
 *   reconnect FD PORT  fd, port (local), errno: ends the connection of a socket and begins another with it, at once
 *   uring-accept FD    fd, through io_uring
 *   int80-accept FD    fd, by a 32-bit system call; errno 38 where it cannot be made
 *   int80-connect PORT fd, port (local), the same
 *   close FD
 *   take PID FD        fd: a copy of another process's descriptor, as if it had been passed through a Unix socket
 *   fork NAME          pid of a child of that name that holds copies of all descriptors
 *   daemonize NAME     fd, port, pid: listens, forks such a child, and closes its own descriptor, all at once
 *   vfork NAME         the same by vfork and exec
 *   exec [NAME]        goes on as another program, which is named "exe", and at once calls itself NAME
 *   thread-exec        the same from a thread
 *   rename NAME        by prctl(PR_SET_NAME)
 *   dup2 FD OVER       closes OVER, which is FD from then on
 *   close-range FD     closes it and all above
 *   own-thread         tid, fd, port: a thread with a descriptor table of its own, in which it listens
 *   copy-thread        tid: a thread with a copy of the descriptor table as it is now
 *   end-first-thread   a thread stays, with the descriptors; nothing is answered any more
 *   kill PID           ends such a child
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
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

/* Only x86 has it; elsewhere the call is not made. */
#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif

struct answer {
  int pid, tid, fd, port;
};

static int port_of(int fd) {
  struct sockaddr_in6 name = {0};
  socklen_t size = sizeof name;
  getsockname(fd, (struct sockaddr *)&name, &size);
  /* At the same place in both families. */
  return ntohs(name.sin6_port);
}

static int listen_at(struct answer *answer, const struct sockaddr *name, socklen_t size) {
  answer->fd = socket(name->sa_family, SOCK_STREAM, 0);
  if (bind(answer->fd, name, size) < 0 || listen(answer->fd, 16) < 0) return errno;
  answer->port = port_of(answer->fd);
  return 0;
}

static int listen_now(struct answer *answer) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return listen_at(answer, (struct sockaddr *)&name, sizeof name);
}

static int listen_v6(struct answer *answer) {
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return listen_at(answer, (struct sockaddr *)&name, sizeof name);
}

static int connect_with(struct answer *answer, int fd, int port) {
  struct sockaddr_in name = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
  answer->fd = fd;
  if (connect(fd, (struct sockaddr *)&name, sizeof name) < 0) return errno;
  answer->port = port_of(fd);
  return 0;
}

static int connect_now(struct answer *answer, int port) {
  return connect_with(answer, socket(AF_INET, SOCK_STREAM, 0), port);
}

/* The same socket for another connection, at once. */
static int reconnect(struct answer *answer, int fd, int port) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  return connect(fd, &none, sizeof none) < 0 ? errno : connect_with(answer, fd, port);
}

static int fork_now(struct answer *answer, const char *name) {
  answer->pid = fork();
  if (answer->pid != 0) return answer->pid < 0 ? errno : 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name);
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  for (;;) pause();
}

static int vfork_now(struct answer *answer, const char *name) {
  answer->pid = vfork();
  if (answer->pid == 0) {
    execl("/proc/self/exe", "holder", "child", name, (char *)NULL);
    _exit(1);
  }
  return answer->pid < 0 ? errno : 0;
}

static void *execute(void *argument) {
  (void)argument;
  execl("/proc/self/exe", "holder", "again", (char *)NULL);
  return NULL;
}

static void *stay(void *argument) {
  (void)argument;
  for (;;) pause();
  return NULL;
}

/* One IORING_OP_ACCEPT on a ring of its own (include/uapi/linux/io_uring.h). */
static int accept_through_ring(struct answer *answer, int fd) {
  struct io_uring_params params = {0};
  int ring = syscall(SYS_io_uring_setup, 1, &params);
  if (ring < 0) return errno;
  size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  size_t cq_size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
  int access = PROT_READ | PROT_WRITE;
  char *sq = mmap(NULL, sq_size, access, MAP_SHARED, ring, IORING_OFF_SQ_RING);
  char *cq = mmap(NULL, cq_size, access, MAP_SHARED, ring, IORING_OFF_CQ_RING);
  struct io_uring_sqe *sqe = mmap(NULL, sizeof *sqe, access, MAP_SHARED, ring, IORING_OFF_SQES);
  if (sq == MAP_FAILED || cq == MAP_FAILED || (void *)sqe == MAP_FAILED) return errno;
  *sqe = (struct io_uring_sqe){.opcode = IORING_OP_ACCEPT, .fd = fd};
  *(unsigned *)(sq + params.sq_off.array) = 0;
  __atomic_store_n((unsigned *)(sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return errno;
  answer->fd = ((struct io_uring_cqe *)(cq + params.cq_off.cqes))->res;
  close(ring);
  return answer->fd < 0 ? -answer->fd : 0;
}

/* A system call of i386, as a 32-bit program makes it: pointers must fit into 32 bits. ENOSYS where this machine has none. */
static int call_i386(int number, long first, long second, long third, long fourth) {
#ifdef __x86_64__
  int status = 0;
  pid_t trial = fork();
  if (trial == 0) {
    /* Without CONFIG_IA32_EMULATION it ends the process. 20 is getpid. */
    long pid = 20;
    __asm__ volatile("int $0x80" : "+a"(pid) : : "r8", "r9", "r10", "r11", "memory");
    _exit(pid == getpid() ? 0 : 1);
  }
  if (trial < 0 || waitpid(trial, &status, 0) < 0 || status != 0) return -ENOSYS;
  long result = number;
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(first), "c"(second), "d"(third), "S"(fourth)
                   : "r8", "r9", "r10", "r11", "memory");
  return (int)result;
#else
  (void)number, (void)first, (void)second, (void)third, (void)fourth;
  return -ENOSYS;
#endif
}

/* Numbers of arch/x86/entry/syscalls/syscall_32.tbl: 362 connect, 364 accept4. */
static int accept_i386(struct answer *answer, int fd) {
  answer->fd = call_i386(364, fd, 0, 0, 0);
  return answer->fd < 0 ? -answer->fd : 0;
}

static int connect_i386(struct answer *answer, int port) {
  struct sockaddr_in *name = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (name == MAP_FAILED) return errno;
  *name = (struct sockaddr_in){
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
  answer->fd = socket(AF_INET, SOCK_STREAM, 0);
  int result = call_i386(362, answer->fd, (long)name, sizeof *name, 0);
  answer->port = port_of(answer->fd);
  return -result;
}

struct own {
  struct answer *answer;
  int listens;
  int error;
  pthread_barrier_t done;
};

static void *listen_alone(void *argument) {
  struct own *own = argument;
  own->error = unshare(CLONE_FILES) < 0 ? errno : own->listens ? listen_now(own->answer) : 0;
  own->answer->tid = syscall(SYS_gettid);
  pthread_barrier_wait(&own->done);
  for (;;) pause();
  return NULL;
}

static int start_own_thread(struct answer *answer, int listens) {
  struct own own = {.answer = answer, .listens = listens};
  pthread_t thread;
  pthread_barrier_init(&own.done, NULL, 2);
  int error = pthread_create(&thread, NULL, listen_alone, &own);
  if (error != 0) return error;
  pthread_barrier_wait(&own.done);
  return own.error;
}

static int take(struct answer *answer, int pid, int fd) {
  int process = syscall(SYS_pidfd_open, pid, 0);
  if (process < 0) return errno;
  answer->fd = syscall(SYS_pidfd_getfd, process, fd, 0);
  int error = answer->fd < 0 ? errno : 0;
  close(process);
  return error;
}

static int run(const char *command, const char *first, const char *second, struct answer *answer) {
  if (strcmp(command, "listen") == 0) return listen_now(answer);
  if (strcmp(command, "listen6") == 0) return listen_v6(answer);
  if (strcmp(command, "connect") == 0) return connect_now(answer, atoi(first));
  if (strcmp(command, "reconnect") == 0) return reconnect(answer, atoi(first), atoi(second));
  if (strcmp(command, "uring-accept") == 0) return accept_through_ring(answer, atoi(first));
  if (strcmp(command, "int80-accept") == 0) return accept_i386(answer, atoi(first));
  if (strcmp(command, "int80-connect") == 0) return connect_i386(answer, atoi(first));
  if (strcmp(command, "close") == 0) return close(atoi(first)) < 0 ? errno : 0;
  if (strcmp(command, "take") == 0) return take(answer, atoi(first), atoi(second));
  if (strcmp(command, "fork") == 0) return fork_now(answer, first);
  if (strcmp(command, "vfork") == 0) return vfork_now(answer, first);
  if (strcmp(command, "rename") == 0) return prctl(PR_SET_NAME, first) < 0 ? errno : 0;
  if (strcmp(command, "dup2") == 0) return dup2(atoi(first), atoi(second)) < 0 ? errno : 0;
  if (strcmp(command, "close-range") == 0) return syscall(SYS_close_range, atoi(first), ~0U, 0) < 0 ? errno : 0;
  if (strcmp(command, "own-thread") == 0) return start_own_thread(answer, 1);
  if (strcmp(command, "copy-thread") == 0) return start_own_thread(answer, 0);
  if (strcmp(command, "daemonize") == 0) {
    int error = listen_now(answer);
    if (error == 0) error = fork_now(answer, first);
    return error == 0 && close(answer->fd) < 0 ? errno : error;
  }
  if (strcmp(command, "kill") == 0) return kill(atoi(first), SIGKILL) < 0 || waitpid(atoi(first), NULL, 0) < 0 ? errno : 0;
  return EINVAL;
}

/* After an exec it is called with "again", and answers the command, or with "child"; and with a name. */
int main(int count, char **words) {
  static char line[512];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (count > 2) prctl(PR_SET_NAME, words[2]);
  if (count > 1 && strcmp(words[1], "child") == 0) {
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    for (;;) pause();
  }
  setvbuf(stdin, NULL, _IONBF, 0);
  if (count > 1) puts("{\"errno\":0}");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *command = strtok(line, " \n"), *first = strtok(NULL, " \n"), *second = strtok(NULL, " \n");
    if (command == NULL) continue;
    if (strcmp(command, "exec") == 0) execl("/proc/self/exe", "holder", "again", first, (char *)NULL);
    pthread_t thread;
    if (strcmp(command, "thread-exec") == 0 && pthread_create(&thread, NULL, execute, NULL) == 0) stay(NULL);
    if (strcmp(command, "end-first-thread") == 0 && pthread_create(&thread, NULL, stay, NULL) == 0) {
      printf("{\"errno\":0,\"pid\":%d}\n", getpid());
      fflush(stdout);
      pthread_exit(NULL);
    }
    struct answer answer = {.pid = getpid(), .tid = getpid()};
    int error = run(command, first == NULL ? "" : first, second == NULL ? "" : second, &answer);
    printf("{\"errno\":%d,\"pid\":%d,\"tid\":%d,\"fd\":%d,\"port\":%d}\n", error, answer.pid, answer.tid, answer.fd, answer.port);
    fflush(stdout);
  }
  return 0;
}
