#!/bin/bash
# Proves the README on a bare Debian: bootstraps it into a folder, clones the last commit of this checkout there, runs
# `make run` (without a display: the sample scene, headless), `make test` and the scene library, and prints times and results.
#
#   sudo tools/prove_install.sh bookworm|trixie|forky [FOLDER]     (needs debootstrap; takes some 4 GB and about half an hour)
#
# bookworm is Debian 12 with Python 3.11, trixie is Debian 13 with Python 3.13, forky comes after it with Python 3.14.
#
# What reaches the registries from this machine is handed on only where an environment variable says so: certificate bundles
# and configuration files are copied, addresses and proxies are passed on. DEBIAN_MIRROR names another mirror for debootstrap.
# Everything mounted and every process started ends with this script.
set -euo pipefail

suite=${1:-}
case $suite in bookworm | trixie | forky) ;; *)
    echo "usage: $0 bookworm|trixie|forky [FOLDER]" >&2
    exit 2
    ;;
esac
[ "$(id -u)" = 0 ] || { echo "$0: must be run by root, debootstrap and chroot need it" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "$0: debootstrap is missing: apt-get install debootstrap" >&2; exit 2; }

checkout=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
folder=$(mkdir -p "${2:-/var/tmp/swivel-proof}" && cd "${2:-/var/tmp/swivel-proof}" && pwd)
root=$folder/$suite

if [ -z "${SWIVEL_PROOF_INSIDE:-}" ]; then
    # Mounts and processes of its own: nothing of them outlives the script, however it ends.
    SWIVEL_PROOF_INSIDE=yes exec unshare --mount --pid --fork --kill-child "$0" "$suite" "$folder"
fi

FILES="SSL_CERT_FILE PIP_CERT REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS GIT_SSL_CAINFO
  PIP_CONFIG_FILE NPM_CONFIG_USERCONFIG NPM_CONFIG_GLOBALCONFIG APT_CONFIG"
VALUES="PIP_INDEX_URL PIP_DEFAULT_TIMEOUT npm_config_registry http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY
  OPENBLAS_CORETYPE OPENBLAS_L2_SIZE"
environment=(HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive)

inside() { chroot "$root" env -i "${environment[@]}" "$@"; }

# stage NAME COMMAND...: run inside, keep the log, print wall and processor time and the last lines.
stage() {
    local name=$1 log=$folder/$suite.$1.log code=0
    shift
    TIMEFORMAT="%0R s, %0U s + %0S s of processor time"
    { time inside "$@" >"$log" 2>&1 || code=$?; } 2>"$log.time"
    echo "$suite: $name: exit $code, $(cat "$log.time")"
    tail -n 3 "$log" | sed 's/^/    /'
    rm "$log.time"
    [ "$code" = 0 ] || failed=yes
}

bootstrap() {
    rm -rf --one-file-system "$root"
    mkdir -p "$folder/cache"
    if [ ! -e "/usr/share/debootstrap/scripts/$suite" ]; then
        # This debootstrap is older than the suite. All newer ones are made as sid is.
        rm -rf "$folder/debootstrap"
        cp -r /usr/share/debootstrap "$folder/debootstrap"
        ln -s sid "$folder/debootstrap/scripts/$suite"
        export DEBOOTSTRAP_DIR=$folder/debootstrap
    fi
    debootstrap --variant=minbase --cache-dir="$folder/cache" "$suite" "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} \
        >"$folder/$suite.debootstrap.log"
    mount -t proc proc "$root/proc"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    mkdir -p "$root/opt/proof"
    local name
    for name in $FILES; do
        [ -f "${!name:-}" ] || continue
        cp "${!name}" "$root/opt/proof/$name"
        environment+=("$name=/opt/proof/$name")
    done
    for name in $VALUES; do
        [ -z "${!name:-}" ] || environment+=("$name=${!name}")
    done
}

failed=""
bootstrap
# What a person has who read the README on such a system: git, to clone it, and make.
inside apt-get -qq update
inside apt-get -qq install -y --no-install-recommends make git ca-certificates >"$folder/$suite.apt.log" 2>&1
git clone --quiet --no-local "$checkout" "$root/root/swivel"
echo "$suite: Debian $(cat "$root/etc/debian_version"), commit $(git -C "$root/root/swivel" log -1 --format='%h %s')"
stage run make -C /root/swivel run
stage run-again make -C /root/swivel run
stage test make -C /root/swivel test
stage library sh -c 'cd /root/swivel && .venv/bin/swivel qa scenes --jobs 2 --out /root/library'
cp "$root/root/library/results.jsonl" "$folder/$suite.results.jsonl"
echo "$suite: $(inside /root/swivel/.venv/bin/python --version), modelled senses; two systems with the same sums ran the same:"
inside /root/swivel/.venv/bin/python - <<'END'
import hashlib, json
rows = [json.loads(line) for line in open("/root/library/results.jsonl")]
for field in ("trace_hash", "decisions_hash"):
    lines = sorted(f"{row['scene']} {row['seed']} {row[field]}" for row in rows if field in row)
    print(f"    {field}: {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]} over {len(lines)} scenes")
END
[ -z "$failed" ] || exit 1
