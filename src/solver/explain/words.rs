//! Names and figures in sentences.

/// "A", "A and B", "A, B and C".
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

/// A figure with one decimal at most.
pub(super) fn figure(figure: f64) -> String {
    let rounded = (figure * 10.0).round() / 10.0;
    // No minus before a 0.
    format!("{}", rounded + 0.0)
}
