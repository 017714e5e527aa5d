/*
 * player: a process of a story, for the truth test. It makes the calls that it is asked for, and reports what it did.
 *
 *   player DIRECTORY NAME             connects to the Unix socket DIRECTORY/control, from where commands come
 *   player DIRECTORY NAME --again T   the same after exec(2), which began at T
 *
 * One command a line, one line of JSON for each: when the call began and ended (`from`, `to`, CLOCK_REALTIME in
 * microseconds), its `errno` (0: none) and `value`, and of a descriptor its ends (`local`, `peer`), the `inode` of its
 * socket and its TCP `state` after the call. Calls that wait give up after 10 s with ETIME. A player ends when its
 * commands do.
 *
 *   socket FAMILY CLOEXEC        value: the descriptor; FAMILY is 4 or 6
 *   bind FD ADDRESS PORT         listen FD BACKLOG
 *   accept FD CLOEXEC            value: the descriptor
 *   connect FD ADDRESS PORT      unspec FD (connects to AF_UNSPEC)
 *   finish FD                    waits for a connect of a non-blocking socket; errno: SO_ERROR
 *   send FD BYTES                recv FD BYTES; both all of it, or to the end of the stream; value: how many
 *   await FD STATE               waits until TCP_INFO has that state
 *   nonblock FD                  option FD NAME VALUE (linger reuseaddr reuseport syncnt)
 *   shutdown FD HOW              close FD            dup FD
 *   pass FD PID                  SCM_RIGHTS to another player
 *   take                         value: the descriptor that was passed
 *   rename NAME                  prctl(2)
 *   fork NAME                    value: pid of a child that is a player of its own, with all sockets
 *   exec PATH NAME               answered by the new program
 *   unshare                      a network namespace of its own, loopback up; inode: of the namespace
 *   enter PATH                   setns(2)
 *   thread ADDRESS PORT          a thread with descriptors of its own (CLONE_FILES) connects a socket; value: its descriptor
 *   thread-end                   and closes it
 *   exit
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 10000
/* Descriptors of the player itself, out of the way of those of the story. */
#define CONTROL 900
#define RIGHTS 901

static const char *directory;
static FILE *commands;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

struct address {
  struct sockaddr_storage storage;
  socklen_t size;
};

static struct address address_of(const char *text, const char *port) {
  struct address address = {0};
  struct sockaddr_in *v4 = (struct sockaddr_in *)&address.storage;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.storage;
  if (strchr(text, ':') == NULL) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(atoi(port));
    inet_pton(AF_INET, text, &v4->sin_addr);
    address.size = sizeof *v4;
  } else {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(atoi(port));
    inet_pton(AF_INET6, text, &v6->sin6_addr);
    address.size = sizeof *v6;
  }
  return address;
}

static void print_end(FILE *out, const char *key, const struct sockaddr_storage *storage) {
  char text[INET6_ADDRSTRLEN];
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)storage;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)storage;
  int is6 = storage->ss_family == AF_INET6;
  inet_ntop(storage->ss_family, is6 ? (const void *)&v6->sin6_addr : &v4->sin_addr, text, sizeof text);
  fprintf(out, ",\"%s\":[\"%s\",%d]", key, text, ntohs(is6 ? v6->sin6_port : v4->sin_port));
}

static int state_of(int fd) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0 ? 0 : info.tcpi_state;
}

static void answer(long long from, int error, int value, int fd) {
  struct sockaddr_storage storage;
  socklen_t size = sizeof storage;
  struct stat status;
  long long to = now();
  char *line = NULL;
  size_t length;
  FILE *out = open_memstream(&line, &length);
  fprintf(out, "{\"from\":%lld,\"to\":%lld,\"errno\":%d,\"value\":%d", from, to, error, value);
  if (fd >= 0 && fstat(fd, &status) == 0) {
    fprintf(out, ",\"inode\":%lu", (unsigned long)status.st_ino);
    if (S_ISSOCK(status.st_mode)) {
      if (getsockname(fd, (struct sockaddr *)&storage, &size) == 0) print_end(out, "local", &storage);
      size = sizeof storage;
      if (getpeername(fd, (struct sockaddr *)&storage, &size) == 0) print_end(out, "peer", &storage);
      fprintf(out, ",\"state\":%d", state_of(fd));
    }
  }
  fprintf(out, "}\n");
  fclose(out);
  if (write(CONTROL, line, length) < 0) exit(1);
  free(line);
}

