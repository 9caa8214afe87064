//! The file of a SQLite catalog: created only on purpose, and never silently replaced or emptied.

mod only_sqlite {
    use std::fs;
    use std::os::unix::fs::FileExt;
    use std::path::PathBuf;

    use pricebook::startup;

    use crate::program::*;
    use crate::support::TestServer;

    /// A server with an owner and a first group.
    struct Scene {
        database: TestDatabase,
        server: Running,
        owner: Actor,
    }

    impl Scene {
        async fn begin() -> Self {
            let database = TestDatabase::in_a_file();
            let server = Running::start(&mut on(&database, &[]));
            let owner = actor(&database, &server.base);
            let scene = Self {
                database,
                server,
                owner,
            };
            scene.write("first").await.data();
            scene
        }

        async fn write(&self, name: &str) -> crate::support::Reply {
            let body = json!({"name": name});
            self.owner.post("/plan-groups", body).await
        }

        fn path(&self, ending: &str) -> PathBuf {
            self.database.folder().join(format!("pricebook.db{ending}"))
        }

        async fn probes(&self) -> [u16; 2] {
            let base = &self.server.base;
            [
                status_of(&format!("{base}/livez")).await,
                status_of(&format!("{base}/readyz")).await,
            ]
        }

        /// Checks that writes and probes are refused, and that the log says why once.
        async fn check_refusals(&self) {
            for name in ["second", "third"] {
                self.write(name).await.refused(503, "unavailable");
            }
            assert_eq!(self.probes().await, [503, 503]);
            let log = self.server.log();
            assert_eq!(log.matches("nothing more is written").count(), 1, "{log}");
            assert!(log.contains(" ERROR "), "{log}");
        }

        /// Restarts the server on whatever now has the file's name; returns the names of the
        /// groups.
        async fn again(self) -> Vec<String> {
            self.server.stop();
            let server = Running::start(&mut on(&self.database, &[]));
            let groups = self.owner.at(&server.base).get("/plan-groups").await;
            let groups = groups.data().as_array().expect("groups");
            let names = groups.iter().map(|group| group["name"].as_str());
            names.map(|name| name.expect("a name").to_owned()).collect()
        }
    }

    #[tokio::test]
    async fn a_file_that_is_replaced_is_noticed() {
        let scene = Scene::begin().await;
        let backup = scene.database.folder().join("backup.db");
        let backup = backup.to_str().expect("a path");
        printed(&mut on(&scene.database, &["backup", backup]));
        fs::rename(backup, scene.path("")).expect("another file");
        scene.check_refusals().await;
        for ending in ["-wal", "-shm"] {
            fs::remove_file(scene.path(ending)).expect("no log");
        }
        assert_eq!(scene.again().await, ["first"]);
    }

    #[tokio::test]
    async fn a_file_that_is_deleted_is_noticed() {
        let scene = Scene::begin().await;
        fs::remove_file(scene.path("")).expect("no file");
        scene.check_refusals().await;
        assert!(!scene.path("").exists());
    }

    #[tokio::test]
    async fn a_file_that_is_put_back_is_not_trusted() {
        let scene = Scene::begin().await;
        fs::rename(scene.path(""), scene.path("-aside")).expect("a move");
        assert_eq!(scene.probes().await, [503, 503]);
        fs::rename(scene.path("-aside"), scene.path("")).expect("a move");
        scene.check_refusals().await;
        assert_eq!(scene.again().await, ["first"]);
    }

    #[tokio::test]
    async fn deleting_the_wal_loses_no_writes() {
        for ending in ["-wal", "-shm"] {
            let scene = Scene::begin().await;
            fs::remove_file(scene.path(ending)).expect("no log");
            scene.check_refusals().await;
            assert_eq!(scene.again().await[0], "first");
        }
    }

    #[tokio::test]
    async fn probes_notice_without_a_write() {
        let scene = Scene::begin().await;
        fs::remove_file(scene.path("-wal")).expect("no log");
        assert_eq!(scene.probes().await, [503, 503]);
        scene.check_refusals().await;
        assert_eq!(scene.again().await[0], "first");
    }

    #[tokio::test]
    async fn a_kill_and_a_lost_wal_make_no_new_catalog() {
        let database = TestDatabase::in_a_file();
        let server = Running::start(&mut on(&database, &[]));
        server.wait_for_log("listening").await;
        server.signal("KILL");
        server.end();
        for ending in ["-wal", "-shm"] {
            let path = database.folder().join(format!("pricebook.db{ending}"));
            fs::remove_file(path).expect("a lost log");
        }
        let keys = first_keys(&database);
        let server = Running::start(&mut on(&database, &[]));
        let owner = Actor::new(&server.base, Some(keys[0].clone()));
        owner.get("/plans").await.data();
        assert_eq!(first_keys(&database), keys);
    }

