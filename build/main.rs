//! Compiles the window, packs what typing, writing, finding and speaking need, and says in plain words what is missing.
#![allow(clippy::print_stdout)] // Cargo listens to what a build says.

use std::path::{Path, PathBuf};

use slint_build::DefaultTranslationContext;

mod divisions;
mod ink;
mod phonemes;
mod pinyin;
mod tree;
mod words;

fn main() {
    // Tests find elements by name; a release carries no names.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let config = slint_build::CompilerConfiguration::new()
        .with_style("fluent".into())
        .with_debug_info(!is_release)
        .with_bundled_translations("ui/lang")
        .with_default_translation_context(DefaultTranslationContext::None);
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
    let Some(out) = std::env::var_os("OUT_DIR").map(PathBuf::from) else { std::process::exit(1) };
    // Without its data each of them is packed empty: the program works, says so, and offers what is left.
    pack("pinyin.tsv", pinyin::pack(), &out);
    pack("strokes.bin", ink::pack(), &out);
    pack("divisions.txt", divisions::pack(), &out);
    pack("words.bin", words::pack(), &out);
    pack("guess.bin", words::pack_guess(), &out);
    let (phonemes, homophones) = match phonemes::pack() {
        Ok((phonemes, homophones)) => (Ok(phonemes), Ok(homophones)),
        Err(missing) => (Err(missing), Ok(Vec::new())),
    };
    pack("phonemes.bin", phonemes, &out);
    pack("homophones.tsv", homophones, &out);
}

/// What `deploy/setup.sh` left outside of the checkout; `missing` says what there is no more without it.
fn cached(name: &str, missing: &str) -> Result<Vec<u8>, String> {
    println!("cargo::rerun-if-env-changed=XDG_CACHE_HOME");
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let path = cache.ok_or_else(|| missing.to_owned())?.join("civic-kiosk").join(name);
    println!("cargo::rerun-if-changed={}", path.display());
    std::fs::read(path).map_err(|_| missing.to_owned())
}

fn pack(name: &str, packed: Result<Vec<u8>, String>, out: &Path) {
    let bytes = packed.unwrap_or_else(|missing| {
        println!("cargo::warning={missing}");
        Vec::new()
    });
    if let Err(error) = std::fs::write(out.join(name), bytes) {
        println!("cargo::error={name} cannot be written: {error}");
    }
}