static int wait_for(int fd, short events) {
  struct pollfd ready = {.fd = fd, .events = events};
  int result = poll(&ready, 1, WAIT_MS);
  return result < 0 ? errno : result == 0 ? ETIME : 0;
}

/* Connects with the control socket, says hello, and binds the socket that descriptors are passed to. */
static void enter_stage(const char *name) {
  struct sockaddr_un path = {.sun_family = AF_UNIX};
  int control = socket(AF_UNIX, SOCK_STREAM, 0);
  snprintf(path.sun_path, sizeof path.sun_path, "%s/control", directory);
  if (connect(control, (struct sockaddr *)&path, sizeof path) < 0) exit(1);
  dup2(control, CONTROL);
  close(control);
  int rights = socket(AF_UNIX, SOCK_DGRAM, 0);
  snprintf(path.sun_path, sizeof path.sun_path, "%s/rights-%d", directory, getpid());
  if (bind(rights, (struct sockaddr *)&path, sizeof path) < 0) exit(1);
  dup2(rights, RIGHTS);
  close(rights);
  prctl(PR_SET_NAME, name);
  dprintf(CONTROL, "{\"pid\":%d}\n", getpid());
  commands = fdopen(CONTROL, "r");
}

static int pass(int fd, const char *pid) {
  char byte = 'x', control[CMSG_SPACE(sizeof(int))] = {0};
  struct sockaddr_un path = {.sun_family = AF_UNIX};
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {.msg_name = &path, .msg_namelen = sizeof path, .msg_iov = &data, .msg_iovlen = 1,
                           .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  snprintf(path.sun_path, sizeof path.sun_path, "%s/rights-%s", directory, pid);
  return sendmsg(RIGHTS, &message, 0);
}

static int take(void) {
  int fd = -1;
  char byte, control[CMSG_SPACE(sizeof fd)];
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (wait_for(RIGHTS, POLLIN) != 0 || recvmsg(RIGHTS, &message, 0) < 0) return -1;
  if (CMSG_FIRSTHDR(&message) != NULL) memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

static int set_option(int fd, const char *name, int value) {
  struct linger linger = {.l_onoff = 1, .l_linger = value};
  if (strcmp(name, "linger") == 0) return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  if (strcmp(name, "reuseaddr") == 0) return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value);
  if (strcmp(name, "reuseport") == 0) return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &value, sizeof value);
  if (strcmp(name, "syncnt") == 0) return setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &value, sizeof value);
  errno = EINVAL;
  return -1;
}

/* All bytes, in pieces; fewer at the end of the stream. */
static int transfer(int fd, int bytes, int sends) {
  static char buffer[65536];
  int done = 0;
  while (done < bytes) {
    int size = bytes - done < (int)sizeof buffer ? bytes - done : (int)sizeof buffer;
    int error = wait_for(fd, sends ? POLLOUT : POLLIN);
    if (error != 0) return errno = error, -1;
    int result = sends ? send(fd, buffer, size, MSG_NOSIGNAL) : recv(fd, buffer, size, 0);
    if (result < 0) return -1;
    if (result == 0) break;
    done += result;
  }
  return done;
}

static int await_state(int fd, int state) {
  long long until = now() + WAIT_MS * 1000LL;
  while (state_of(fd) != state) {
    if (now() > until) return errno = ETIME, -1;
    sched_yield();
  }
  return 0;
}

static int raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  int result = ioctl(fd, SIOCSIFFLAGS, &request);
  close(fd);
  return result;
}

