#!/usr/bin/env bash
# Runs the kernel tests with the bpftrace of other Debian releases, each from a tree of its own.
#
#   scripts/test-bpftrace.sh [RELEASE ...]        default: bookworm trixie sid
#
# Needs root and debootstrap. The trees stay in $SSTORY_TREES (default: ~/.cache/sstory/trees), where /proc, /sys and /dev of
# this host are bound in while the tests run. sstory itself runs here; only bpftrace comes from the tree (SSTORY_BPFTRACE).
set -euo pipefail
cd "$(dirname "$0")/.."

trees=${SSTORY_TREES:-${XDG_CACHE_HOME:-$HOME/.cache}/sstory/trees}
releases=("$@")
[ $# -gt 0 ] || releases=(bookworm trixie sid)

[ "$(id -u)" -eq 0 ] || { echo "test-bpftrace: needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "test-bpftrace: needs debootstrap (apt-get install debootstrap)" >&2; exit 1; }

# The mirror that this machine's apt is set up with, or Debian's.
mirror() {
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -nE 's/^(deb|URIs:) +(\[[^]]*\] +)?(https?:[^ ]+).*/\3/p' | grep -v security | head -n 1)
  echo "${found:-http://deb.debian.org/debian}"
}

bound=()
bind() {
  local from
  for from in /proc /sys /dev; do
    mount --rbind "$from" "$1$from"
    mount --make-rslave "$1$from"
    bound+=("$1$from")
  done
}

unbind() {
  local at
  for at in "${bound[@]}"; do umount -lR "$at"; done
  bound=()
}
trap unbind EXIT

bash scripts/setup.sh test
for release in "${releases[@]}"; do
  tree=$trees/$release
  if [ ! -x "$tree/usr/bin/bpftrace" ]; then
    mkdir -p "$tree"
    debootstrap --variant=minbase --include=bpftrace "$release" "$tree" "$(mirror)" >&2
  fi
  bind "$tree"
  echo "== $release: $(chroot "$tree" bpftrace --version)"
  SSTORY_BPFTRACE="chroot $tree bpftrace" CI=true node_modules/.bin/mocha --no-config --timeout 120000 \
    dist/test/kernel/probe.test.js dist/test/kernel/record.test.js
  unbind
done
