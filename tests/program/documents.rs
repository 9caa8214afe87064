//! The catalog as a document: `pull`, `plan`, `apply`, `promote` and the commands around them.

use super::*;

/// A server with the catalog of the demo in a sandbox, its two keys, and a folder to work in.
struct Shop {
    server: Running,
    sandbox: String,
    live: String,
    folder: TempDir,
    _database: TestDatabase,
}

/// How a command ended.
struct Ended {
    code: i32,
    said: String,
    log: String,
}

impl Shop {
    async fn open() -> Self {
        let database = TestDatabase::new().await;
        let said = printed(&mut on(&database, &["demo", "--organization", "demo"]));
        let sandbox = keys_in(&said).pop().expect("a key");
        let create = [
            "keys",
            "create",
            "--organization",
            "demo",
            "--mode",
            "live",
            "--name",
            "release",
        ];
        let live = printed(&mut on(&database, &create)).trim().to_owned();
        Self {
            server: Running::start(&mut on(&database, &[])),
            sandbox,
            live,
            folder: tempfile::tempdir().expect("a temporary folder"),
            _database: database,
        }
    }

    /// A command with the sandbox key in the environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command
            .current_dir(self.folder.path())
            .env("PRICEBOOK_SERVER", &self.server.base)
            .env("PRICEBOOK_API_KEY", &self.sandbox);
        command
    }

    /// Runs a command, which never prints a key and, without a terminal, no colours.
    #[track_caller]
    fn end(&self, command: &mut Command) -> Ended {
        let output = command.output().expect("the program runs");
        let said = crate::support::program::text(&output.stdout);
        let log = crate::support::program::text(&output.stderr);
        for text in [&said, &log] {
            assert!(!text.contains(&self.sandbox), "{text}");
            assert!(!text.contains(&self.live), "{text}");
            assert!(!text.contains('\u{1b}'), "{text}");
        }
        Ended {
            code: output.status.code().expect("a code"),
            said,
            log,
        }
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Ended {
        self.end(&mut self.command(arguments))
    }

    /// Runs a command that ends with a code, and returns its output.
    #[track_caller]
    fn said(&self, code: i32, arguments: &[&str]) -> String {
        let Ended {
            code: found,
            said,
            log,
        } = self.run(arguments);
        assert_eq!(found, code, "{arguments:?}: {said}{log}");
        said
    }

    /// Runs a command that ends with a code, and returns what it says on standard error.
    #[track_caller]
    fn told(&self, code: i32, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.log);
        ended.log
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("pricebook.yaml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).expect("a document")
    }

    fn edit(&self, from: &str, to: &str) {
        let text = self.text();
        assert!(text.contains(from), "{text}");
        std::fs::write(self.path(), text.replace(from, to)).expect("a file");
    }
}

