#!/usr/bin/env bash
# Installs, below target/languages, what the tests hold generated types against; what cannot be had is left out.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/languages/rust/src
cd target/languages
missing() { echo "not installed: $1; its test will say that it was skipped" >&2; }
if command -v npm >/dev/null; then
    [ -d node_modules/ajv-formats ] || npm install --no-save --no-audit --no-fund --silent --prefix . \
        typescript@5 zod@4 ajv@8 ajv-formats@3 || missing "packages of npm"
else
    missing npm
fi
if ! python3 -c 'import pydantic; assert pydantic.VERSION.startswith("2.")' 2>/dev/null && [ ! -x python/bin/python ]; then
    { python3 -m venv python && python/bin/pip install --quiet 'pydantic>=2,<3'; } || { rm -rf python; missing pydantic; }
fi
if ! command -v gofmt >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    env DEBIAN_FRONTEND=noninteractive apt-get install -qy golang-go >/dev/null || true
fi
command -v gofmt >/dev/null || missing "Go (package golang-go)"
cat >rust/Cargo.toml <<'TOML'
[package]
name = "generated"
version = "0.0.0"
edition = "2021"

[features]
postgres = ["dep:postgres-types", "dep:tokio-postgres", "rust_decimal/db-tokio-postgres"]

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["serde", "std"] }
postgres-types = { version = "0.2", features = ["derive", "with-chrono-0_4", "with-serde_json-1", "with-uuid-1"], optional = true }
rust_decimal = { version = "1", default-features = false, features = ["serde", "std"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio-postgres = { version = "0.7", default-features = false, optional = true }
uuid = { version = "1", features = ["serde"] }

[workspace]
TOML
touch rust/src/lib.rs
[ -f rust/Cargo.lock ] || cargo fetch --quiet --manifest-path rust/Cargo.toml || missing "the crates for generated Rust"
