//! Extensions that the server has not, and what brings them.

use anyhow::Result;

use super::Loader;
use super::fault::ServerFault;
use crate::failure::Failure;

/// The Debian packages of extensions whose names do not tell them, without `postgresql-15-`.
const PACKAGES: &[(&str, &str)] = &[
    ("pg_cron", "cron"),
    ("pg_partman", "partman"),
    ("pg_repack", "repack"),
    ("postgis", "postgis-3"),
    ("postgis_raster", "postgis-3"),
    ("postgis_sfcgal", "postgis-3"),
    ("postgis_tiger_geocoder", "postgis-3"),
    ("postgis_topology", "postgis-3"),
    ("vector", "pgvector"),
];

/// The extensions that come with the server itself, in a package of their own at most.
const CONTRIB: &[&str] = &[
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// The procedural languages, each in a package of its own.
const LANGUAGES: &[(&str, &str)] = &[("plperl", "plperl"), ("plpython3u", "plpython3"), ("pltcl", "pltcl")];

impl Loader<'_> {
    /// The failure to show for a fault, with what to install where an extension is missing.
    pub(super) async fn failure(&self, fault: &ServerFault, others: usize) -> Result<Failure> {
        let Some(extension) = missing(fault) else { return Ok(fault.failure(self.source, others)) };
        let row = self.client.query_one("SELECT current_setting('server_version_num')::int4 / 10000", &[]).await?;
        let major: i32 = row.try_get(0)?;
        let place = self.source.place_of_byte(&self.source.statements[fault.statement], fault.offset);
        let message = format!(
            "{place}: the schema needs the extension {extension}, which the server (PostgreSQL {major}) has not"
        );
        Ok(Failure::Missing { message, hint: hint(extension, major) })
    }
}

/// The extension that a message says the server has not.
fn missing(fault: &ServerFault) -> Option<&str> {
    if let Some(rest) = fault.message.strip_prefix("extension \"") {
        return rest.strip_suffix("\" is not available");
    }
    let file = fault.message.strip_prefix("could not open extension control file \"")?.split('"').next()?;
    file.rsplit('/').next()?.strip_suffix(".control")
}

fn hint(extension: &str, major: i32) -> String {
    let of = |list: &[(&str, &str)]| {
        list.iter().find(|(name, _)| *name == extension).map(|(_, package)| package.to_string())
    };
    let package = if CONTRIB.contains(&extension) {
        format!("postgresql-{major} (postgresql{major}-contrib on Red Hat)")
    } else if let Some(package) = of(LANGUAGES) {
        format!("postgresql-{package}-{major}")
    } else if let Some(package) = of(PACKAGES) {
        format!("postgresql-{major}-{package}")
    } else {
        format!("usually called postgresql-{major}-{}", extension.replace('_', "-"))
    };
    format!("Install it where the server runs; on Debian and Ubuntu the package is {package}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_package() {
        assert!(hint("pg_partman", 15).ends_with("the package is postgresql-15-partman."));
        assert!(hint("plpython3u", 16).ends_with("the package is postgresql-plpython3-16."));
        assert!(hint("hstore", 14).contains("postgresql-14 (postgresql14-contrib"));
        assert!(hint("pg_other", 17).ends_with("usually called postgresql-17-pg-other."));
    }
}
