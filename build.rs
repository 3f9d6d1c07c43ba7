//! Packs the support data, and tells the linker what a Node.js addon needs with the `binding` feature.

use std::{env, error::Error, fs, io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};

const PERIODS: &str = "src/lifecycle/periods.txt";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={PERIODS}");
    println!("cargo::rerun-if-changed=build.rs");
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?).join("periods.gz");
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&fs::read(PERIODS)?)?;
    fs::write(target, packed.finish()?)?;
    #[cfg(feature = "binding")]
    napi_build::setup();
    Ok(())
}
