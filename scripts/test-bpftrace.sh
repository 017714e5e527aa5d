#!/usr/bin/env bash
# Runs the kernel tests with the bpftrace of other Debian releases and of Ubuntu 22.04, on the kernel of this host.
#
#   scripts/test-bpftrace.sh [-d DIRECTORY] [-f] [RELEASE ...] [-- TEST ...]
#
# RELEASE: jammy (0.14), bookworm (0.17), trixie (0.23), sid; by default all four.
# TEST: compiled tests; by default those that trace.
# Each release is a tree of minbase and bpftrace (300 MB, made once by debootstrap in half a minute) in DIRECTORY, by
# default ${XDG_CACHE_HOME:-~/.cache}/sstory/trees. -f makes the trees again.
#
# sstory itself runs on this host; SSTORY_BPFTRACE is the command line that it runs instead of `bpftrace`: this script, as
# `test-bpftrace.sh --enter TREE ARGUMENTS`. That binds /proc, /sys and /dev into the tree in a mount namespace of its own, so
# that nothing stays mounted however it ends, and becomes bpftrace under the same pid. bpftrace 0.14 looks for tracepoints in
# debugfs, and cannot read the BTF of a recent kernel: it gets one of older kinds (scripts/lab/plain-btf.ts).
set -euo pipefail

if [ "${1:-}" = --enter ]; then
  tree=$2
  shift 2
  # shellcheck disable=SC2016 # expanded by the inner shell
  exec unshare --mount --propagation private sh -c '
    tree=$1
    shift
    for each in proc sys dev; do mount --rbind "/$each" "$tree/$each"; done
    [ -d /sys/kernel/debug/tracing ] || mount -t debugfs debugfs "$tree/sys/kernel/debug"
    [ ! -e "$tree/vmlinux.btf" ] || export BPFTRACE_BTF=/vmlinux.btf
    exec chroot "$tree" bpftrace "$@"' sh "$tree" "$@"
fi

cd "$(dirname "$0")/.."
say() { echo "test-bpftrace: $*" >&2; }
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2; }

directory=${XDG_CACHE_HOME:-$HOME/.cache}/sstory/trees
releases=()
tests=()
again=false
while [ $# -gt 0 ]; do
  case $1 in
  -d)
    directory=$(realpath -m "$2")
    shift
    ;;
  -f) again=true ;;
  --)
    shift
    tests=("$@")
    break
    ;;
  -*)
    usage
    exit 2
    ;;
  *) releases+=("$1") ;;
  esac
  shift
done
[ ${#releases[@]} -gt 0 ] || releases=(jammy bookworm trixie sid)
[ ${#tests[@]} -gt 0 ] || tests=('dist/test/kernel/probe*.test.js' dist/test/kernel/record.test.js dist/test/kernel/recording.test.js)

# shellcheck source=scripts/lab/trees.sh
. scripts/lab/trees.sh
need_debootstrap
case $directory in
*[[:space:]]*)
  say "invalid directory, it contains white space: $directory"
  exit 2
  ;;
esac


bash scripts/setup.sh test
failed=()
for release in "${releases[@]}"; do
  tree=$directory/$release
  make_tree "$release" "$tree" bpftrace bpftrace || {
    failed+=("$release (no tree)")
    continue
  }
  export SSTORY_BPFTRACE="bash $PWD/scripts/test-bpftrace.sh --enter $tree"
  [ "$release" != jammy ] || node dist/scripts/lab/plain-btf.js "$tree/vmlinux.btf"
  say "$release: $($SSTORY_BPFTRACE --version)"
  CI=true node_modules/.bin/mocha --no-config --timeout 120000 "${tests[@]}" || failed+=("$release")
done
[ ${#failed[@]} -eq 0 ] || {
  say "failed: ${failed[*]}"
  exit 1
}
