//! What was found wrong. Nothing stops at the first fault: a leak shows on several surfaces, and the
//! tests that plant one ask for each of them.

use std::collections::BTreeSet;

/// One fault.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Whose eyes it was seen with.
    pub who: String,
    /// `list`, `detail`, `timeline`, `search`, `filter`, `sort`, `count`, `group`, `events`, `write`, …
    pub surface: &'static str,
    /// The request, and what is wrong with its answer.
    pub text: String,
}

/// All faults of a test, and how much was looked at.
#[derive(Debug, Default)]
pub struct Findings {
    pub found: Vec<Finding>,
    pub asked: usize,
}

impl Findings {
    pub fn add(&mut self, who: &str, surface: &'static str, text: String) {
        self.found.push(Finding { who: who.to_owned(), surface, text });
    }

    /// The surfaces with a fault.
    pub fn surfaces(&self) -> BTreeSet<&'static str> {
        self.found.iter().map(|f| f.surface).collect()
    }

    /// Asserts that nothing was found, and that there was something to find it in.
    #[track_caller]
    pub fn assert_clean(&self, at_least: usize) {
        let first: Vec<String> = self.found.iter().take(15).map(|f| format!("{} | {} | {}", f.who, f.surface, f.text)).collect();
        assert!(self.found.is_empty(), "{} faults:\n{}", self.found.len(), first.join("\n"));
        assert!(self.asked >= at_least, "only {} requests were made", self.asked);
    }

    /// Asserts that each of these surfaces has a fault.
    #[track_caller]
    pub fn assert_found_on(&self, surfaces: &[&str]) {
        let found = self.surfaces();
        for surface in surfaces {
            assert!(found.contains(surface), "nothing was found on {surface}, only on {found:?}");
        }
    }
}
