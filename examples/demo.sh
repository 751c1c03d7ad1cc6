#!/usr/bin/env bash
# dbtool's main job, on a Postgres of the project's own, which is stopped and removed at the end: examples/demo.sh PATH_TO_DBTOOL
set -euo pipefail
dbtool=$(realpath "$1")
project=$(cd "$(dirname "$0")/.." && pwd)
unset DATABASE_URL
work=$(mktemp -d)
chmod 755 "$work"
leave() { cd "$work" && "$dbtool" stop --remove-data --yes >/dev/null; cd / && rm -rf "$work"; }
trap leave EXIT
cd "$work"
cp "$project/schema.sql" "$project/dbtool.toml" .
step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { step dbtool "$@"; "$dbtool" "$@"; }

run status
run sync --yes
run status --exit-code
step "echo 'ALTER TABLE shop.customers ADD COLUMN phone text; …' >> schema.sql"
printf 'ALTER TABLE shop.customers ADD COLUMN phone text;\nCREATE INDEX customers_phone ON shop.customers (phone);\n' >>schema.sql
run diff
run sync --yes
step "git checkout schema.sql"
cp "$project/schema.sql" .
run rollback --yes
run status