/// A server that answers every call with a body, as long as the test runs.
fn foreign_server(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let length = body.len();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn a_newcomer_edits_a_catalog_and_promotes_it() {
    let shop = Shop::open().await;
    let told = shop.told(0, &["pull"]);
    assert!(
        told.starts_with("pricebook: wrote pricebook.yaml (revision "),
        "{told}"
    );
    assert_eq!(shop.said(0, &["plan"]), "Nothing to do in sandbox.\n");

    shop.edit("\nplans:\n", "\n# Prices of autumn.\nplans:\n");
    shop.edit("price: \"49.00\"", "price: \"54.00\"");
    let edited = shop.text();
    let plan = shop.said(2, &["plan"]);
    let lines: Vec<_> = plan.lines().collect();
    assert_eq!(lines[0], "  ~ plan pro");
    let price = "      prices[monthly].price                      49.00 USD → 54.00 USD";
    assert_eq!(lines[1], price);
    assert!(
        plan.contains("regionalPrices[jpy].price  7350 JPY → 8100 JPY  (derived)\n"),
        "{plan}"
    );
    let manual =
        "regionalPrices[eur].price  45.00 EUR, 9.42 % below 49.68 EUR, which would be derived\n";
    assert!(plan.contains(manual), "{plan}");
    assert!(
        plan.contains("0 to create, 1 to change, 0 to delete"),
        "{plan}"
    );
    assert!(
        plan.contains(": pricebook apply --changeset chs_"),
        "{plan}"
    );

    let note = "Größer, besser";
    let applied = shop.said(0, &["apply", "--yes", "--note", note]);
    assert!(applied.contains("\nApplied as revision "), "{applied}");
    let log = shop.said(0, &["log", "--limit", "1"]);
    assert!(log.contains(&format!("\n    {note}\n")), "{log}");
    let told = shop.told(0, &["pull"]);
    assert!(told.contains("pricebook.yaml is up to date"), "{told}");
    assert_eq!(shop.text(), edited);

    let mut promote = shop.command(&["promote", "--from", "sandbox", "--to", "live", "--yes"]);
    let ended = shop.end(promote.env("PRICEBOOK_API_KEY", &shop.live));
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(
        ended.said.contains("In live: 13 to create"),
        "{}",
        ended.said
    );
    let mut show = shop.command(&["show", "--currency", "jpy"]);
    let ended = shop.end(show.env("PRICEBOOK_API_KEY", &shop.live));
    assert!(
        ended
            .said
            .contains("\nPro             metered  monthly      54.00   8100\n"),
        "{}",
        ended.said
    );
    let plan = ["promote", "--from", "live", "--to", "sandbox", "--plan"];
    let mut back = shop.command(&plan);
    let ended = shop.end(back.env("PRICEBOOK_SOURCE_API_KEY", &shop.live));
    assert_eq!(
        (ended.code, &*ended.said),
        (0, "Nothing to do in sandbox.\n")
    );
}

#[tokio::test]
async fn a_pull_keeps_what_people_wrote() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    shop.edit("  pro:\n", "  pro: # The best.\n    public: true\n");
    let before = shop.text();
    let other = before.replace("\"49.00\"", "\"59.00\"");
    let other_file = shop.folder.path().join("other.yaml");
    std::fs::write(&other_file, &other).expect("a file");
    shop.said(0, &["apply", "other.yaml", "--yes"]);
    let told = shop.told(0, &["pull"]);
    assert!(told.contains("wrote pricebook.yaml"), "{told}");
    assert_eq!(shop.text(), other);
    let past = shop.said(0, &["pull", "-", "--revision", "2"]);
    assert!(
        past.contains("\"49.00\"") && !past.contains("public: true"),
        "{past}"
    );
    let data = json(&shop.said(0, &["pull", "--json"]));
    assert_eq!(data["plans"]["pro"]["prices"]["monthly"]["price"], "59.00");
    // No other file is left behind.
    let entries = std::fs::read_dir(shop.folder.path()).expect("the folder");
    assert_eq!(entries.count(), 2);
}

#[tokio::test]
async fn mistakes_are_told_with_their_place() {
    let shop = Shop::open().await;
    let wrong = "pricebook: 1\nplans:\n  pro:\n    name: Pro\n    prices: {monthly: {price: 49}}\n";
    std::fs::write(shop.path(), wrong).expect("a file");
    let told = shop.told(1, &["plan"]);
    let place = "pricebook.yaml:5:31: plans.pro.prices.monthly.price: ";
    assert!(told.starts_with(place), "{told}");
    assert_eq!(shop.told(1, &["apply", "--yes"]), told);
    let refused = shop.told(1, &["pull"]);
    assert!(refused.starts_with(place), "{refused}");
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(shop.text(), wrong);
    shop.told(0, &["pull", "--force"]);
    assert_eq!(shop.said(0, &["plan"]), "Nothing to do in sandbox.\n");
    let mut piped = shop.command(&["plan", "-"]);
    let input = std::fs::File::open(shop.path()).expect("the document");
    assert_eq!(shop.end(piped.stdin(input)).code, 0);
    let told = shop.told(1, &["plan", "none.yaml"]);
    assert!(
        told.starts_with("pricebook: none.yaml cannot be read: "),
        "{told}"
    );
}

