#!/usr/bin/env bash
# Installs the package on a Debian that systemd runs in namespaces of its own, records, upgrades, removes and purges it.
#
#   scripts/test-package.sh [-d DIRECTORY] [RELEASE]
#
# RELEASE: bookworm by default, or trixie. It is a tree that debootstrap makes once (450 MB, two minutes) in DIRECTORY, by default
# ${XDG_CACHE_HOME:-~/.cache}/sstory/trees. What is installed in it goes into a tmpfs above it. Needs root and cgroup2.
set -euo pipefail

# The second half: becomes systemd, in new mount, PID, cgroup, UTS, IPC and network namespaces.
if [ "${1:-}" = --boot ]; then
  tree=$2
  deb=$3
  mount --make-rprivate /
  work=$(dirname "$deb")/work
  mkdir "$work"
  mount -t tmpfs tmpfs "$work"
  mkdir "$work/upper" "$work/work" "$work/root"
  root=$work/root
  mount -t overlay overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/work" "$root"
  cp "$deb" "$root/root/sstory.deb"
  ip link set lo up
  mount -t proc proc "$root/proc"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount --rbind /sys "$root/sys"
  mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs tmpfs "$root/dev"
  mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  # The host's: what they would change is not the container's.
  for unit in systemd-sysctl.service systemd-modules-load.service systemd-remount-fs.service sys-kernel-tracing.mount \
    sys-kernel-debug.mount systemd-logind.service systemd-timesyncd.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  cd "$root"
  pivot_root . mnt
  umount -l /mnt
  exec env -i container=docker PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=null --show-status=no
fi

cd "$(dirname "$0")/.."
say() { echo "test-package: $*" >&2; }
fail() {
  say "FAILED: $*"
  inside journalctl --no-pager --lines=20 --unit=sstory-record >&2 || true
  exit 1
}

directory=${XDG_CACHE_HOME:-$HOME/.cache}/sstory/trees
if [ "${1:-}" = -d ]; then
  directory=$(realpath -m "$2")
  shift 2
fi
release=${1:-bookworm}
# shellcheck source=scripts/lab/trees.sh
. scripts/lab/trees.sh
need_debootstrap
tree=$directory/$release-systemd
if [ ! -d "$tree" ]; then
  say "making $tree"
  rm -rf --one-file-system "$tree.new"
  mkdir -p "$directory"
  debootstrap --variant=minbase --include=bpftrace,systemd,systemd-sysv,iproute2 "$release" "$tree.new" "$(mirror)" >"$tree.log" 2>&1 || {
    tail -n 20 "$tree.log" >&2
    exit 1
  }
  mv "$tree.new" "$tree"
fi

