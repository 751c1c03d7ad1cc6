use super::*;
use crate::inspect::model::{Column, ForeignKey, Key, Model, Relation, RelationKind, Routine, RowSecurity};

/// A relation of schema `s`; a column that ends in `*` is of the primary key, `a=b.c` comes from column `c` of view or table `b`.
fn relation(kind: RelationKind, name: &str, columns: &[&str]) -> Relation {
    let column = |text: &&str| {
        let (text, origin) =
            text.split_once('=').map_or((*text, None), |(own, origin)| (own, Some(format!("s.{origin}"))));
        Column {
            name: text.trim_end_matches('*').to_owned(),
            data_type: "bigint".to_owned(),
            not_null: false,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            comment: None,
            primary_key: text.ends_with('*'),
            unique: false,
            references: Vec::new(),
            origin,
        }
    };
    let columns: Vec<Column> = columns.iter().map(column).collect();
    let key: Vec<String> = columns.iter().filter(|c| c.primary_key).map(|c| c.name.clone()).collect();
    Relation {
        kind,
        schema: "s".to_owned(),
        name: name.to_owned(),
        identity: format!("s.{name}"),
        owner: None,
        comment: None,
        size: None,
        row_security: RowSecurity::Off,
        partition_key: None,
        partition_of: None,
        partitions: Vec::new(),
        inherits: Vec::new(),
        columns,
        primary_key: (!key.is_empty()).then(|| Key { name: format!("{name}_pkey"), columns: key }),
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        referenced_by: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        rules: Vec::new(),
        privileges: Vec::new(),
        query: None,
    }
}

fn table(name: &str, columns: &[&str], keys: &[(&str, &str)]) -> Relation {
    let mut table = relation(RelationKind::Table, name, columns);
    let primary: Vec<String> = table.primary_key.iter().flat_map(|key| key.columns.clone()).collect();
    table.foreign_keys = keys
        .iter()
        .map(|(column, target)| ForeignKey {
            name: format!("{name}_{column}_fkey"),
            table: format!("s.{name}"),
            columns: vec![(*column).to_owned()],
            references: format!("s.{target}"),
            referenced_columns: vec!["id".to_owned()],
            actions: String::new(),
            validated: true,
            one_to_one: primary == [*column],
            indexed: true,
        })
        .collect();
    table
}

fn model(relations: Vec<Relation>, routines: Vec<Routine>) -> Model {
    Model { relations, routines, ..Model::default() }
}

/// `select` of each relationship of a relation, with its cardinality.
fn selects(model: &Model, name: &str) -> Vec<String> {
    let of = of(model, name);
    let line = |e: &Embedding| format!("{} {}", e.cardinality, e.select.clone().unwrap_or_else(|| "-".to_owned()));
    of.embeddings.iter().map(line).collect()
}

fn of(model: &Model, name: &str) -> TableEmbeddings {
    let name = Name { schema: "s".to_owned(), name: name.to_owned() };
    embeddings(model, Some(&name)).tables.remove(0)
}

#[test]
fn a_key_is_a_relationship_both_ways_and_one_to_one_when_it_is_unique() {
    let model = model(
        vec![
            table("users", &["id*"], &[]),
            table("orders", &["id*", "user_id"], &[("user_id", "users")]),
            table("profiles", &["user_id*"], &[("user_id", "users")]),
        ],
        vec![],
    );
    assert_eq!(selects(&model, "users"), ["one-to-one profiles(*)", "one-to-many orders(*)"]);
    assert_eq!(selects(&model, "orders"), ["many-to-one users(*)"]);
    assert_eq!(selects(&model, "profiles"), ["one-to-one users(*)"]);
}