#[tokio::test]
async fn nobody_is_asked_without_a_terminal() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    shop.edit("\"49.00\"", "\"54.00\"");
    for arguments in [
        &["apply"][..],
        &["apply", "--json"],
        &["promote", "--from", "live", "--to", "sandbox"],
        &["revert", "2"],
    ] {
        let ended = shop.run(arguments);
        assert_eq!((ended.code, &*ended.said), (1, ""), "{arguments:?}");
        assert!(ended.log.contains("use --yes"), "{}", ended.log);
        assert_eq!(ended.log.lines().count(), 1, "{}", ended.log);
    }
    shop.said(2, &["plan"]);
}

#[tokio::test]
async fn errors_block_until_they_are_acknowledged() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    assert_eq!(shop.said(0, &["lint"]), "Nothing looks wrong.\n");
    // A hundredth of the price in euros.
    shop.edit("monthly: \"45.00\"", "monthly: \"0.45\"");
    let plan = shop.said(4, &["plan"]);
    assert!(plan.contains("\n  error    price-scale "), "{plan}");
    assert!(plan.contains(" --acknowledge price-scale\n"), "{plan}");
    let told = shop.told(4, &["apply", "--yes"]);
    assert!(told.contains("--acknowledge price-scale"), "{told}");
    shop.said(0, &["apply", "--yes", "--acknowledge", "price-scale"]);
    let found = shop.said(4, &["lint"]);
    assert!(found.starts_with("  error    price-scale "), "{found}");
    assert_eq!(
        json(&shop.said(4, &["lint", "--json"]))[0]["rule"],
        "price-scale"
    );
    shop.said(0, &["lint", "--severity", "info"]);
    shop.edit("monthly: \"0.45\"", "monthly: \"25.00\"");
    shop.said(0, &["apply", "--yes"]);
    let found = shop.said(2, &["lint"]);
    assert!(found.starts_with("  warning  "), "{found}");
}

#[tokio::test]
async fn a_reviewed_changeset_is_applied_unless_the_catalog_moved() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    shop.edit("\"49.00\"", "\"54.00\"");
    let id = |text: &str| json(text)["id"].as_str().expect("an id").to_owned();
    let first = id(&shop.said(2, &["plan", "--json"]));
    let second = id(&shop.said(2, &["plan", "--json"]));
    let reviewed = ["apply", "--yes", "--json", "--changeset", &first];
    let applied = json(&shop.said(0, &reviewed));
    assert_eq!(applied["changesetId"], first.as_str());
    assert!(shop.told(1, &reviewed).contains(" 409 already_applied: "));
    let told = shop.told(3, &["apply", "--yes", "--changeset", &second]);
    assert!(told.contains(" 409 changeset_stale: "), "{told}");
    let moved = format!("\n  #{}  ", applied["revision"]);
    assert!(told.contains(&moved), "{told}");
    assert!(told.contains("  demo ("), "{told}");
}

#[tokio::test]
async fn deletions_in_live_are_confirmed() {
    let shop = Shop::open().await;
    let live = |arguments: &[&str]| {
        let mut command = shop.command(arguments);
        shop.end(command.env("PRICEBOOK_API_KEY", &shop.live))
    };
    let promote = ["promote", "--from", "sandbox", "--to", "live", "--yes"];
    assert_eq!(live(&promote).code, 0);
    assert_eq!(live(&["pull"]).code, 0);
    let text = shop.text();
    let (kept, _) = text.split_once("  assistant_flex:").expect("the last plan");
    std::fs::write(shop.path(), kept).expect("a file");
    assert_eq!(live(&["plan"]).code, 0);
    let prune = ["apply", "--prune", "--yes"];
    let refused = live(&prune);
    assert_eq!(refused.code, 1, "{}", refused.log);
    assert!(refused.log.contains("--confirm live"), "{}", refused.log);
    let confirmed = live(&[&prune[..], &["--confirm", "live"]].concat());
    assert_eq!(confirmed.code, 0, "{}", confirmed.log);
    assert!(
        confirmed.said.contains("  - plan assistant_flex\n"),
        "{}",
        confirmed.said
    );
    let wrong = shop.told(1, &promote);
    assert!(wrong.contains("use a live key"), "{wrong}");
    let same = shop.told(1, &["promote", "--from", "live", "--to", "live", "--plan"]);
    assert!(same.contains("both live"), "{same}");
}

