//! What `inspect` and `docs` make of a real database, and of a page in a real browser.

#[path = "inspect/drawing.rs"]
mod drawing;
#[path = "inspect/embedding.rs"]
mod embedding;
mod support;

use std::path::Path;
use std::process::Command;

use dbtool::inspect::embedding::{Name, embeddings};
use dbtool::inspect::{Model, activity, diagram, model};
use support::{Database, session, wait};

/// A shop, and names that try to get out of their place.
const SHOP: &str = r#"
    CREATE SCHEMA shop;
    COMMENT ON SCHEMA shop IS 'All that is sold.';
    CREATE TABLE shop.users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    COMMENT ON TABLE shop.users IS 'Who buys.';
    COMMENT ON COLUMN shop.users.email IS '</td><script>document.title = "broken"</script>';
    CREATE TABLE shop.addresses (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES shop.users);
    CREATE TABLE shop.orders (
        id bigint PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES shop.users ON DELETE CASCADE,
        billing_id bigint REFERENCES shop.addresses,
        shipping_id bigint REFERENCES shop.addresses,
        total numeric(12,2) NOT NULL DEFAULT 0 CHECK (total >= 0)
    );
    CREATE INDEX orders_user_id ON shop.orders (user_id);
    ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON shop.orders FOR SELECT USING (user_id = 1);
    CREATE TABLE shop.products (id bigint PRIMARY KEY);
    CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders, product_id bigint REFERENCES shop.products, PRIMARY KEY (order_id, product_id));
    CREATE VIEW shop.order_list AS
        SELECT o.id, (SELECT 1 WHERE o.id > 0) AS one, o.user_id AS buyer, upper(u.email) AS email
        FROM shop.orders o JOIN (SELECT id, email FROM shop.users) u ON u.id = o.user_id;
    CREATE VIEW shop.buyers AS SELECT DISTINCT buyer AS who FROM shop.order_list;
    CREATE FUNCTION shop.latest(shop.users) RETURNS SETOF shop.orders ROWS 1 LANGUAGE sql STABLE
        AS 'SELECT * FROM shop.orders WHERE user_id = $1.id ORDER BY id DESC LIMIT 1';
    CREATE TABLE shop."""><script>document.title = 'broken'</script>" (id int PRIMARY KEY);
    INSERT INTO shop.users SELECT i, i || '@example.com' FROM generate_series(1, 1204) i;
    ANALYZE shop.users;
"#;

/// The model of a database, with sizes.
fn inspected(database: &Database) -> Model {
    wait(async {
        let session = session(&database.url()).await;
        let catalog = dbtool::catalog::read(&session).await.expect("a catalog can be read");
        let activity = activity::read(&session).await.expect("sizes can be read");
        model(&catalog, Some(&activity))
    })
}

fn shop() -> Model {
    let database = Database::new();
    database.execute(SHOP);
    inspected(&database)
}

#[test]
fn a_table_is_known_with_its_keys_in_both_directions_its_size_and_its_policies() {
    let model = shop();
    let orders = model.relation("shop.orders").expect("it is there");
    let keys: Vec<_> =
        orders.foreign_keys.iter().map(|key| (key.columns.join(","), key.references.as_str(), key.indexed)).collect();
    assert_eq!(
        keys,
        [
            ("billing_id".to_owned(), "shop.addresses", false),
            ("shipping_id".to_owned(), "shop.addresses", false),
            ("user_id".to_owned(), "shop.users", true)
        ]
    );
    assert_eq!(orders.foreign_keys[2].actions, "ON DELETE CASCADE");
    assert_eq!(orders.referenced_by.iter().map(|key| key.table.as_str()).collect::<Vec<_>>(), ["shop.items"]);
    assert_eq!(orders.checks[0].definition, "CHECK ((total >= (0)::numeric))");
    assert_eq!(
        (orders.policies[0].command.as_str(), orders.policies[0].using.as_deref()),
        ("SELECT", Some("(user_id = 1)"))
    );
    let users = model.relation("shop.users").expect("it is there");
    let size = users.size.expect("a live database knows");
    assert_eq!(size.rows, Some(1204));
    assert!(size.table_bytes > 0 && size.index_bytes > 0, "{size:?}");
    assert!(users.column("email").is_some_and(|column| column.unique && column.not_null));
}

#[test]
fn the_keys_of_the_json_are_those_that_are_documented() {
    let json = serde_json::to_value(Model::default()).expect("a model is plain data");
    let keys: Vec<_> = json.as_object().expect("it is an object").keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["extensions", "not_handled", "others", "relations", "routines", "schemas", "server_version", "types"]
    );
}

#[test]
fn a_views_columns_are_traced_to_their_tables_and_what_is_computed_is_not() {
    let model = shop();
    let list = model.relation("shop.order_list").expect("it is there");
    let origins: Vec<_> = list.columns.iter().map(|column| column.origin.as_deref()).collect();
    assert_eq!(origins, [Some("shop.orders.id"), None, Some("shop.orders.user_id"), None]);
    assert_eq!(list.columns[0].data_type, "bigint");
}

#[test]
fn postgrest_embeds_through_keys_views_junctions_and_functions() {
    let model = shop();
    let selects = |name: &str| -> Vec<String> {
        let name = Name { schema: "shop".to_owned(), name: name.to_owned() };
        let found = embeddings(&model, Some(&name)).tables.remove(0);
        found.embeddings.iter().map(|e| format!("{} {}", e.cardinality, e.select.clone().unwrap_or_default())).collect()
    };
    assert_eq!(
        selects("orders"),
        [
            "many-to-one addresses!orders_billing_id_fkey(*)",
            "many-to-one addresses!orders_shipping_id_fkey(*)",
            "many-to-one users(*)",
            "one-to-many items(*)",
            "many-to-many products(*)"
        ]
    );
    assert_eq!(selects("buyers"), ["many-to-one users(*)"]);
    assert_eq!(
        selects("users"),
        [
            "computed latest(*)",
            "one-to-many addresses(*)",
            "one-to-many buyers(*)",
            "one-to-many order_list(*)",
            "one-to-many orders(*)"
        ]
    );
}

#[test]
fn the_diagram_is_well_formed_whatever_things_are_called() {
    let svg = diagram::svg(&diagram::Graph::of(&shop()), true);
    assert!(!svg.contains("<script"), "{svg}");
    assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
    assert_eq!(svg.matches("class=\"erd-table").count(), 6);
    assert_eq!(svg.matches("class=\"erd-line").count(), 6);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn the_page_works_in_a_browser() {
    let Some(browser) = browser() else {
        eprintln!("skipped: there is no Chromium (apt-get install chromium)");
        return;
    };
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let page = folder.path().join("index.html");
    std::fs::write(&page, dbtool::docs::page(&shop(), "Shop & sons")).expect("a page can be written");
    let dom = dump(&browser, &page, "theme=dark");
    assert!(dom.contains("<title>Shop &amp; sons</title>"), "no foreign script has run");
    assert!(dom.contains("data-theme=\"dark\""), "its own script has run");
    for text in [
        "All that is sold.",
        "Who buys.",
        "&lt;/td&gt;&lt;script&gt;",
        "orders_user_id",
        "(user_id = 1)",
        "shop.orders",
    ] {
        assert!(dom.contains(text), "{text} is on the page");
    }
    assert!(dom.contains("transform: translate("), "the diagram was fitted to its place");
    assert!(!dom.contains("http://") || dom.matches("http://").count() == dom.matches("http://www.w3.org/").count());
    assert!(!dom.contains("https://"), "nothing is loaded from elsewhere");
    let found = dump(&browser, &page, "search=buyer");
    let hidden = |name: &str| {
        let (_, article) = found.split_once(&format!("<article id=\"{name}\"")).expect("there is an article");
        article.split('>').next().expect("it begins").contains("hidden")
    };
    assert_eq!((hidden("shop-buyers"), hidden("shop-orders")), (false, true), "search leaves what is called so");
    for theme in ["light", "dark"] {
        let picture = folder.path().join(format!("{theme}.png"));
        shoot(&browser, &page, &format!("theme={theme}"), &picture);
        let bytes = std::fs::read(&picture).expect("a picture was made");
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("a header"));
        assert_eq!((number(16), number(20)), (1400, 1000), "its size");
        assert!(bytes.len() > 40_000, "there is something to see: {} bytes", bytes.len());
    }
}

/// The first Chromium there is.
fn browser() -> Option<String> {
    let known = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let runs = |name: &&&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    known.iter().find(runs).map(ToString::to_string)
}

/// Runs the browser without a window or network of its own, on a profile that is thrown away.
fn browse(browser: &str, page: &Path, query: &str, arguments: &[String]) -> Vec<u8> {
    let profile = tempfile::TempDir::new().expect("a folder can be made");
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--window-size=1400,1000",
    ];
    let output = Command::new(browser)
        .args(flags)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments)
        .arg(format!("file://{}?{query}", page.display()))
        .output()
        .expect("the browser runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn dump(browser: &str, page: &Path, query: &str) -> String {
    String::from_utf8(browse(browser, page, query, &["--dump-dom".to_owned()])).expect("a page is UTF-8")
}

fn shoot(browser: &str, page: &Path, query: &str, picture: &Path) {
    browse(browser, page, query, &[format!("--screenshot={}", picture.display())]);
}
