#!/usr/bin/env bash
# Prepares a fresh Debian with Node and root for `npm start` (mode run) or `npm test` (mode test).
# Idempotent: does only what is missing and reports it on stderr; silent and quick when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-run}
case $mode in
run | test) ;;
*)
  echo "setup: invalid mode \"$mode\": use run or test" >&2
  exit 2
  ;;
esac

say() { echo "setup: $*" >&2; }

has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }

has_header() { [ -e "/usr/include/$1" ]; }

# Installs Debian packages. Where it cannot (no root, no apt-get), it names them and goes on.
install() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    say "not root, packages not installed: $* (apt-get install $*)"
  elif ! has apt-get; then
    say "apt-get not found, packages not installed: $*"
  else
    say "installing $*"
    # The package lists may be missing or old; they are fetched only if the first attempt fails.
    apt_install "$@" 2>/dev/null || { apt update && apt_install "$@"; } || {
      say "apt-get failed to install: $*"
      return 1
    }
  fi
}

apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null >&2; }

apt_install() { apt -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"; }

system_packages() {
  local missing=()
  has bpftrace || missing+=(bpftrace)
  # bpftrace 0.14 (Ubuntu 22.04) reads these headers, but its package does not depend on them.
  has_header linux/types.h || missing+=(linux-libc-dev)
  has ip && has ss || missing+=(iproute2)
  if [ "$mode" = test ]; then
    # The gcc package only recommends the C library's headers.
    has gcc && has_header stdio.h || missing+=(gcc libc6-dev)
    has nft || missing+=(nftables)
    has strace || missing+=(strace)
    has sqlite3 || missing+=(sqlite3)
    has dnsmasq || missing+=(dnsmasq-base)
    has dig || missing+=(bind9-dnsutils)
    has unshare && has script || missing+=(util-linux bsdutils)
    has python3 || missing+=(python3)
    has tmux || missing+=(tmux)
    has zsh || missing+=(zsh)
    has systemd-analyze || missing+=(systemd)
    # The fonts are those of the page's tests and pictures.
    has chromium || missing+=(chromium fonts-dejavu-core)
    has prometheus && has promtool || missing+=(prometheus)
    has openssl || missing+=(openssl)
  fi
  install "${missing[@]}"
}

# Tests look for the tracepoint in tracefs before they record. The recorder mounts tracefs itself where it is missing.
mount_tracefs() {
  [ ! -d /sys/kernel/tracing/events ] || return 0
  [ "$(id -u)" -eq 0 ] || return 0
  mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || say "cannot mount tracefs: tests that trace will be skipped, or fail if CI=true"
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

# What an installed node_modules depends on: the lock file and the node binary.
modules_key() {
  {
    cat package-lock.json
    readlink -f "$(command -v node)"
    stat -Lc '%s %Y' "$(command -v node)"
  } | sha256sum
}

# From Node 22 on, all packages have binaries that fit: none has to run a script while it is installed.
needs_no_scripts() { [ "$(node -p 'Number(process.versions.napi) >= 10')" = true ]; }

# The release that src/store/sqlite.ts takes.
sqlite_works() {
  node -e 'new (require(Number(process.versions.napi) >= 10 ? "better-sqlite3-13" : "better-sqlite3"))(":memory:").close()' >/dev/null 2>&1
}

# npm ci; a compiler is installed only on Node 20, if the prebuilt better-sqlite3 cannot be downloaded or does not work.
node_modules() {
  local key
  key=$(modules_key)
  [ -e node_modules/.sstory-setup ] && [ "$(cat node_modules/.sstory-setup)" = "$key" ] && return
  require_node
  say "installing the npm packages"
  # Without this setting node-gyp downloads Node's headers.
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
      say "npm packages could not be installed"
      exit 1
    }
  fi
  rm -f "$log"
  echo "$key" >node_modules/.sstory-setup
}

npm_ci() {
  local options=()
  ! needs_no_scripts || options+=(--ignore-scripts)
  npm ci "${options[@]}" --include=dev --no-audit --no-fund --loglevel=error
}

# Compiles src, test and scripts to dist if a file or directory in them is newer than the last build.
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
  node dist/scripts/programs.js >&2
  node scripts/code-caches.cjs >&2
  node dist/scripts/web.js >&2
  mv dist/.building dist/.built
}

# Deletes compiled files whose source was deleted: they would still run as tests.
drop_orphans() {
  local file
  find dist -path dist/web -prune -o -name '*.js' -type f -print | while read -r file; do
    local source=${file#dist/}
    [ -e "${source%.js}.ts" ] || rm -f "$file" "$file.map"
  done
}

# The C programs that tests and benchmarks run.
compile_actors() {
  local source target
  for source in scripts/bench/*.c scripts/lab/*.c; do
    [ -e "$source" ] || continue
    target=dist/$(basename "$source" .c)
    [ "$target" -nt "$source" ] && continue
    if ! has gcc; then
      say "gcc not found, not compiled: $source"
      continue
    fi
    say "compiling $source"
    gcc -O2 -Wall -pthread -o "$target" "$source" >&2
  done
}

# ClickHouse's engine as a library, for the tests of fleets: 550 MB, so it is not a dependency, and one copy serves all working trees.
CHDB=chdb@3.4.0
chdb() {
  local directory=${SSTORY_CHDB:-${XDG_CACHE_HOME:-$HOME/.cache}/sstory/${CHDB/@/-}}
  [ ! -e "$directory/.installed" ] || return 0
  local start=$SECONDS log
  log=$(mktemp)
  say "installing $CHDB into $directory"
  mkdir -p "$directory"
  # A manifest of its own: npm would look for one in the directories above.
  echo '{ "name": "chdb-for-tests", "private": true }' >"$directory/package.json"
  if npm install --prefix "$directory" --legacy-peer-deps --no-audit --no-fund --loglevel=error "$CHDB" >"$log" 2>&1; then
    touch "$directory/.installed"
    say "$CHDB: $(du -sm "$directory" | cut -f1) MB, installed in $((SECONDS - start)) s"
  else
    tail -n 5 "$log" >&2
    say "$CHDB could not be installed: tests of fleets will be skipped, or fail if CI=true"
  fi
  rm -f "$log"
}

system_packages
node_modules
build
if [ "$mode" = test ]; then
  mount_tracefs
  compile_actors
  chdb
fi
