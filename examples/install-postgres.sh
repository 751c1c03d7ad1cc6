#!/usr/bin/env bash
# Installs a Postgres server from the system's package manager where there is none.
set -euo pipefail
for bin in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    if [ -x "$bin/initdb" ]; then exit 0; fi
done
if command -v initdb >/dev/null; then exit 0; fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if command -v apt-get >/dev/null; then
    # The server is only needed as a program: no cluster is made, nothing is started.
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.d/dbtool.conf >/dev/null
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy postgresql postgresql-contrib
elif command -v dnf >/dev/null; then
    as_root dnf install -y postgresql-server postgresql-contrib
elif command -v brew >/dev/null; then
    brew install postgresql@18
else
    echo "Install a PostgreSQL server (13 to 18) with your package manager and run this again." >&2
    exit 1
fi
