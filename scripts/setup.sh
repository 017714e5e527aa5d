#!/usr/bin/env bash
# Makes a fresh Debian with Node and root ready for `npm start` (mode run) or `npm test` (mode test).
# Idempotent: does only what is missing, says so on stderr, and is silent and quick when nothing is.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-run}
case $mode in
run | test) ;;
*)
  echo "setup: no mode \"$mode\": run or test" >&2
  exit 2
  ;;
esac

say() { echo "setup: $*" >&2; }

has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }

has_header() { [ -e "/usr/include/$1" ]; }

# Installs Debian packages; where it may not, names them and goes on.
install() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    say "not root, so these packages stay missing: $* (apt-get install $*)"
  elif ! has apt-get; then
    say "no apt-get here, so these stay missing: $*"
  else
    say "installing $*"
    # The lists may be missing or old: they are fetched only when it does not work without.
    apt_install "$@" 2>/dev/null || { apt update && apt_install "$@"; } || {
      say "apt-get could not install: $*"
      return 1
    }
  fi
}

apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null >&2; }

apt_install() { apt -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"; }

system_packages() {
  local missing=()
  has bpftrace || missing+=(bpftrace)
  # bpftrace 0.14 (Ubuntu 22.04) reads it, and does not depend on it.
  has_header linux/types.h || missing+=(linux-libc-dev)
  has ip && has ss || missing+=(iproute2)
  if [ "$mode" = test ]; then
    # gcc only recommends the C library's headers.
    has gcc && has_header stdio.h || missing+=(gcc libc6-dev)
    has nft || missing+=(nftables)
    has sqlite3 || missing+=(sqlite3)
    has dnsmasq || missing+=(dnsmasq-base)
    has dig || missing+=(bind9-dnsutils)
    has unshare && has script || missing+=(util-linux bsdutils)
    has python3 || missing+=(python3)
    has tmux || missing+=(tmux)
  fi
  install "${missing[@]}"
}

# Tests read the format of tracepoints before they record; the recorder itself mounts it where it is missing.
mount_tracefs() {
  [ ! -d /sys/kernel/tracing/events ] || return 0
  [ "$(id -u)" -eq 0 ] || return 0
  mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || say "tracefs could not be mounted: tests that trace will say so"
}

require_node() {
  has node && has npm || {
    say "needs Node 20 or later, with npm"
    exit 1
  }
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || {
    say "needs Node 20 or later, found $(node --version)"
    exit 1
  }
}

# What node_modules must be installed from: the lock file, for this version of Node and this C library.
modules_key() {
  {
    cat package-lock.json
    readlink -f "$(command -v node)"
    stat -Lc '%s %Y' "$(command -v node)"
  } | sha256sum
}

sqlite_works() { node -e 'new (require("better-sqlite3"))(":memory:").close()' >/dev/null 2>&1; }

# npm ci, with a compiler fetched only where the prebuilt better-sqlite3 could not be had.
node_modules() {
  local key
  key=$(modules_key)
  [ -e node_modules/.sstory-setup ] && [ "$(cat node_modules/.sstory-setup)" = "$key" ] && return
  require_node
  say "installing the npm packages"
  # node-gyp downloads Node's headers unless it is told where they are.
  local prefix
  prefix=$(node -p 'require("node:path").resolve(process.execPath, "../..")')
  [ ! -e "$prefix/include/node/node_version.h" ] || export npm_config_nodedir="$prefix"
  local log
  log=$(mktemp)
  if ! npm_ci >"$log" 2>&1 || ! sqlite_works; then
    local tools=()
    has python3 || tools+=(python3)
    has make || tools+=(make)
    has g++ || tools+=(g++)
    install "${tools[@]}"
    say "compiling better-sqlite3"
    { npm_ci && { sqlite_works || npm rebuild better-sqlite3; } && sqlite_works; } >"$log" 2>&1 || {
      tail -n 30 "$log" >&2
      rm -f "$log"
      say "the npm packages could not be installed"
      exit 1
    }
  fi
  rm -f "$log"
  echo "$key" >node_modules/.sstory-setup
}

npm_ci() { npm ci --include=dev --no-audit --no-fund --loglevel=error; }

# Compiles src, test and scripts to dist when one of them, or a directory of theirs, is newer than the last build.
build() {
  if [ -e dist/.built ] &&
    [ -z "$(find src test scripts tsconfig.json package-lock.json -newer dist/.built -print -quit)" ]; then
    return
  fi
  say "building"
  mkdir -p dist
  touch dist/.building
  drop_orphans
  node_modules/.bin/tsc -p . >&2
  mv dist/.building dist/.built
}

# What was compiled from a file that is gone would still be run as a test.
drop_orphans() {
  local file
  find dist -name '*.js' -type f | while read -r file; do
    local source=${file#dist/}
    [ -e "${source%.js}.ts" ] || rm -f "$file" "$file.map"
  done
}

# The C programs that tests and benchmarks drive.
compile_actors() {
  local source target
  for source in scripts/bench/*.c scripts/lab/*.c; do
    [ -e "$source" ] || continue
    target=dist/$(basename "$source" .c)
    [ "$target" -nt "$source" ] && continue
    if ! has gcc; then
      say "no gcc, so $source stays uncompiled"
      continue
    fi
    say "compiling $source"
    gcc -O2 -Wall -pthread -o "$target" "$source" >&2
  done
}

system_packages
node_modules
build
if [ "$mode" = test ]; then
  mount_tracefs
  compile_actors
fi
