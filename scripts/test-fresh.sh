#!/usr/bin/env bash
# `npm start`, as a newcomer has it, on a Debian with nothing but Node, npm and root; then what `npm pack` makes, installed there.
#
#   scripts/test-fresh.sh [-d DIRECTORY] [-f] [RELEASE]
#
# RELEASE: bookworm by default. It is a tree of minbase and ca-certificates (300 MB, made once by debootstrap) in DIRECTORY, by
# default ${XDG_CACHE_HOME:-~/.cache}/sstory/trees; -f makes it again. What is installed in it goes into a tmpfs above it (2 GB).
# It shares the network of this host, from which Debian's packages and those of npm are fetched. Needs root.
set -euo pipefail

NODE_RELEASE=22
NPM_RELEASE=10

# The second half: in mount and PID namespaces of its own, becomes the newcomer.
if [ "${1:-}" = --enter ]; then
  tree=$2
  files=$3
  mount --make-rprivate /
  mount -t tmpfs tmpfs "$files/work"
  mkdir "$files/work/upper" "$files/work/work" "$files/work/root"
  root=$files/work/root
  mount -t overlay overlay -o "lowerdir=$tree,upperdir=$files/work/upper,workdir=$files/work/work" "$root"
  mount -t proc proc "$root/proc"
  for each in sys dev; do mount --rbind "/$each" "$root/$each"; done
  cp -rT "$files/root" "$root"
  exec chroot "$root" /bin/bash /root/newcomer.sh
fi

cd "$(dirname "$0")/.."
say() { echo "test-fresh: $*" >&2; }
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2; }
directory=${XDG_CACHE_HOME:-$HOME/.cache}/sstory/trees
again=false
release=bookworm
while [ $# -gt 0 ]; do
  case $1 in
  -d) directory=$(realpath -m "${2:?}") && shift ;;
  -f) again=true ;;
  -*)
    usage
    exit 2
    ;;
  *) release=$1 ;;
  esac
  shift
done
# shellcheck source=scripts/lab/trees.sh
. scripts/lab/trees.sh
# shellcheck source=scripts/lab/npm-node.sh
. scripts/lab/npm-node.sh
need_debootstrap
case $(uname -m) in
x86_64) npm_arch=x64 ;;
aarch64) npm_arch=arm64 ;;
*)
  say "npm has no Node for $(uname -m)"
  exit 1
  ;;
esac
make_tree "$release" "$directory/$release-fresh" ca-certificates c_rehash

files=$(mktemp -d)
trap 'rm -rf --one-file-system "$files"' EXIT
project=$files/root/root/sstory
install -d "$files/work" "$files/root/usr/local/bin" "$files/root/usr/local/lib/node_modules/npm" "$project" "$files/root/etc"
node=$(npm_package "node-linux-$npm_arch@$NODE_RELEASE")
cp "$node/bin/node" "$files/root/usr/local/bin/"
# Node's own archives have its headers here; without them node-gyp would download them.
cp -r "$node/include" "$files/root/usr/local/"
cp -rT "$(npm_package "npm@$NPM_RELEASE")" "$files/root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$files/root/usr/local/bin/npm"
git ls-files -z --cached --others --exclude-standard | tar --null -cf - -T - | tar -xf - -C "$project"
cp /etc/resolv.conf /etc/hosts "$files/root/etc/"

# What reaches npm's registry here: its address, and a certificate of a proxy.
{
  printf 'export npm_config_registry=%q npm_config_update_notifier=false\n' "$(npm config get registry)"
  for certificate in "${NODE_EXTRA_CA_CERTS:-}" "$(npm config get cafile)"; do
    [ -f "$certificate" ] || continue
    install -D -m 644 "$certificate" "$files/root/etc/npm-certificates/$(basename "$certificate")"
    printf 'export NODE_EXTRA_CA_CERTS=%q\n' "/etc/npm-certificates/$(basename "$certificate")"
  done
} >"$files/root/root/network.sh"

cat >"$files/root/root/newcomer.sh" <<'NEWCOMER'
set -euo pipefail
unset NODE_OPTIONS SSTORY_BPFTRACE
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
. /root/network.sh
say() { echo "test-fresh: $*" >&2; }
fail() { say "FAILED: $*"; exit 1; }
cd /root/sstory
say "npm start, on $(. /etc/os-release && echo "$PRETTY_NAME") with Node $(node --version) and npm $(npm --version)"
# Port 0: another recorder may run on this host.
npm start -- --serve 127.0.0.1:0 --db /root/fresh.db >/root/start.log 2>&1 &
npm=$!
# An hour at most: better-sqlite3 is compiled where its binary cannot be fetched.
for _ in $(seq 18000); do
  grep -q 'the page is at' /root/start.log && grep -q 'recording into' /root/start.log && break
  kill -0 "$npm" 2>/dev/null || break
  sleep 0.2
done
grep 'setup:\|sstory:' /root/start.log >&2
grep -q 'recording into .*bpftrace' /root/start.log || fail "it does not record: $(tail -n 20 /root/start.log)"
# One connection of a program of the host, to a listener of its own, over loopback.
node -e 'const net = require("node:net");
  const server = net.createServer((socket) => socket.end()).listen(0, "127.0.0.1", () => {
    const client = net.connect(server.address().port, "127.0.0.1", () => client.end());
    client.on("close", () => { console.log(server.address().port); server.close(); }).resume();
  });' >/root/port
page=$(sed -n 's/.*the page is at //p' /root/start.log | tail -n 1)
node -e 'const [page, token] = process.argv[1].split("#token=");
  fetch(page + "api/info", { headers: { Authorization: "Bearer " + token } })
    .then(async (answer) => { if (!(await answer.text()).includes("\"recording\":true")) throw new Error("status " + answer.status); })' \
  "$page" || fail "the page does not answer"
recorder=
for process in /proc/[0-9]*; do
  [[ $(tr '\0' ' ' <"$process/cmdline") != *"bin/sstory record "* ]] || [ "$(readlink "$process/exe")" != /usr/local/bin/node ] || recorder=${process#/proc/}
done
kill -INT "$recorder"
wait "$npm" || true
steps=$(bin/sstory log --db /root/fresh.db --json "dst :$(cat /root/port)")
grep -q ESTAB <<<"$steps" || fail "the connection was not recorded: $steps"
say "recorded: $(grep -c . <<<"$steps") transitions of one connection"

say "npm pack, installed in an empty directory"
npm pack --silent --pack-destination /root >/root/packed
mkdir /root/other
cd /root/other
export npm_config_nodedir=/usr/local
npm install --silent --no-audit --no-fund "/root/$(tail -n 1 /root/packed)"
mv /root/sstory /root/moved
node_modules/.bin/sstory --version
node_modules/.bin/sstory record --db a.db --duration 1s 2>&1 | tail -n 2 >&2
[ "$(node_modules/.bin/sstory sql --db a.db --format csv 'SELECT source FROM runs' | tail -n 1 | tr -d '\r')" = bpf ] || fail "the installed package does not record"
say passed
NEWCOMER
unshare --mount --pid --fork --kill-child bash "$PWD/scripts/test-fresh.sh" --enter "$directory/$release-fresh" "$files"
