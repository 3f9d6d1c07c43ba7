#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| container_registry_service::fuzzing::notes(data));