#[tokio::test]
async fn changes_are_compared_and_taken_back() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    shop.edit("\"49.00\"", "\"54.00\"");
    let applied = json(&shop.said(0, &["apply", "--yes", "--json"]));
    let revision = applied["revision"].as_u64().expect("a revision");
    let (after, before) = (revision.to_string(), (revision - 1).to_string());
    let same = shop.said(0, &["diff", &after, &after]);
    assert_eq!(
        same,
        format!("Revisions {after} and {after} are the same.\n")
    );
    let different = shop.said(2, &["diff", &before]);
    assert!(different.contains("49.00 USD → 54.00 USD\n"), "{different}");
    let compared = json(&shop.said(2, &["diff", &before, &after, "--json"]));
    assert_eq!(compared["objects"][0]["code"], "pro");
    let back = shop.said(0, &["revert", &after, "--yes", "--note", "Too much"]);
    assert!(back.contains("54.00 USD → 49.00 USD\n"), "{back}");
    assert!(
        back.contains(&format!("\nTaken back as revision {}.\n", revision + 1)),
        "{back}"
    );
    shop.edit("\"54.00\"", "\"55.00\"");
    shop.said(0, &["apply", "--yes"]);
    let told = shop.told(1, &["revert", &after, "--yes"]);
    assert!(
        told.contains(" 409 revert_conflict: ") && told.contains("--force"),
        "{told}"
    );
    shop.said(0, &["revert", &after, "--yes", "--force", "--json"]);
    assert!(
        shop.told(1, &["revert", "99999", "--yes"])
            .contains("change_not_found")
    );
}

