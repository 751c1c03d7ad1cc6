//! One SQL statement with what it endangers and how it behaves in a transaction.

use serde::{Deserialize, Serialize};

/// A statement ready to be sent, without its final semicolon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The SQL text, no trailing semicolon.
    pub text: String,
    /// What it endangers.
    pub hazards: Vec<Hazard>,
    /// Its place in a transaction.
    pub transaction: Transaction,
}

/// How a statement stands to the transaction around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transaction {
    /// May run with others in one transaction.
    #[default]
    Inside,
    /// What it makes can be used only after a commit (`ALTER TYPE … ADD VALUE`).
    CommitAfter,
    /// May run in a transaction, but in one of its own, for its locks or those of others (`VALIDATE CONSTRAINT`).
    Apart,
    /// Cannot run in a transaction at all (`CREATE INDEX CONCURRENTLY`).
    Outside,
}

/// What a statement endangers; relations are named as SQL names them (`app.orders`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "hazard", rename_all = "snake_case")]
pub enum Hazard {
    /// Rows or values are gone afterwards.
    DataLoss {
        /// What is lost, in words ("column app.users.email").
        what: String,
        /// The relation that holds it, for counting rows.
        relation: Option<String>,
        /// The column that holds it (quoted), when only that is lost.
        column: Option<String>,
    },
    /// Rows or values go, and are kept in the archive.
    Kept {
        /// What goes, in words.
        what: String,
        /// The relation that holds it, for counting rows.
        relation: Option<String>,
        /// The column that holds it (quoted), when only that goes.
        column: Option<String>,
        /// The table that it is kept in.
        place: String,
    },
    /// The relation is written anew under ACCESS EXCLUSIVE.
    Rewrite {
        /// The relation.
        relation: String,
    },
    /// The relation is read whole under the named lock.
    Scan {
        /// The relation.
        relation: String,
        /// The lock held meanwhile.
        lock: String,
    },
    /// May fail, depending on the rows.
    MayFail {
        /// The relation whose rows decide.
        relation: String,
        /// Why, in words.
        why: String,
    },
}

impl Statement {
    /// A statement with no hazard that may run in a transaction.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), hazards: Vec::new(), transaction: Transaction::Inside }
    }

    /// The same statement, endangering more.
    #[must_use]
    pub fn hazard(mut self, hazard: Hazard) -> Self {
        self.hazards.push(hazard);
        self
    }

    /// The same statement with another place in a transaction.
    #[must_use]
    pub fn transaction(mut self, transaction: Transaction) -> Self {
        self.transaction = transaction;
        self
    }
}
