"""A service manager as far as descriptors go: receives sd_notify(3), keeps what FDSTORE=1 sends, and passes it to the next process.

Usage: service-manager.py SOCKET COMMAND ARG...
On stdin, a line each: "SIGNAL" ends the process, "SIGNAL again [ARG...]" starts it again, with more arguments. On stdout: "ready KEPT" and
"ended KEPT", with the number of kept descriptors.
"""
import os
import select
import signal
import socket
import sys

path, command = sys.argv[1], sys.argv[2:]
notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notifications.bind(path)
kept = []


def start(more=()):
    pid = os.fork()
    if pid != 0:
        return pid
    environment = dict(os.environ, NOTIFY_SOCKET=path)
    # Away from the places that they get, where other descriptors may be.
    copies = [os.dup2(fd, 500 + index) for index, (_, fd) in enumerate(kept)]
    for index, fd in enumerate(copies):
        os.dup2(fd, 3 + index, inheritable=True)
        os.close(fd)
    if kept:
        names = ":".join(name for name, _ in kept)
        environment.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(kept)), LISTEN_FDNAMES=names)
    os.execve(command[0], command + list(more), environment)


def receive():
    data, fds, _, _ = socket.recv_fds(notifications, 8192, 253)
    for fd in fds:
        os.set_inheritable(fd, False)
    lines = data.decode().split("\n")
    name = next((line[len("FDNAME="):] for line in lines if line.startswith("FDNAME=")), "")
    if "FDSTORE=1" in lines:
        kept.extend((name, fd) for fd in fds)
    if "FDSTOREREMOVE=1" in lines:
        for each in [each for each in kept if each[0] == name]:
            os.close(each[1])
            kept.remove(each)
    if "READY=1" in lines:
        print("ready", len(kept), flush=True)


child = start()
while True:
    readable, _, _ = select.select([notifications, sys.stdin], [], [])
    if notifications in readable:
        receive()
        continue
    words = sys.stdin.readline().split()
    if not words:
        break
    os.kill(child, getattr(signal, words[0]))
    os.waitpid(child, 0)
    while select.select([notifications], [], [], 0)[0]:
        receive()
    print("ended", len(kept), flush=True)
    if "again" in words:
        child = start(words[2:])
