#!/usr/bin/env bash
# dbtool's main job, on a Postgres that this script starts and stops: examples/demo.sh PATH_TO_DBTOOL
set -euo pipefail
dbtool=$(realpath "$1")
project=$(cd "$(dirname "$0")/.." && pwd)
servers=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin)
bin=$(for d in "${servers[@]}"; do if [ -x "$d/initdb" ]; then echo "$d"; fi; done | sort -V | tail -n 1)
bin=${bin:-$(dirname "$(command -v initdb)")}
work=$(mktemp -d)
chmod 755 "$work"
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi; }
mkdir "$work/server"
if [ "$(id -u)" = 0 ]; then chown postgres "$work/server"; fi
stop() { cd /; as_server "$bin/pg_ctl" -D "$work/server/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT
cd "$work/server"
as_server "$bin/initdb" -D "$work/server/data" -U postgres -A trust --no-sync >/dev/null
as_server "$bin/pg_ctl" -D "$work/server/data" -l "$work/server/log" -w \
    -o "-c listen_addresses='' -c unix_socket_directories='$work/server' -c fsync=off" start >/dev/null
export DATABASE_URL="host=$work/server user=postgres dbname=postgres"

mkdir "$work/project"
cd "$work/project"
cp "$project/schema.sql" "$project/dbtool.toml" .
step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }

step dbtool status; "$dbtool" status
step dbtool sync --yes; "$dbtool" sync --yes
step dbtool status; "$dbtool" status --exit-code
step "echo 'ALTER TABLE shop.customers ADD COLUMN phone text; …' >> schema.sql"
printf 'ALTER TABLE shop.customers ADD COLUMN phone text;\nCREATE INDEX customers_phone ON shop.customers (phone);\n' >>schema.sql
step dbtool diff; "$dbtool" diff
"$dbtool" diff --up up.sql --down down.sql >/dev/null
step dbtool sync --yes; "$dbtool" sync --yes
step "psql -f down.sql, written by dbtool diff --up up.sql --down down.sql"
"$bin/psql" -qX -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f down.sql
cp "$project/schema.sql" .
step dbtool status; "$dbtool" status --exit-code
