#!/bin/sh
# Installs the named Debian packages that are missing, as root or with sudo; says what to do where it may not.
# A name may also be one that another package provides: libglib2.0-0 of Debian 12 is libglib2.0-0t64 on Debian 13.
set -eu

# Every installed package and every name that one provides, one a line, without versions.
installed() {
    dpkg-query -W -f='${db:Status-Status}\t${Package}, ${Provides}\n' 2>/dev/null |
        sed -n 's/^installed\t//p' | tr ',' '\n' | sed 's/([^)]*)//; s/[[:space:]]//g'
}

# The package to ask apt for: the one of that name, else the first that provides it; the name itself when there is none.
real_name() {
    case "$(apt-cache policy "$1" | sed -n 's/^ *Candidate: //p')" in
    "" | "(none)") apt-cache showpkg "$1" | sed -n '1,/^Reverse Provides:/d; s/ .*//; p; q' | grep . || echo "$1" ;;
    *) echo "$1" ;;
    esac
}

have=$(installed || true)
missing=""
for name in "$@"; do
    printf '%s\n' "$have" | grep -qxF -- "$name" || missing="$missing $name"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "These libraries are needed and this system has no apt-get; please install their like:$missing" >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then as_root=""; elif command -v sudo >/dev/null; then as_root="sudo"; else
    echo "Missing system packages; as root, please run: apt-get install$missing" >&2
    exit 1
fi
echo "installing system packages:$missing"
$as_root apt-get update -qq
wanted=""
for name in $missing; do
    wanted="$wanted $(real_name "$name")"
done
# shellcheck disable=SC2086  # several names
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
