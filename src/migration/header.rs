//! The comment that a generated migration begins with: what was planned, from which catalog to which, with which hazards.

/// What the header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// What it does, in words.
    pub what: String,
    /// The fingerprint of the catalog that it starts from.
    pub from: Option<String>,
    /// The fingerprint of the catalog that it leads to.
    pub to: Option<String>,
    /// The versions in whose place it stands: a database that has had them has had it.
    pub replaces: Vec<String>,
    /// What it endangers, in words.
    pub hazards: Vec<String>,
}

impl Header {
    /// The header as comment lines, with an empty line after it.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("dbtool: {}", self.what)];
        let place = |label: &str, of: &Option<String>| of.as_ref().map(|of| format!("{label} {of}"));
        lines.extend(place("from", &self.from));
        lines.extend(place("to  ", &self.to));
        lines.extend(self.replaces.chunks(6).map(|versions| format!("replaces: {}", versions.join(" "))));
        lines.extend(self.hazards.iter().map(|hazard| format!("hazard: {hazard}")));
        let comment = |line: String| line.lines().map(|line| format!("-- {line}\n")).collect::<String>();
        lines.into_iter().map(comment).collect::<String>() + "\n"
    }

    /// Reads the comment at the beginning of a script; empty for one that dbtool did not write.
    pub fn read(text: &str) -> Self {
        let mut header = Self::default();
        let mut lines = text.lines().map_while(|line| line.strip_prefix("-- "));
        let Some(what) = lines.next().and_then(|line| line.strip_prefix("dbtool: ")) else { return header };
        header.what = what.to_owned();
        for line in lines {
            match line.split_once(' ') {
                Some(("from", of)) => header.from = Some(of.trim().to_owned()),
                Some(("to", of)) => header.to = Some(of.trim().to_owned()),
                Some(("replaces:", versions)) => {
                    header.replaces.extend(versions.split_whitespace().map(str::to_owned));
                }
                Some(("hazard:", hazard)) => header.hazards.push(hazard.to_owned()),
                Some(_) | None => {}
            }
        }
        header
    }

    /// Whether dbtool wrote the script, and nobody needs to.
    pub fn is_of_dbtool(&self) -> bool {
        self.is_generated() || !self.replaces.is_empty()
    }

    /// Whether dbtool generated the script from one state to another.
    pub fn is_generated(&self) -> bool {
        self.from.is_some() && self.to.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_was_written() {
        let header = Header {
            what: "add table users".to_owned(),
            from: Some("pg15:a".to_owned()),
            to: Some("pg15:b".to_owned()),
            replaces: vec!["1".to_owned(), "2".to_owned()],
            hazards: vec!["drops column x".to_owned()],
        };
        let text = header.text();
        assert_eq!(
            text,
            "-- dbtool: add table users\n-- from pg15:a\n-- to   pg15:b\n-- replaces: 1 2\n-- hazard: drops column x\n\n"
        );
        assert_eq!(Header::read(&(text + "SELECT 1;\n-- to nowhere\n")), header);
        assert_eq!(Header::read("-- my own\n-- to x\nSELECT 1;"), Header::default());
    }
}
