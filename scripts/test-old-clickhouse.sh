#!/usr/bin/env bash
# What sstory says to a ClickHouse that is too old: Debian's clickhouse-server 18.16, on loopback.
#
#   scripts/test-old-clickhouse.sh
#
# Downloads the packages (16 MB) and unpacks them into a temporary directory: nothing is installed. Exit code 77 where apt has none.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "test-old-clickhouse: $*" >&2; }

directory=$(mktemp -d)
server=
end() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$directory"
}
trap end EXIT

mapfile -t packages < <(apt-get install -s clickhouse-server 2>/dev/null | awk '/^Inst/ { print $2 }')
[[ " ${packages[*]} " == *" clickhouse-server "* ]] || {
  say "apt has no clickhouse-server (apt-get update), or it is installed"
  exit 77
}
chmod 755 "$directory"
(cd "$directory" && apt-get download -q "${packages[@]}" >apt.log 2>&1) || {
  cat "$directory/apt.log" >&2
  exit 1
}
for package in "$directory"/*.deb; do dpkg -x "$package" "$directory/root"; done

port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
cp "$directory/root/etc/clickhouse-server/users.xml" "$directory/users.xml"
cat >"$directory/config.xml" <<END
<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <http_port>$port</http_port><listen_host>127.0.0.1</listen_host>
  <path>$directory/data/</path><tmp_path>$directory/tmp/</tmp_path>
  <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>1000000</mark_cache_size>
</yandex>
END
mkdir "$directory/data" "$directory/tmp"
libraries=$(dirname "$(find "$directory/root/usr/lib" -name 'libclickhouse.so.*' | sed -n 1p)")
LD_LIBRARY_PATH=$libraries "$directory/root/usr/sbin/clickhouse-server" --config-file="$directory/config.xml" \
  >"$directory/server.log" 2>&1 &
server=$!
for ((tries = 0; ; tries++)); do
  answer=$(curl -s -m 1 "http://127.0.0.1:$port/ping" || true)
  [ "$answer" != Ok. ] || break
  [ $tries -lt 300 ] && kill -0 "$server" 2>/dev/null || {
    cat "$directory/server.log" >&2
    exit 1
  }
  sleep 0.1
done

failed=0
# The command, and then its line.
expect() {
  local said
  said=$(timeout 60 node dist/src/cli/main.js "${@:2}" 2>&1) && {
    say "$2: it has not failed"
    failed=1
  }
  [ "$said" = "$1" ] && return
  say "${*:2}: expected \"$1\", was \"$said\""
  failed=1
}
old() { printf 'sstory: %s: this ClickHouse is too old\n  ClickHouse 23.8 or later is needed' "http://127.0.0.1:$port/$1"; }

node dist/src/cli/main.js record --db "$directory/host.db" --source diag --no-names --duration 1s >/dev/null 2>&1
expect "$(old sstory)" fleet init "http://default@127.0.0.1:$port/sstory"
expect "$(old default)" ss --at now --fleet "http://default@127.0.0.1:$port/default"
expect "$(old default)" sql --fleet "http://default@127.0.0.1:$port/default" 'SELECT 1'
expect "$(old default)" ship --once --db "$directory/host.db" --to "http://default@127.0.0.1:$port/default"
[ $failed -eq 0 ] || exit 1
say "ClickHouse 18.16: each command ended with one line"
