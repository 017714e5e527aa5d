#!/usr/bin/env bash
# Compares sstory, live and over the past, with the ss of other Debian releases, on the kernel of this host.
#
#   scripts/test-ss.sh [-d DIRECTORY] [-f] [RELEASE ...]
#
# RELEASE: trixie (iproute2 6.15), sid; by default both.
# Each release is a tree of minbase and iproute2 (300 MB, made once by debootstrap in half a minute) in DIRECTORY, by default
# ${XDG_CACHE_HOME:-~/.cache}/sstory/ss. -f makes the trees again.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "test-ss: $*" >&2; }
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2; }

directory=${XDG_CACHE_HOME:-$HOME/.cache}/sstory/ss
releases=()
again=false
while [ $# -gt 0 ]; do
  case $1 in
  -d)
    directory=$(realpath -m "$2")
    shift
    ;;
  -f) again=true ;;
  -*)
    usage
    exit 2
    ;;
  *) releases+=("$1") ;;
  esac
  shift
done
[ ${#releases[@]} -gt 0 ] || releases=(trixie sid)
# shellcheck source=scripts/lab/trees.sh
. scripts/lab/trees.sh
need_debootstrap

bash scripts/setup.sh test
wrappers=$(mktemp -d)
trap 'rm -rf "$wrappers"' EXIT
failed=()
for release in "${releases[@]}"; do
  tree=$directory/$release
  make_tree "$release" "$tree" iproute2 ss || {
    failed+=("$release (no tree)")
    continue
  }
  # The program of the tree, with its own libraries, in this file system.
  loader=$(find "$tree"/usr/lib -maxdepth 2 -name 'ld-linux*.so.*' | sed -n 1p)
  printf '#!/bin/sh\nexec %q --library-path %q %q "$@"\n' \
    "$loader" "$(dirname "$loader")" "$tree/usr/bin/ss" >"$wrappers/ss"
  chmod +x "$wrappers/ss"
  say "$release: $(PATH=$wrappers:$PATH ss -V)"
  CI=true PATH=$wrappers:$PATH node_modules/.bin/mocha --no-config --timeout 120000 'dist/test/conformance/*.test.js' ||
    failed+=("$release")
done
[ ${#failed[@]} -eq 0 ] || {
  say "failed: ${failed[*]}"
  exit 1
}
