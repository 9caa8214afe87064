use super::*;

#[test]
fn notes_are_bounded() {
    assert!(Note::parse("Q3 promotion ends").is_ok());
    assert!(Note::parse(&"é".repeat(Note::MAX_LENGTH)).is_ok());
    for wrong in [
        "",
        "two\nlines",
        "\u{7f}",
        &"é".repeat(Note::MAX_LENGTH + 1),
    ] {
        assert!(Note::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn what_was_not_asked_for_is_derived() {
    let field = |path: &str| FieldChange {
        path: path.to_owned(),
        from: Value::Null,
        to: Value::Int(1),
        cause: Cause::Request,
    };
    let paths = [
        "prices[monthly]",
        "prices[monthly].price",
        "prices[yearly].price",
    ];
    let change = ObjectChange {
        object_type: ObjectType::Plan,
        id: None,
        code: None,
        name: "Pro".to_owned(),
        action: Action::Updated,
        fields: paths.map(field).to_vec(),
    };
    let causes = |change: ObjectChange| {
        change
            .fields
            .iter()
            .map(|one| one.cause)
            .collect::<Vec<_>>()
    };
    use Cause::{Derived, Request};
    assert_eq!(
        causes(change.clone().asked_for_part("prices[monthly]")),
        [Request, Request, Derived]
    );
    assert_eq!(causes(change.not_asked_for()), [Derived; 3]);
}

#[test]
fn changes_of_an_object_become_one() {
    let field = |path: &str, from: i64, to: i64, cause| FieldChange {
        path: path.to_owned(),
        from: Value::Int(from),
        to: Value::Int(to),
        cause,
    };
    let change = |action, fields: Vec<FieldChange>| ObjectChange {
        object_type: ObjectType::Plan,
        id: Some("pln_1".to_owned()),
        code: None,
        name: "Pro".to_owned(),
        action,
        fields,
    };
    use Cause::{Derived, Request};
    let first = vec![field("a", 1, 2, Request), field("b", 1, 2, Request)];
    let later = vec![
        field("b", 2, 1, Request),
        field("a", 2, 3, Derived),
        field("c", 4, 5, Request),
    ];
    let one = change(Action::Updated, first).followed_by(change(Action::Updated, later));
    assert_eq!(
        one.fields,
        [field("a", 1, 3, Derived), field("c", 4, 5, Request)]
    );
    for (first, later, both) in [
        (Action::Created, Action::Updated, Action::Created),
        (Action::Updated, Action::Deleted, Action::Deleted),
        (Action::Deleted, Action::Created, Action::Updated),
    ] {
        let one = change(first, Vec::new()).followed_by(change(later, Vec::new()));
        assert_eq!(one.action, both);
    }
}
