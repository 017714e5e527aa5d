#!/usr/bin/env bash
# Makes proto/generated/ from proto/sstory.proto; with --check, says whether it is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
out=proto/generated
if [ "${1:-}" = --check ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi
node_modules/.bin/pbjs --target static-module --wrap es6 --force-number --no-create --no-verify --no-convert \
  --no-delimited --no-typeurl --no-service --root sstory --out "$out/sstory.js" proto/sstory.proto
node_modules/.bin/pbts --out "$out/sstory.d.ts" "$out/sstory.js"
[ "${1:-}" != --check ] || diff -r proto/generated "$out" >/dev/null || {
  echo "proto/generated is not what proto/sstory.proto gives: npm run proto" >&2
  exit 1
}
