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