/* The thread of `thread`: it has a table of descriptors of its own. */
static struct {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct address to;
  int ends;
} own = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *hold_in_thread(void *unused) {
  (void)unused;
  long long from = now();
  unshare(CLONE_FILES);
  close_range(3, CONTROL - 1, 0);
  int fd = socket(own.to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int error = connect(fd, (struct sockaddr *)&own.to.storage, own.to.size) < 0 ? errno : 0;
  answer(from, error, fd, fd);
  pthread_mutex_lock(&own.lock);
  while (!own.ends) pthread_cond_wait(&own.changed, &own.lock);
  pthread_mutex_unlock(&own.lock);
  close(fd);
  return NULL;
}

static void end_thread(void) {
  pthread_mutex_lock(&own.lock);
  own.ends = 1;
  pthread_cond_signal(&own.changed);
  pthread_mutex_unlock(&own.lock);
  pthread_join(own.thread, NULL);
}

static int is(const char *command, const char *name) { return strcmp(command, name) == 0; }

static void run(char **word) {
  const char *command = word[0];
  int fd = word[1] == NULL ? -1 : atoi(word[1]);
  int number = word[2] == NULL ? 0 : atoi(word[2]);
  int result = -1, shown = fd;
  struct address address = {0};
  if (word[3] != NULL) address = address_of(word[2], word[3]);
  errno = EINVAL;
  long long from = now();
  if (is(command, "socket")) {
    shown = result = socket(fd == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | (number ? SOCK_CLOEXEC : 0), 0);
  } else if (is(command, "bind")) {
    result = bind(fd, (struct sockaddr *)&address.storage, address.size);
  } else if (is(command, "listen")) {
    result = listen(fd, number);
  } else if (is(command, "accept")) {
    errno = wait_for(fd, POLLIN);
    shown = result = errno == 0 ? accept4(fd, NULL, NULL, number ? SOCK_CLOEXEC : 0) : -1;
  } else if (is(command, "connect")) {
    result = connect(fd, (struct sockaddr *)&address.storage, address.size);
  } else if (is(command, "unspec")) {
    address.storage.ss_family = AF_UNSPEC;
    result = connect(fd, (struct sockaddr *)&address.storage, sizeof address.storage);
  } else if (is(command, "finish")) {
    int error = wait_for(fd, POLLOUT);
    socklen_t size = sizeof error;
    if (error == 0) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    result = error == 0 ? 0 : -1;
  } else if (is(command, "send") || is(command, "recv")) {
    result = transfer(fd, number, is(command, "send"));
  } else if (is(command, "await")) {
    result = await_state(fd, number);
  } else if (is(command, "nonblock")) {
    result = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  } else if (is(command, "option") && word[3] != NULL) {
    result = set_option(fd, word[2], atoi(word[3]));
  } else if (is(command, "shutdown")) {
    result = shutdown(fd, number);
  } else if (is(command, "close")) {
    result = close(fd);
    shown = -1;
  } else if (is(command, "dup")) {
    shown = result = dup(fd);
  } else if (is(command, "pass")) {
    result = pass(fd, word[2]);
  } else if (is(command, "take")) {
    shown = result = take();
  } else if (is(command, "rename")) {
    result = prctl(PR_SET_NAME, word[1]);
    shown = -1;
  } else if (is(command, "fork")) {
    result = fork();
    shown = -1;
    if (result == 0) {
      fclose(commands);
      enter_stage(word[1]);
      return;
    }
  } else if (is(command, "exec")) {
    char since[24];
    snprintf(since, sizeof since, "%lld", from);
    execl(word[1], word[1], directory, word[2], "--again", since, (char *)NULL);
    shown = -1;
  } else if (is(command, "unshare")) {
    result = unshare(CLONE_NEWNET) < 0 ? -1 : raise_loopback();
    shown = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    answer(from, result < 0 ? errno : 0, result, shown);
    close(shown);
    return;
  } else if (is(command, "enter")) {
    int netns = open(word[1], O_RDONLY | O_CLOEXEC);
    result = setns(netns, CLONE_NEWNET);
    close(netns);
    shown = -1;
  } else if (is(command, "thread") && word[2] != NULL) {
    own.to = address_of(word[1], word[2]);
    own.ends = 0;
    errno = pthread_create(&own.thread, NULL, hold_in_thread, NULL);
    if (errno == 0) return;
  } else if (is(command, "thread-end")) {
    end_thread();
    result = 0;
  } else if (is(command, "exit")) {
    exit(0);
  }
  answer(from, result < 0 ? errno : 0, result, shown);
}

int main(int count, char **argument) {
  char line[512];
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  if (count < 3) return 2;
  directory = argument[1];
  if (count > 4) {
    commands = fdopen(CONTROL, "r");
    answer(atoll(argument[4]), 0, getpid(), -1);
  } else {
    enter_stage(argument[2]);
  }
  while (fgets(line, sizeof line, commands) != NULL) {
    char *word[6] = {0};
    int words = 0;
    for (char *next = strtok(line, " \n"); next != NULL && words < 5; next = strtok(NULL, " \n")) word[words++] = next;
    if (words > 0) run(word);
  }
  return 0;
}
