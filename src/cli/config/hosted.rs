//! Hosts on which databases of production are mostly kept.

/// The ends of the names that the large services give their hosts.
const SUFFIXES: &[&str] = &[
    ".aivencloud.com",
    ".alloydb.goog",
    ".cloud.timescale.com",
    ".compute.amazonaws.com",
    ".compute-1.amazonaws.com",
    ".database.azure.com",
    ".database.cloud.ovh.net",
    ".databases.appdomain.cloud",
    ".db.ondigitalocean.com",
    ".db-postgresql.ondigitalocean.com",
    ".fly.dev",
    ".flycast",
    ".flympg.net",
    ".neon.tech",
    ".neon.build",
    ".pg.koyeb.app",
    ".postgresbridge.com",
    ".psdb.cloud",
    ".railway.app",
    ".railway.internal",
    ".rds.aliyuncs.com",
    ".rds.amazonaws.com",
    ".rds.amazonaws.com.cn",
    ".redshift.amazonaws.com",
    ".render.com",
    ".rlwy.net",
    ".scw.cloud",
    ".sql.goog",
    ".supabase.co",
    ".supabase.com",
    ".supabase.net",
    ".tembo.io",
    ".thenile.dev",
    ".vercel-storage.com",
    ".yandexcloud.net",
];

/// The folder in which the proxy of Google's Cloud SQL makes its sockets.
const CLOUD_SQL: &str = "/cloudsql/";

/// Whether one of the hosts of a URL belongs to a service that runs databases for others.
pub fn is_hosted(hosts: &str) -> bool {
    hosts.split(',').any(|host| {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        host.starts_with(CLOUD_SQL) || SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
    })
}

#[cfg(test)]
mod tests {
    use super::is_hosted;

    #[test]
    fn knows_the_services_by_their_hosts() {
        for host in [
            "db.abcdefgh.supabase.co",
            "aws-0-eu-west-1.pooler.supabase.com",
            "app.c1.eu-west-1.rds.amazonaws.com",
            "ep-cool-1-pooler.us-east-2.aws.neon.tech",
            "APP.postgres.database.azure.com.",
            "dpg-1.oregon-postgres.render.com",
            "ec2-1-2-3-4.compute-1.amazonaws.com",
            "a-do-user-1.db.ondigitalocean.com",
            "/cloudsql/project:region:instance",
            "localhost,app.flycast",
        ] {
            assert!(is_hosted(host), "{host}");
        }
    }

    #[test]
    fn leaves_other_hosts_alone() {
        for host in ["localhost", "/tmp", "10.0.0.4", "db.example.org", "notsupabase.co", ""] {
            assert!(!is_hosted(host), "{host}");
        }
    }
}
