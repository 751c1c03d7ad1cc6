//! Extensions that the server has not, and what brings them.

use anyhow::Result;

use super::Loader;
use super::fault::ServerFault;
use crate::database::packages;
use crate::failure::Failure;

impl Loader<'_> {
    /// The failure to show for a fault, with what to install where an extension is missing.
    pub(super) async fn failure(&self, fault: &ServerFault, others: usize) -> Result<Failure> {
        let Some(extension) = packages::missing(&fault.message) else { return Ok(fault.failure(self.source, others)) };
        let row = self.client.query_one("SELECT current_setting('server_version_num')::int4 / 10000", &[]).await?;
        let major: i32 = row.try_get(0)?;
        let place = self.source.place_of_byte(&self.source.statements[fault.statement], fault.offset);
        let message = format!(
            "{place}: the schema needs the extension {extension}, which the server (PostgreSQL {major}) has not"
        );
        Ok(Failure::Missing { message, hint: packages::hint(extension, u32::try_from(major)?) })
    }
}
