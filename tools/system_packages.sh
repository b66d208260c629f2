#!/bin/sh
# Installs the named Debian packages that are missing, as root or with sudo; says what to do where it may not.
set -eu
missing=""
for name in "$@"; do
    case "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)" in
    installed) ;;
    *) missing="$missing $name" ;;
    esac
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
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