#[tokio::test]
async fn rates_of_a_publisher_become_a_changeset() {
    let shop = Shop::open().await;
    let file = shop.folder.path().join("rates.json");
    let rates =
        r#"{"timestamp": 1790000000, "base": "USD", "rates": {"EUR": 0.93, "JPY": 151, "XDR": 2}}"#;
    std::fs::write(&file, rates).expect("a file");
    let ended = shop.run(&["rates", "oxr", "rates.json", "--only", "starter"]);
    assert_eq!(ended.code, 2, "{}", ended.log);
    assert!(ended.log.contains("XDR"), "{}", ended.log);
    assert!(
        ended.said.contains("exchangeRates[eur].exchangeRate"),
        "{}",
        ended.said
    );
    assert!(ended.said.contains("1 to change"), "{}", ended.said);
    let yen = shop.said(
        2,
        &["rates", "oxr", "rates.json", "--currency", "JPY", "--json"],
    );
    let changeset = json(&yen);
    assert_eq!(changeset["source"]["rates"], json(r#"{"jpy": 151}"#));
    let id = changeset["id"].as_str().expect("an id");
    shop.said(0, &["apply", "--yes", "--changeset", id]);
    shop.said(0, &["rates", "oxr", "rates.json", "--currency", "jpy"]);
    let told = shop.told(1, &["rates", "oxr", "rates.json", "--currency", "brl"]);
    assert!(told.contains("no rate of brl"), "{told}");
    let told = shop.told(1, &["rates", "ecb", "rates.json"]);
    assert!(told.contains("pricebook: rates.json: "), "{told}");
}

#[tokio::test]
async fn the_table_has_the_currencies_that_plans_have() {
    let shop = Shop::open().await;
    let all = shop.said(0, &["show"]);
    let header = all.lines().next().expect("a header");
    let columns: Vec<_> = header.split_whitespace().collect();
    assert_eq!(columns[..4], ["PLAN", "PAID", "INTERVAL", "USD"]);
    assert_eq!(columns.len(), 8, "{header}");
    assert!(all.contains(" 45.00* "), "{all}");
    let some = shop.said(0, &["show", "--currency", "eur", "--currency", "usd"]);
    let header = some.lines().next().expect("a header");
    assert!(header.trim_end().ends_with(" USD      EUR"), "{header}");
    let plans = json(&shop.said(0, &["show", "--json"]));
    assert_eq!(plans[0]["code"], "free");
}

#[tokio::test]
async fn a_key_is_read_from_a_file() {
    let shop = Shop::open().await;
    let file = shop.folder.path().join("key");
    std::fs::write(&file, format!("{}\n", shop.sandbox)).expect("a file");
    let with = |file: &str| {
        let mut command = shop.command(&["show", "--key-file", file]);
        shop.end(command.env_remove("PRICEBOOK_API_KEY"))
    };
    assert_eq!(with("key").code, 0);
    std::fs::write(&file, "\n").expect("a file");
    assert!(with("key").log.contains("--key-file holds no API key"));
    assert!(
        with("none")
            .log
            .contains("--key-file none cannot be read: ")
    );
}

#[test]
fn an_invalid_command_line_does_not_look_like_changes() {
    for arguments in [
        &["plan", "--wrong"][..],
        &["--wrong", "plan"],
        &["lint", "--severity", "odd"],
        &["diff"],
        &["promote", "--from", "sandbox"],
        &["rates", "none"],
    ] {
        let output = program(arguments).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
    for arguments in [
        &["show", "--currency", "xxx"][..],
        &["apply", "a.yaml", "--changeset", "chs_1"],
        &["apply", "--confirm", "sandbox"],
        &["pull", "--revision", "1", "--as-of", "2026-07-12T18:00:00Z"],
    ] {
        error_message(&mut program(arguments));
    }
}

#[tokio::test]
async fn only_documents_are_pulled() {
    let shop = Shop::open().await;
    for body in [
        "<html>hi</html>",
        r#"{"success":true}"#,
        r#"{"success":true,"data":null}"#,
        r#"{"success":true,"data":{}}"#,
        "hello: world",
        "",
    ] {
        let server = foreign_server(body);
        let fails = |arguments: &[&str]| {
            let arguments = [arguments, &["--server", &server]].concat();
            let ended = shop.run(&arguments);
            assert_eq!(ended.code, 1, "{arguments:?} of {body}: {}", ended.said);
            assert_eq!(ended.said, "", "{arguments:?} of {body}");
        };
        fails(&["pull"]);
        fails(&["pull", "-"]);
        fails(&["pull", "--json"]);
        assert!(!shop.path().exists(), "{body}");
        std::fs::write(shop.path(), "other: text\n").expect("a file");
        fails(&["pull", "--force"]);
        assert_eq!(shop.text(), "other: text\n", "{body}");
        std::fs::remove_file(shop.path()).expect("a file");
    }
    for body in [r#"{"success":true}"#, r#"{"success":true,"data":null}"#] {
        let server = foreign_server(body);
        for command in ["show", "lint", "log"] {
            for more in [&[][..], &["--json"]] {
                let arguments = [&[command, "--server", &server], more].concat();
                let told = shop.told(1, &arguments);
                assert!(told.contains("not as Pricebook does"), "{told}");
            }
        }
    }
}

/// No name acts on the terminal, or looks like a line of its own.
#[tokio::test]
async fn names_are_shown_and_not_obeyed() {
    let shop = Shop::open().await;
    let evil = "A\u{1b}[31m\n  + plan forged\u{202e}\u{9b}2J";
    let document = json!({
        "pricebook": 1,
        "features": {"evil": {"name": evil, "type": "boolean"}},
        "groups": {"evil": {"name": evil, "plans": ["evil"]}},
        "plans": {"evil": {"name": evil, "description": evil, "prices": {"monthly": {"price": "1.00"}}}},
    });
    std::fs::write(shop.folder.path().join("evil.json"), document.to_string()).expect("a file");
    let broken = format!("pricebook: 1\nplans:\n  {}: 1\n", json!(evil));
    std::fs::write(shop.folder.path().join("broken.yaml"), broken).expect("a file");
    for (code, arguments) in [
        (1, &["plan", "broken.yaml"][..]),
        (2, &["plan", "evil.json"]),
        (0, &["apply", "evil.json", "--yes"]),
        (0, &["show"]),
        (0, &["log", "--limit", "3"]),
        (2, &["diff", "1"]),
        (0, &["explain", "evil"]),
        (1, &["plan", "nobody\u{9b}.yaml"]),
    ] {
        let ended = shop.run(arguments);
        assert_eq!(
            ended.code, code,
            "{arguments:?}: {}{}",
            ended.said, ended.log
        );
        for text in [&ended.said, &ended.log] {
            let mut acting = text.chars().filter(|c| c.is_control() || *c == '\u{202e}');
            assert!(acting.all(|c| c == '\n'), "{arguments:?}: {text:?}");
            let forged = text.lines().any(|line| line == "  + plan forged");
            assert!(!forged, "{arguments:?}: {text}");
        }
    }
}

#[tokio::test]
async fn prices_that_go_are_told_and_confirmed() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    let promote = ["promote", "--from", "sandbox", "--to", "live", "--yes"];
    let live = |arguments: &[&str]| {
        let mut command = shop.command(arguments);
        command.env("PRICEBOOK_API_KEY", &shop.live);
        shop.end(&mut command)
    };
    assert_eq!(live(&promote).code, 0);
    let plan = r#"{"pricebook": 1, "plans": {"pro": {"name": "Pro", "prices": {"monthly": {"price": "49.00"}}}}}"#;
    std::fs::write(shop.folder.path().join("less.json"), plan).expect("a file");
    let planned = live(&["plan", "less.json"]).said;
    assert!(planned.contains("prices[yearly]  "), "{planned}");
    assert!(planned.contains("  deleted\n"), "{planned}");
    assert!(
        planned.contains("0 to delete; 1 price is deleted"),
        "{planned}"
    );
    assert!(!planned.contains("prc_"), "{planned}");
    assert!(planned.trim_end().ends_with(" --confirm live"), "{planned}");
}

#[tokio::test]
async fn every_wrong_field_is_told() {
    let shop = Shop::open().await;
    let rates =
        r#"{"base":"USD","timestamp":1790000000,"rates":{"JPY":0.0000001,"EUR":0.0000001}}"#;
    std::fs::write(shop.folder.path().join("latest.json"), rates).expect("a file");
    let told = shop.told(1, &["rates", "oxr", "latest.json"]);
    assert!(
        told.starts_with("pricebook: the rates of 2026-09-21 from latest.json\n"),
        "{told}"
    );
    for line in ["\n  source.rates.eur: ", "\n  source.rates.jpy: "] {
        assert!(told.contains(line), "{told}");
    }
}

#[tokio::test]
async fn programs_get_one_answer_to_apply() {
    let shop = Shop::open().await;
    shop.told(0, &["pull"]);
    let applied = |arguments: &[&str]| {
        let data = json(&shop.said(0, arguments));
        assert!(data["changesetId"].is_string(), "{data}");
        (data["revision"].as_i64(), data["changes"].as_i64())
    };
    let (before, nothing) = applied(&["apply", "--yes", "--json"]);
    assert_eq!(nothing, Some(0));
    shop.edit("\"49.00\"", "\"54.00\"");
    let (after, changed) = applied(&["apply", "--yes", "--json"]);
    assert_eq!(
        (after, changed),
        (before.map(|revision| revision + 1), Some(1))
    );
    assert_eq!(
        shop.said(0, &["apply", "--yes"]),
        "Nothing to do in sandbox.\n"
    );
    let told = shop.told(1, &["apply", "--yes", "--changeset", ""]);
    assert!(told.contains("--changeset is empty"), "{told}");
}
