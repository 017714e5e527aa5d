#!/usr/bin/env bash
# Generates proto/generated/ from proto/sstory.proto; with --check, fails if it is out of date.
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
  echo "proto/generated is out of date: run npm run proto" >&2
  exit 1
}
