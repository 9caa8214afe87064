use super::*;

const ACCESSES: [&[Access]; 3] = [&[], &[Access::Read], &[Access::Read, Access::Write]];

/// Every value that permissions can have for some resources; all resources are treated alike.
fn all() -> Vec<Permissions> {
    let mut all = vec![Vec::new()];
    for resource in &Resource::ALL[..4] {
        let with = |known: &Vec<_>, list: &[Access]| {
            let mut more = known.clone();
            more.push((*resource, list.to_vec()));
            more
        };
        all = all
            .iter()
            .flat_map(|known| ACCESSES.map(|list| with(known, list)))
            .collect();
    }
    let made = |lists| Permissions::from_lists(lists).expect("permissions");
    all.into_iter().map(made).collect()
}

fn rights() -> impl Iterator<Item = Right> {
    let of = |resource: &Resource| {
        let resource = *resource;
        let right = move |access: &Access| Right {
            resource,
            access: *access,
        };
        Access::ALL.iter().map(right)
    };
    Resource::ALL.iter().flat_map(of)
}

fn allows(rights: &Rights, right: Right) -> bool {
    rights.require(right).is_ok()
}

#[test]
fn key_hands_on_only_what_it_may_do() {
    let mut keys: Vec<_> = all().into_iter().map(Rights::Restricted).collect();
    keys.push(Rights::Full);
    for own in &keys {
        for other in &keys {
            let is_subset = rights().all(|right| allows(own, right) || !allows(other, right));
            // A key with every permission there is today may not have those of tomorrow.
            let is_full = *other == Rights::Full && *own != Rights::Full;
            let expected = is_subset && !is_full;
            assert_eq!(
                own.require_no_more(other).is_ok(),
                expected,
                "{own:?} {other:?}"
            );
        }
    }
}

#[test]
fn a_publishable_key_is_less_than_reading_plans() {
    for permissions in all() {
        let reads_plans = permissions.allow(READ_PLANS);
        let rights = Rights::Restricted(permissions);
        let hands_on = rights.require_no_more(&Rights::Publishable);
        assert_eq!(hands_on.is_ok(), reads_plans, "{rights:?}");
        assert_eq!(rights.audience(), Audience::Full);
        let is_nothing = rights == Rights::Restricted(Permissions::NONE);
        let hands_on = Rights::Publishable.require_no_more(&rights);
        assert_eq!(hands_on.is_ok(), is_nothing, "{rights:?}");
    }
    assert!(Rights::Full.require_no_more(&Rights::Publishable).is_ok());
    assert!(Rights::Publishable.require_no_more(&Rights::Full).is_err());
    assert!(rights().all(|right| !allows(&Rights::Publishable, right)));
    assert_eq!(Rights::Publishable.audience(), Audience::Public);
}

#[test]
fn what_may_be_written_may_be_read() {
    for permissions in all() {
        for resource in Resource::ALL {
            let list = permissions.list(*resource);
            let has = |access| list.contains(&access);
            assert!(has(Access::Read) || !has(Access::Write), "{permissions}");
            for access in [Access::Read, Access::Write] {
                let resource = *resource;
                let right = Right { resource, access };
                assert_eq!(permissions.allow(right), has(access), "{permissions}");
            }
        }
    }
    let lists = [
        (Resource::Plan, vec![Access::Write]),
        (Resource::Feature, vec![Access::Write, Access::Read]),
        (Resource::ApiKey, vec![Access::Write]),
    ];
    let violations = Permissions::from_lists(lists).expect_err("a refusal");
    let fields = violations.as_slice().iter().map(|found| &found.field);
    let fields: Vec<_> = fields.collect();
    assert_eq!(fields, ["permissions.plan", "permissions.api_key"]);
}

#[test]
fn permissions_read_back_from_their_text() {
    for permissions in all() {
        let text = permissions.to_string();
        assert_eq!(Permissions::parse(&text), Some(permissions), "{text}");
    }
    assert_eq!(Permissions::parse(""), Some(Permissions::NONE));
    let text = "plan_group:write, plan_group:read,plan:read";
    let read = Permissions::parse(text).expect("permissions");
    assert_eq!(
        read.to_string(),
        "plan:read,plan_group:read,plan_group:write"
    );
    for text in [
        ",",
        "plan",
        "plan:",
        "plan:all",
        "plans:read",
        "plan:write",
        "plan:read,",
        "Plan:read",
        "plan:read feature:read",
        "full",
    ] {
        assert_eq!(Permissions::parse(text), None, "{text}");
    }
}

#[test]
fn a_restricted_key_does_not_outlive_itself() {
    let at = |millis| Some(Timestamp::from_millis(millis));
    let restricted = Rights::Restricted(Permissions::NONE);
    for (own_end, other_end, is_allowed) in [
        (at(5), at(4), true),
        (at(5), at(5), true),
        (at(5), at(6), false),
        (at(5), None, false),
        (None, at(6), true),
        (None, None, true),
    ] {
        let checked = restricted.require_no_longer(own_end, other_end);
        assert_eq!(checked.is_ok(), is_allowed, "{own_end:?} {other_end:?}");
        assert!(Rights::Full.require_no_longer(own_end, other_end).is_ok());
    }
}
