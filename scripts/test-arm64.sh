#!/usr/bin/env bash
# Builds the package for arm64 on amd64, and runs what needs no kernel of that architecture under qemu: SQL and `ss` on a history that
# this host recorded.
#
#   scripts/test-arm64.sh
#
# Needs Debian's g++-aarch64-linux-gnu and qemu-user-static (or QEMU, the path of qemu-aarch64-static), and root. binfmt_misc is that of a user
# namespace (Linux 6.7): nothing is registered for the host. qemu has no sock_diag and no bpf(2): recording is not tried.
set -euo pipefail
QEMU=${QEMU:-/usr/bin/qemu-aarch64-static}
LIBRARIES=/usr/aarch64-linux-gnu/lib

# The second half: in user, mount and PID namespaces of its own.
if [ "${1:-}" = --enter ]; then
  tree=$2
  mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
  # An ELF header for EM_AARCH64; F: the interpreter is opened now.
  printf '%s' ':arm64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:'"$QEMU:F" \
    >/proc/sys/fs/binfmt_misc/register
  mount --rbind /proc "$tree/proc"
  mount --rbind /dev "$tree/dev"
  node() { env -i PATH=/usr/bin HOME=/tmp "$(command -v chroot)" "$tree" /usr/lib/sstory/node "$@"; }
  sstory() { node /usr/lib/sstory/bin/sstory "$@"; }
  [ "$(node -p process.arch)" = arm64 ]
  sstory --version
  sstory sql --db /tmp/a.db --format csv "SELECT count(*) AS n, inet_in('127.0.0.1', '127.0.0.0/8') AS loopback FROM connections" >"$tree/tmp/sql.csv"
  sstory ss --db /tmp/a.db --at "$(cat "$tree/tmp/at")" -tanH >"$tree/tmp/ss.txt"
  sstory check --db /tmp/a.db
  exit
fi

cd "$(dirname "$0")/.."
say() { echo "test-arm64: $*" >&2; }
[ -x "$QEMU" ] && [ -e "$LIBRARIES/ld-linux-aarch64.so.1" ] || {
  say "needs qemu-user-static and g++-aarch64-linux-gnu (apt-get install)"
  exit 1
}
files=$(mktemp -d)
listener=
cleanup() {
  [ -z "$listener" ] || kill "$listener" 2>/dev/null || true
  rm -rf --one-file-system "$files"
}
trap cleanup EXIT
bash scripts/package.sh --quick --arch arm64 --out "$files"
tree=$files/tree
dpkg-deb --extract "$files"/sstory_*_arm64.deb "$tree"
[ "$(dpkg-deb --field "$files"/sstory_*_arm64.deb Architecture)" = arm64 ] || {
  say "FAILED: another architecture"
  exit 1
}
# The machine of each ELF header: EM_AARCH64 is 183.
find "$tree" -type f \( -path '*/node_modules/*.node' -o -path '*/sstory/node' \) | while read -r binary; do
  machine=$(od -An -t u2 -j 18 -N 2 "$binary" | tr -d ' ')
  [ "$machine" = 183 ] || {
    say "FAILED: ${binary#"$tree"/} is for machine $machine"
    exit 1
  }
done
mkdir -p "$tree"/{lib,proc,dev,tmp}
chmod 755 "$files"
cp -L "$LIBRARIES"/{ld-linux-aarch64.so.1,libc.so.6,libm.so.6,libdl.so.2,libpthread.so.0,libgcc_s.so.1,libstdc++.so.6} "$tree/lib/"

node -e 'require("node:net").createServer().listen(0, "127.0.0.1")' &
listener=$!
history=$tree/tmp/a.db
bin/sstory record --db "$history" --source diag --netns self --duration 3s 2>/dev/null
bin/sstory info --db "$history" --json | sed -n 's/.*"to":"\([^"]*\)".*/\1/p' >"$tree/tmp/at"
bin/sstory sql --db "$history" --format csv "SELECT count(*) AS n, inet_in('127.0.0.1', '127.0.0.0/8') AS loopback FROM connections" >"$files/sql.csv"
bin/sstory ss --db "$history" --at "$(cat "$tree/tmp/at")" -tanH >"$files/ss.txt"

QEMU=$QEMU unshare --user --map-root-user --mount --pid --fork --kill-child bash "$PWD/scripts/test-arm64.sh" --enter "$tree"
# The layout of ss depends on the ss of the host, and the tree has none.
plain() { sed 's/ \{1,\}/ /g; s/ $//' "$1"; }
for answer in sql.csv ss.txt; do
  diff <(plain "$files/$answer") <(plain "$tree/tmp/$answer") >&2 || {
    say "FAILED: $answer differs from that of this architecture"
    exit 1
  }
done
say "passed: the package runs, and SQL and $(wc -l <"$files/ss.txt") lines of ss are those of this architecture"