#[test]
fn two_keys_to_one_table_are_ambiguous_and_told_apart_by_key_or_column() {
    let orders =
        table("orders", &["id*", "billing_id", "shipping_id"], &[("billing_id", "places"), ("shipping_id", "places")]);
    let model = model(vec![table("places", &["id*"], &[]), orders], vec![]);
    assert_eq!(
        selects(&model, "orders"),
        ["many-to-one places!orders_billing_id_fkey(*)", "many-to-one places!orders_shipping_id_fkey(*)"]
    );
    let orders = of(&model, "orders");
    assert_eq!(orders.embeddings[0].hints, ["orders_billing_id_fkey", "billing_id"]);
    assert_eq!(
        orders.example,
        "/orders?select=*,billing:places!orders_billing_id_fkey(*),shipping:places!orders_shipping_id_fkey(*)"
    );
    assert_eq!(
        orders.ambiguities[0].message,
        "Could not embed because more than one relationship was found for 'orders' and 'places'"
    );
    assert_eq!(
        orders.ambiguities[0].hint,
        "Try changing 'places' to one of the following: 'places!orders_billing_id_fkey', 'places!orders_shipping_id_fkey'."
    );
}

#[test]
fn a_table_joins_others_only_when_its_primary_key_holds_both_keys() {
    let keys = [("a_id", "a"), ("b_id", "b")];
    let (a, b) = (table("a", &["id*"], &[]), table("b", &["id*"], &[]));
    let joined = model(vec![a.clone(), b.clone(), table("ab", &["a_id*", "b_id*"], &keys)], vec![]);
    assert_eq!(selects(&joined, "a"), ["one-to-many ab(*)", "many-to-many b(*)"]);
    let loose = model(vec![a, b, table("ab", &["id*", "a_id", "b_id"], &keys)], vec![]);
    assert_eq!(selects(&loose, "a"), ["one-to-many ab(*)"]);
}

#[test]
fn a_direct_key_and_a_junction_are_told_apart_by_their_names() {
    let posts = table("posts", &["id*", "user_id"], &[("user_id", "users")]);
    let votes = table("votes", &["post_id*", "user_id*"], &[("post_id", "posts"), ("user_id", "users")]);
    let model = model(vec![table("users", &["id*"], &[]), posts, votes], vec![]);
    assert_eq!(
        selects(&model, "posts"),
        ["many-to-one users!posts_user_id_fkey(*)", "many-to-many users!votes(*)", "one-to-many votes(*)"]
    );
    assert_eq!(of(&model, "posts").ambiguities.len(), 1);
}

#[test]
fn a_table_of_itself_is_reached_by_its_name_and_by_its_column() {
    let model = model(vec![table("users", &["id*", "manager_id"], &[("manager_id", "users")])], vec![]);
    assert_eq!(selects(&model, "users"), ["many-to-one manager_id(*)", "one-to-many users(*)"]);
    assert_eq!(of(&model, "users").example, "/users?select=*,manager:manager_id(*),users(*)");
    assert!(of(&model, "users").ambiguities.is_empty());
}

#[test]
fn a_view_has_the_keys_whose_columns_it_shows_even_through_another_view() {
    let first = relation(RelationKind::View, "first", &["id=orders.id", "user_id=orders.user_id", "total"]);
    let second = relation(RelationKind::View, "second", &["buyer=first.user_id", "total=first.total"]);
    let orders = table("orders", &["id*", "user_id"], &[("user_id", "users")]);
    let model = model(vec![table("users", &["id*"], &[]), orders, first, second], vec![]);
    assert_eq!(selects(&model, "second"), ["many-to-one users(*)"]);
    assert_eq!(selects(&model, "users"), ["one-to-many first(*)", "one-to-many orders(*)", "one-to-many second(*)"]);
}

#[test]
fn a_function_from_a_row_to_rows_replaces_what_bears_its_name() {
    let function = Routine {
        kind: "function".to_owned(),
        schema: "s".to_owned(),
        name: "orders".to_owned(),
        identity: "s.orders(s.users)".to_owned(),
        arguments: "s.users".to_owned(),
        result: Some("SETOF s.orders".to_owned()),
        single_row: false,
        owner: None,
        comment: None,
        definition: String::new(),
    };
    let orders = table("orders", &["id*", "user_id"], &[("user_id", "users")]);
    let model = model(vec![table("users", &["id*"], &[]), orders], vec![function]);
    assert_eq!(selects(&model, "users"), ["computed orders(*)"]);
}