    #[tokio::test]
    async fn a_file_without_a_catalog_is_refused() {
        let database = TestDatabase::in_a_file();
        let path = database.folder().join("pricebook.db");
        let url = format!("sqlite:{}?mode=rwc", path.display());
        let other = sea_orm::Database::connect(url).await.expect("a file");
        sea_orm::ConnectionTrait::execute_unprepared(&other, "CREATE TABLE notes (text)")
            .await
            .expect("a table");
        other.close().await.expect("an end");
        for arguments in [&["serve"][..], &["keys", "create"], &["demo"], &["migrate"]] {
            let words = error_message(&mut on(&database, arguments));
            assert!(words.contains("holds no catalog"), "{words}");
        }
        assert_eq!(first_keys(&database), [""; 0]);
    }

    #[test]
    fn only_some_commands_make_a_file() {
        let database = TestDatabase::in_a_file();
        let other = TestDatabase::in_a_file();
        for arguments in [
            &["migrate"][..],
            &["keys", "list"],
            &["keys", "revoke", "key_1"],
            &["backup", "copy.db"],
            &["copy", "--to", other.address()],
        ] {
            let words = error_message(&mut on(&database, arguments));
            assert!(words.contains("does not exist"), "{arguments:?}: {words}");
            assert_eq!(words.lines().count(), 1, "{words}");
        }
        for database in [&database, &other] {
            let mut entries = fs::read_dir(database.folder()).expect("the folder");
            assert!(entries.next().is_none());
        }
        printed(&mut on(&database, &["demo"]));
        printed(&mut on(&database, &["copy", "--to", other.address()]));
    }

    #[tokio::test]
    async fn a_damaged_file_is_not_served() {
        let database = TestDatabase::in_a_file();
        printed(&mut on(&database, &["demo"]));
        let path = database.folder().join("pricebook.db");
        let mut bytes = fs::read(&path).expect("the file");
        let start = bytes.len() - 4096;
        bytes[start..].fill(0xa5);
        fs::write(&path, bytes).expect("a damaged file");
        let words = error_message(on(&database, &[]).env("RUST_LOG", "off"));
        assert!(words.contains("the database is damaged"), "{words}");
    }

    #[tokio::test]
    async fn damage_found_while_serving_ends_writes() {
        let server = TestServer::on(Arc::new(TestDatabase::in_a_file())).await;
        let owner = server.owner().await;
        let path = server.database.folder().join("pricebook.db");
        let size = fs::metadata(&path).expect("the file").len();
        startup::look_for_damage(&server.app, size)
            .await
            .expect("an intact file");
        let bytes = [0xa5; 4096];
        let file = fs::OpenOptions::new().write(true).open(&path);
        let written = file.expect("the file").write_all_at(&bytes, size - 4096);
        written.expect("damage");
        // Checks in the background, as for a large file.
        startup::look_for_damage(&server.app, 0)
            .await
            .expect("a start");
        let probe = async |name: &str| status_of(&format!("{}/{name}", server.base)).await;
        eventually("the damage to be found", async || {
            probe("readyz").await == 503
        })
        .await;
        assert_eq!(probe("livez").await, 200);
        let body = json!({"name": "Teams"});
        let refused = owner.post("/plan-groups", body).await;
        refused.refused(503, "unavailable");
    }

    #[test]
    fn read_only_catalog_can_be_copied() {
        let database = TestDatabase::in_a_file();
        printed(&mut on(&database, &["keys", "create"]));
        let url = format!("{}?mode=ro", database.address());
        let to = TestDatabase::in_a_file();
        for arguments in [&["backup", "copy.db"][..], &["copy", "--to", to.address()]] {
            printed(on(&database, arguments).env("DATABASE_URL", &url));
        }
        for arguments in [&["serve"][..], &["keys", "list"], &["demo"]] {
            let words = error_message(on(&database, arguments).env("DATABASE_URL", &url));
            assert!(words.contains("mode=ro is only for"), "{words}");
        }
    }

    #[tokio::test]
    async fn ended_server_leaves_a_single_file() {
        let database = TestDatabase::in_a_file();
        let server = Running::start(&mut on(&database, &[]));
        let log = database.folder().join("pricebook.db-wal");
        assert!(log.exists());
        server.stop();
        assert!(database.folder().join("pricebook.db").exists() && !log.exists());
    }

    #[tokio::test]
    async fn a_new_file_is_its_owners_alone() {
        let database = TestDatabase::in_a_file();
        let server = Running::start(&mut on(&database, &[]));
        for ending in ["", "-wal", "-shm", ".first-key"] {
            let path = database.folder().join(format!("pricebook.db{ending}"));
            assert_eq!(mode_of(&path), 0o600, "{}", path.display());
        }
        assert!(
            !server.log().contains("others than its owner"),
            "{}",
            server.log()
        );
    }

    #[tokio::test]
    async fn a_file_that_others_may_read_is_warned_of() {
        let database = TestDatabase::in_a_file();
        printed(&mut on(&database, &["keys", "create"]));
        let path = database.folder().join("pricebook.db");
        for (mode, warnings) in [(0o600, 0), (0o604, 1)] {
            set_mode(&path, mode);
            let (_, log) = Running::start(&mut on(&database, &[])).stop();
            let found = log.matches("may read the database").count();
            assert_eq!(found, warnings, "{log}");
            assert_eq!(mode_of(&path), mode);
        }
    }
}
