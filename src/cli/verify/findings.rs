//! What was found, in the formats that machines read.

use serde_json::{Value, json};

use super::{CHECKS, Finding, Outcome};

fn all(outcomes: &[Outcome]) -> impl Iterator<Item = (&Outcome, &Finding)> {
    outcomes.iter().flat_map(|outcome| outcome.findings.iter().map(move |finding| (outcome, finding)))
}

/// Annotations of GitHub Actions.
pub fn github(outcomes: &[Outcome]) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |(outcome, finding): (&Outcome, &Finding)| {
        let mut properties = vec![format!("title={}", property(&format!("dbtool {}", outcome.check)))];
        properties.extend(finding.file.as_ref().map(|file| format!("file={}", property(file))));
        properties.extend(finding.line.map(|line| format!("line={line}")));
        let message = match finding.repair.as_str() {
            "" => finding.message.clone(),
            repair => format!("{}\nRepair: {repair}", finding.message),
        };
        format!("::error {}::{}\n", properties.join(","), data(&message))
    };
    all(outcomes).map(line).collect()
}

/// SARIF 2.1.0.
pub fn sarif(outcomes: &[Outcome]) -> String {
    let rules: Vec<Value> =
        CHECKS.iter().map(|check| json!({"id": check.name, "shortDescription": {"text": check.about}})).collect();
    let result = |(outcome, finding): (&Outcome, &Finding)| {
        let region = finding.line.map(|line| json!({"startLine": line}));
        let location = |file: &String| {
            let mut physical = json!({"artifactLocation": {"uri": file}});
            if let Some(region) = &region {
                physical["region"] = region.clone();
            }
            json!({"physicalLocation": physical})
        };
        let locations: Vec<Value> = finding.file.iter().map(location).collect();
        let text = format!("{} {}", finding.message, finding.repair);
        json!({"ruleId": outcome.check, "level": "error", "message": {"text": text.trim()}, "locations": locations})
    };
    let results: Vec<Value> = all(outcomes).map(result).collect();
    let driver = json!({"name": "dbtool", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    });
    format!("{report:#}\n")
}

/// JUnit's XML.
pub fn junit(outcomes: &[Outcome]) -> String {
    let escape = |text: &str| {
        let plain = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
        let text: String = plain.collect();
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let case = |outcome: &Outcome| {
        let head = format!(
            "  <testcase classname=\"dbtool.verify\" name=\"{}\" time=\"{:.3}\"",
            outcome.check,
            outcome.duration.as_secs_f64()
        );
        let place = |finding: &Finding| {
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            finding.file.as_ref().map(|file| format!("{file}{line}: ")).unwrap_or_default()
        };
        let failure = |finding: &Finding| {
            let text = format!("{}{}\n{}", place(finding), finding.message, finding.repair);
            format!("    <failure message=\"{}\">{}</failure>\n", escape(&finding.message), escape(text.trim()))
        };
        match outcome.outcome {
            "passed" => format!("{head}/>\n"),
            "skipped" => format!("{head}><skipped/></testcase>\n"),
            _ => format!("{head}>\n{}  </testcase>\n", outcome.findings.iter().map(failure).collect::<String>()),
        }
    };
    let failed = outcomes.iter().filter(|outcome| outcome.outcome == "failed").count();
    let cases: String = outcomes.iter().map(case).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"dbtool verify\" tests=\"{}\" failures=\"{failed}\">\n{cases}</testsuite>\n",
        outcomes.len()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn outcomes() -> Vec<Outcome> {
        let finding = Finding {
            message: "a < b, \"c\"\nd".to_owned(),
            file: Some("m/1.up.sql".to_owned()),
            line: Some(3),
            repair: "dbtool x".to_owned(),
        };
        let outcome = |outcome, findings| Outcome {
            check: "files",
            about: "all is well",
            outcome,
            duration: Duration::from_millis(1500),
            blocked_by: None,
            findings,
        };
        vec![outcome("passed", vec![]), outcome("skipped", vec![]), outcome("failed", vec![finding])]
    }

    #[test]
    fn annotations_are_escaped() {
        assert_eq!(
            github(&outcomes()),
            "::error title=dbtool files,file=m/1.up.sql,line=3::a < b, \"c\"%0Ad%0ARepair: dbtool x\n"
        );
    }

    #[test]
    fn sarif_has_places_and_known_rules() {
        let report: Value = serde_json::from_str(&sarif(&outcomes())).expect("it is JSON");
        let result = &report["runs"][0]["results"][0];
        assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
        let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array().expect("there are rules");
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
    }

    #[test]
    fn junit_counts_and_escapes() {
        let xml = junit(&outcomes());
        assert!(xml.contains("tests=\"3\" failures=\"1\""), "{xml}");
        assert!(xml.contains("<skipped/>") && xml.contains("time=\"1.500\"/>"), "{xml}");
        assert!(xml.contains("message=\"a &lt; b, &quot;c&quot;\nd\""), "{xml}");
    }
}