packages=$(mktemp -d)
bash scripts/package.sh --quick --out "$packages"
deb=$(ls "$packages"/*.deb)

# A control group without processes of others, which the container takes for its root.
group=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/sstory-test-$$
mkdir "$group"
bash -c 'echo $$ >"$1/cgroup.procs"; exec unshare --mount --pid --fork --kill-child --cgroup --uts --ipc --net \
  bash "$2" --boot "$3" "$4"' bash "$group" "$PWD/scripts/test-package.sh" "$tree" "$deb" &
outer=$!
cleanup() {
  kill -KILL "$outer" 2>/dev/null || true
  wait "$outer" 2>/dev/null || true
  # The kernel ends the processes of the namespace a little later.
  for _ in $(seq 50); do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$group" ] || break
    sleep 0.1
  done
  rm -rf --one-file-system "$packages"
}
trap cleanup EXIT

inside() { nsenter --target "$init" --mount --pid --cgroup --net --uts --ipc env -i PATH="$PATH" "$@"; }
# The child of unshare, once it is systemd.
init=
for _ in $(seq 100); do
  init=$(pgrep --parent "$outer" --exact systemd) && inside systemctl is-system-running --wait >/dev/null 2>&1 && break
  [ -n "$init" ] && inside systemctl is-system-running 2>/dev/null | grep -q 'running\|degraded' && break
  sleep 0.2
done
[ -n "$init" ] || fail "systemd did not start"

database=/var/lib/sstory/sstory.db
active() { inside systemctl is-active --quiet sstory-record; }
number() { inside sstory sql --db "$database" --format csv "$1" | tail -n 1 | tr -d '\r'; }

say "installing"
inside dpkg --install /root/sstory.deb >/dev/null
active || fail "the recorder does not run after the installation"
[ "$(number "SELECT source || ' ' || transport FROM runs")" = 'bpf ring' ] || fail "it does not record through the rings"
[ "$(inside stat --format='%a %U:%G' "$database")" = '640 root:sstory' ] || fail "the database has another mode or owner"
inside setpriv --reuid nobody --regid sstory --clear-groups sstory info --db "$database" >/dev/null || fail "a member of sstory cannot read"
inside setpriv --reuid nobody --regid nogroup --clear-groups sstory info --db "$database" >/dev/null 2>&1 && fail "everyone can read"

say "serving"
inside systemctl start sstory-serve || fail "the page is not served"
url=$(inside setpriv --reuid nobody --regid sstory --clear-groups sstory url --db "$database") || fail "a member of sstory gets no address"
inside setpriv --reuid nobody --regid nogroup --clear-groups sstory url --db "$database" >/dev/null 2>&1 && fail "everyone gets the address"
page=${url%%#*} token=${url##*#token=}
answer() {
  inside "/usr/lib/sstory/node" -e 'fetch(process.argv[1], { headers: { Authorization: "Bearer " + process.argv[2] } })
    .then(async (answer) => console.log(answer.status, (await answer.text()).slice(0, 400)))' "$@"
}
answer "$page" none | grep -q '^200 <!doctype html' || fail "the page does not come: $(answer "$page" none)"
answer "${page}api/info" "$token" | grep -q '"recording":true' || fail "no answer: $(answer "${page}api/info" "$token")"
server=$(inside systemctl show --property MainPID --value sstory-serve)
inside grep -q '^CapEff:.0*$' "/proc/$server/status" || fail "the page has capabilities"
[ "$(inside stat --format=%U "/proc/$server")" != root ] || fail "the page runs as root"

say "upgrading"
before=$(inside systemctl show --property MainPID --value sstory-record)
inside dpkg --install /root/sstory.deb >/dev/null
active || fail "the recorder does not run after the upgrade"
[ "$before" != "$(inside systemctl show --property MainPID --value sstory-record)" ] || fail "the upgrade did not restart it"
inside systemctl is-active --quiet sstory-serve || fail "the page is not served after the upgrade"
[ "$(number 'SELECT count(*) FROM runs')" = 2 ] || fail "the upgrade did not go on in the same history"
[ "$(number "SELECT notes LIKE '%attached go on%' FROM runs ORDER BY id DESC LIMIT 1")" = 1 ] ||
  fail "the upgrade did not keep the BPF programs: $(number 'SELECT notes FROM runs ORDER BY id DESC LIMIT 1')"
say "$(number "SELECT max(to_us - from_us) / 1000 FROM gaps WHERE reason = 'tracer'") ms were not recorded"

say "upgrading a history of the schema before"
program='const Database = require("/usr/lib/sstory/node_modules/better-sqlite3-13");'
version() { inside /usr/lib/sstory/node -e "$program"'console.log(new Database(process.argv[1]).pragma("user_version", { simple: true }))' "$database"; }
current=$(version)
inside systemctl stop sstory-record sstory-serve
inside sh -c 'rm -f "$1" "$1"-*' sh "$database"
# shellcheck disable=SC2016 # JavaScript
inside /usr/lib/sstory/node -e "$program"'
  const text = require("node:fs").readFileSync(0, "utf8");
  const database = new Database(process.argv[1]);
  database.pragma("journal_mode = wal");
  database.exec(text);' "$database" <"test/store/fixtures/v$((current - 1)).sql"
[ "$(version)" = $((current - 1)) ] || fail "the fixture has schema version $(version), not $((current - 1))"
# A reader that was started before, with a statement of its own each time: it ends with the first that fails, or with its input.
# shellcheck disable=SC2016
coproc READER { inside /usr/lib/sstory/node -e "$program"'
  const database = new Database(process.argv[1], { readonly: true, timeout: 5000 });
  let read = 0;
  const timer = setInterval(() => {
    database.prepare("SELECT count(*) FROM connections").get();
    if (++read === 1) console.log("reads");
  }, 20);
  process.stdin.on("end", () => { clearInterval(timer); console.log("read", read); }).resume();' "$database" 2>&1; }
reader_pid=$READER_PID
read -r answer <&"${READER[0]}" && [ "$answer" = reads ] || fail "the reader does not read: ${answer:-}"
inside dpkg --install /root/sstory.deb >/dev/null
active || fail "the recorder does not run on the older history"
[ "$(version)" = "$current" ] || fail "the history was not migrated"
[ "$(number 'SELECT count(*) > 1 FROM runs')" = 1 ] || fail "the older runs are missing"
inside sh -c 'ls "$1"*' sh "$database" >"$packages/files"
grep -q "sstory.db.*$((current - 1))" "$packages/files" || fail "no copy of the older history: $(cat "$packages/files")"
eval "exec ${READER[1]}>&-"
read -r answer <&"${READER[0]}" || answer=nothing
wait "$reader_pid" || true
[[ $answer = "read "* ]] || fail "a reader of the older history failed: $answer"
say "a reader of the older history went on: $answer times"

say "the journal"
lines=$(inside journalctl --no-pager --output=cat --unit=sstory-record --priority=info)
grep -q 'sstory: recording into' <<<"$lines" || fail "no line of the recorder in the journal: $lines"
grep -q '<[0-7]>' <<<"$lines" && fail "priorities in the text of lines: $lines"
lines=$(inside journalctl --no-pager --output=cat --unit=sstory-record --priority=warning)
grep -q 'sstory: recording into' <<<"$lines" && fail "the start of a recording is a warning: $lines"

say "removing"
inside dpkg --remove sstory >/dev/null 2>&1
active && fail "the recorder still runs"
inside test -e "$database" -a -e /etc/sstory.conf || fail "removing deleted the history or the flags"
say "purging"
inside dpkg --purge sstory >/dev/null 2>&1
inside test -e /var/lib/sstory -o -e /etc/sstory.conf && fail "purging left the history or the flags"
say "passed"
