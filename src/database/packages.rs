//! Extensions that a server has not, and the packages that bring them.

/// The packages of extensions whose names do not tell them: for Debian without `postgresql-15-`, of the project's RPMs without `_15`.
const PACKAGES: &[(&str, &str, &str)] = &[
    ("pg_cron", "cron", "pg_cron"),
    ("pg_partman", "partman", "pg_partman"),
    ("pg_repack", "repack", "pg_repack"),
    ("postgis", "postgis-3", "postgis35"),
    ("postgis_raster", "postgis-3", "postgis35"),
    ("postgis_sfcgal", "postgis-3", "postgis35"),
    ("postgis_tiger_geocoder", "postgis-3", "postgis35"),
    ("postgis_topology", "postgis-3", "postgis35"),
    ("vector", "pgvector", "pgvector"),
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

/// The extensions that Homebrew has, for the newest server alone.
const HOMEBREW: &[(&str, &str)] = &[("postgis", "postgis"), ("vector", "pgvector")];

/// The extension that a server's message says it has not.
pub fn missing(message: &str) -> Option<&str> {
    if let Some(rest) = message.lines().next()?.strip_prefix("extension \"") {
        return rest.strip_suffix("\" is not available");
    }
    let file = message.strip_prefix("could not open extension control file \"")?.split('"').next()?;
    file.rsplit('/').next()?.strip_suffix(".control")
}

/// What to install, where the message or its detail tell of a missing extension; the major version stands in the path that it names.
pub fn advice(message: &str, detail: &str) -> Option<String> {
    let numbers =
        detail.split('/').chain(message.split('/')).flat_map(|part| part.split(|c: char| !c.is_ascii_digit()));
    let major = numbers.filter_map(|number| number.parse().ok()).find(|number| (13..100).contains(number));
    let stand_ins = [message, detail].iter().any(|text| text.contains("/dbtool/extended/"));
    let again = if stand_ins { "; a local Postgres that runs sees it after 'dbtool stop'" } else { "" };
    Some(hint(missing(message)?, major?) + again)
}

/// What to install for an extension on a server of a major version.
pub fn hint(extension: &str, major: u32) -> String {
    let language = LANGUAGES.iter().find(|(name, _)| *name == extension);
    let known = PACKAGES.iter().find(|(name, ..)| *name == extension);
    let (debian, rpm) = match (language, known) {
        _ if CONTRIB.contains(&extension) => (format!("postgresql-{major}"), format!("postgresql{major}-contrib")),
        (Some((_, package)), _) => (format!("postgresql-{package}-{major}"), format!("postgresql{major}-{package}")),
        (_, Some((_, debian, rpm))) => (format!("postgresql-{major}-{debian}"), format!("{rpm}_{major}")),
        (None, None) => {
            let debian = format!("usually called postgresql-{major}-{}", extension.replace('_', "-"));
            (debian, format!("usually called {extension}_{major}"))
        }
    };
    let homebrew = HOMEBREW.iter().find(|(name, _)| *name == extension);
    let homebrew = homebrew.map(|(_, package)| format!(", with Homebrew {package}")).unwrap_or_default();
    format!(
        "Install it where the server runs; on Debian and Ubuntu the package is {debian}, of the PostgreSQL project's RPMs {rpm}{homebrew}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_package() {
        assert!(hint("pg_partman", 15).contains("the package is postgresql-15-partman, "));
        assert!(hint("plpython3u", 16).contains("the package is postgresql-plpython3-16, "));
        assert!(
            hint("hstore", 14)
                .ends_with("the package is postgresql-14, of the PostgreSQL project's RPMs postgresql14-contrib")
        );
        assert!(hint("pg_other", 17).contains("usually called postgresql-17-pg-other, "));
        assert!(hint("postgis", 15).ends_with(
            "postgresql-15-postgis-3, of the PostgreSQL project's RPMs postgis35_15, with Homebrew postgis"
        ));
    }

    #[test]
    fn reads_what_servers_say() {
        let detail =
            "Could not open extension control file \"/usr/share/postgresql/15/extension/postgis.control\": No such";
        let told = advice("extension \"postgis\" is not available", detail).expect("it is missing");
        assert!(told.contains("postgresql-15-postgis-3"), "{told}");
        let before_15 =
            "could not open extension control file \"/usr/pgsql-14/share/extension/vector.control\": No such";
        assert!(advice(before_15, "").expect("it is missing").contains("pgvector_14"));
        assert_eq!(advice("extension \"vector\" already exists", ""), None);
    }
}
