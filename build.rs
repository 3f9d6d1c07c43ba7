//! Tells the linker what a Node.js addon needs; nothing without the `binding` feature.

fn main() {
    #[cfg(feature = "binding")]
    napi_build::setup();
}
