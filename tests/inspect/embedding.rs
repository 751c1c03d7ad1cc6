//! What can be embedded, by the rules of PostgREST: what its own tests say of the like of these tables.

use dbtool::inspect::embedding::{Name, TableEmbeddings, embeddings};

use crate::inspected;
use crate::support::Database;

fn of(sql: &str, table: &str) -> TableEmbeddings {
    let database = Database::new();
    database.execute(sql);
    let name = Name { schema: "public".to_owned(), name: table.to_owned() };
    embeddings(&inspected(&database), Some(&name)).tables.remove(0)
}

/// The candidates of the only ambiguity, in the order in which PostgREST's error lists them.
fn candidates(of: &TableEmbeddings) -> String {
    let [ambiguity] = &of.ambiguities[..] else { panic!("{:?}", of.ambiguities) };
    let (_, candidates) = ambiguity.hint.split_once("to one of the following: ").expect("it says so");
    candidates.trim_end_matches('.').to_owned()
}

/// The cardinality of each embedding, and what asks for it.
fn selects(of: &TableEmbeddings) -> Vec<String> {
    let select = |e: &dbtool::inspect::embedding::Embedding| e.select.clone().unwrap_or_else(|| "-".to_owned());
    of.embeddings.iter().map(|e| format!("{} {}", e.cardinality, select(e))).collect()
}

#[test]
fn a_key_a_junction_and_a_view_of_the_junction_are_three_ways() {
    let places = of(
        "CREATE TABLE plans (id int PRIMARY KEY);
         CREATE TABLE places (id int PRIMARY KEY, main_id int CONSTRAINT main_plan REFERENCES plans);
         CREATE TABLE jobs (place_id int REFERENCES places, plan_id int REFERENCES plans, PRIMARY KEY (place_id, plan_id));
         CREATE VIEW main_jobs AS SELECT place_id, plan_id FROM jobs WHERE plan_id = 1;",
        "places",
    );
    assert_eq!(candidates(&places), "'plans!main_plan', 'plans!jobs', 'plans!main_jobs'");
    assert_eq!(
        selects(&places),
        [
            "many-to-one plans!main_plan(*)",
            "one-to-many jobs(*)",
            "one-to-many main_jobs(*)",
            "many-to-many plans!jobs(*)",
            "many-to-many plans!main_jobs(*)"
        ]
    );
}

#[test]
fn of_two_tables_that_reference_each_other_the_key_of_the_other_goes_first() {
    let agents = of(
        "CREATE TABLE agents (id int PRIMARY KEY, department_id int);
         CREATE TABLE departments (id int PRIMARY KEY, head_id int REFERENCES agents);
         ALTER TABLE agents ADD FOREIGN KEY (department_id) REFERENCES departments;",
        "agents",
    );
    assert_eq!(candidates(&agents), "'departments!departments_head_id_fkey', 'departments!agents_department_id_fkey'");
}

#[test]
fn four_ways_through_one_junction_cannot_be_told_apart() {
    let sites = of(
        "CREATE TABLE sites (id int PRIMARY KEY);
         CREATE TABLE projects (id int PRIMARY KEY);
         CREATE TABLE jobs (
             site_1 int REFERENCES sites, site_2 int REFERENCES sites,
             project_1 int REFERENCES projects, project_2 int REFERENCES projects,
             PRIMARY KEY (site_1, site_2, project_1, project_2)
         );",
        "sites",
    );
    let projects: Vec<_> = sites.ambiguities.iter().filter(|one| one.target == "projects").collect();
    assert!(projects[0].hint.contains(&["'projects!jobs'"; 4].join(", ")), "{}", projects[0].hint);
    let ways = sites.embeddings.iter().filter(|one| one.target.name == "projects");
    assert_eq!(ways.map(|one| one.select.clone()).collect::<Vec<_>>(), vec![None; 4]);
}

#[test]
fn keys_of_one_column_each_unique_are_two_of_one_to_one() {
    let first = of(
        "CREATE TABLE second (id int PRIMARY KEY);
         CREATE TABLE first (a int UNIQUE REFERENCES second, b int UNIQUE REFERENCES second);",
        "first",
    );
    assert_eq!(candidates(&first), "'second!first_a_fkey', 'second!first_b_fkey'");
    assert_eq!(selects(&first), ["one-to-one second!first_a_fkey(*)", "one-to-one second!first_b_fkey(*)"]);
}

#[test]
fn a_view_that_shows_a_key_twice_is_told_by_its_own_columns() {
    let sql = "CREATE TABLE t1 (id int PRIMARY KEY);
         CREATE TABLE t2 (t1_id int REFERENCES t1);
         CREATE VIEW v1 AS SELECT id FROM t1;
         CREATE VIEW v2 AS SELECT t1_id AS one, t1_id AS two FROM t2;";
    let v2 = of(sql, "v2");
    let to_view: Vec<_> = v2.embeddings.iter().filter(|one| one.target.name == "v1").collect();
    assert_eq!(to_view.iter().map(|one| one.hints.join("|")).collect::<Vec<_>>(), ["one", "two"]);
    let back = of(sql, "v1");
    assert!(selects(&back).contains(&"one-to-many v2!one(*)".to_owned()), "{:?}", selects(&back));
}

#[test]
fn what_a_function_gives_is_known_whatever_things_are_called() {
    let odd = of(
        r#"CREATE TABLE "p(q" (id int PRIMARY KEY);
         CREATE TABLE others (id int PRIMARY KEY);
         CREATE FUNCTION "near("("p(q") RETURNS SETOF others ROWS 1 LANGUAGE sql STABLE AS 'SELECT * FROM others';"#,
        "p(q",
    );
    assert_eq!(selects(&odd), [r#"computed "near("(*)"#]);
    assert!(odd.embeddings[0].to_one);
}
