# Trees of other releases, made by debootstrap; for scripts that run their programs. Needs `say`, `directory` and `again`.

# Ends the script where trees cannot be made.
need_debootstrap() {
  [ "$(id -u)" -eq 0 ] || {
    say "needs root"
    exit 1
  }
  command -v debootstrap >/dev/null || {
    say "needs debootstrap (apt-get install debootstrap)"
    exit 1
  }
}

# The Debian archive that apt uses on this machine, or Debian's own.
mirror() {
  local found
  # shellcheck disable=SC2016 # apt's own variables
  found=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/^Debian|//p' | sed -n 1p) || true
  echo "${found:-http://deb.debian.org/debian}"
}

# Ubuntu's bpftrace is in universe, and needs kernel headers that its package does not depend on.
make_base() {
  local release=$1 tree=$2 package=$3
  case $release in
  jammy)
    [ -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ] || say "Ubuntu keyring not found: the signature of $release is not checked"
    debootstrap --variant=minbase --components=main,universe --include="$package",linux-libc-dev "$release" "$tree" \
      http://archive.ubuntu.com/ubuntu
    ;;
  *) debootstrap --variant=minbase --include="$package" "$release" "$tree" "$(mirror)" ;;
  esac
}

# make_tree RELEASE TREE PACKAGE PROGRAM: a tree that has the program of that package. Made under another name first, so that an incomplete
# tree is never used.
make_tree() {
  local release=$1 tree=$2 package=$3 program=$4
  if [ "$again" = false ] && [ -x "$tree/usr/bin/$program" ]; then return; fi
  say "making $tree"
  rm -rf --one-file-system "$tree" "$tree.new"
  mkdir -p "$directory"
  make_base "$release" "$tree.new" "$package" >"$tree.log" 2>&1 || {
    tail -n 20 "$tree.log" >&2
    return 1
  }
  rm -f "$tree.log"
  mv "$tree.new" "$tree"
}
