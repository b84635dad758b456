//! Compiles the window and says in plain words which system packages are missing.

use std::path::Path;

fn main() {
    // Tests find elements by name; a release carries no names.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let config = slint_build::CompilerConfiguration::new().with_style("fluent".into()).with_debug_info(!is_release);
    if slint_build::compile_with_config("ui/kiosk.slint", config).is_err() {
        // The compiler has already printed each problem with its place.
        std::process::exit(1);
    }
    if std::env::var_os("CARGO_FEATURE_TTS").is_some()
        && !Path::new("/usr/include/speech-dispatcher/libspeechd.h").exists()
    {
        println!(
            "cargo::warning=libspeechd.h not found: install libspeechd-dev (or build with --no-default-features for a terminal without voice)"
        );
    }
}
