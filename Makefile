.PHONY: demo test

# Builds dbtool and runs its main job on a Postgres of the demo's own: schema.sql into a database, a change, and the way back.
demo:
	examples/install-postgres.sh
	cargo build --release
	examples/demo.sh target/release/dbtool

# Runs all tests; they start and stop their own Postgres.
test:
	examples/install-postgres.sh
	examples/install-languages.sh
	cargo test
