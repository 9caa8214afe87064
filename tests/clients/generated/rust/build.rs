//! Generates the client from the document in `PRICEBOOK_DOCUMENT`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=PRICEBOOK_DOCUMENT");
    let path = env::var("PRICEBOOK_DOCUMENT")?;
    println!("cargo::rerun-if-changed={path}");
    let document = serde_json::from_str(&fs::read_to_string(path)?)?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let client = prettyplease::unparse(&syn::parse2(tokens)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("client.rs"), client)?;
    Ok(())
}
