//! The queues that rows may belong to.

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;

use super::cell::plain;
use super::fault::Reason;
use crate::domain::ids::QueueId;

/// A queue that rows may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueEntry {
    /// Identity.
    pub id: QueueId,
    /// Its name, unique.
    pub name: String,
    /// The zone of its site: local times are read in it.
    pub zone: Tz,
}

/// Finds queues by name or id.
#[derive(Debug, Clone, Default)]
pub struct QueueBook {
    entries: Vec<QueueEntry>,
    by_name: HashMap<String, u32>,
}

impl QueueBook {
    /// Of these queues. Names are compared without case, width and the space around them.
    pub fn new(entries: impl IntoIterator<Item = QueueEntry>) -> Self {
        let entries: Vec<QueueEntry> = entries.into_iter().collect();
        let mut by_name = HashMap::with_capacity(entries.len() * 2);
        for (index, entry) in (0u32..).zip(&entries) {
            by_name.insert(fold(&entry.name), index);
            by_name.insert(entry.id.to_string(), index);
        }
        Self { entries, by_name }
    }

    /// The queue at an index that [`QueueBook::find`] gave.
    pub(super) fn entry(&self, index: u32) -> &QueueEntry {
        &self.entries[index as usize]
    }

    /// The index of the queue of that id.
    pub(super) fn index_of(&self, id: QueueId) -> Option<u32> {
        self.by_name.get(&id.to_string()).copied()
    }

    /// All ids, by index.
    pub(super) fn ids(&self) -> Vec<QueueId> {
        self.entries.iter().map(|entry| entry.id).collect()
    }

    /// The index of the queue that a cell names.
    pub(super) fn find(&self, text: &str) -> Result<u32, Reason> {
        let wanted = fold(text);
        self.by_name.get(&wanted).copied().ok_or_else(|| Reason::UnknownQueue { near: self.near(&wanted) })
    }

    /// The name spelt most alike, if it is alike enough to be meant. Chinese names are short: one letter of two is alike.
    fn near(&self, wanted: &str) -> Option<Arc<str>> {
        let alike = |entry: &QueueEntry| strsim::normalized_damerau_levenshtein(wanted, &fold(&entry.name));
        let scored = self.entries.iter().map(|entry| (alike(entry), entry));
        let (score, entry) = scored.max_by(|(left, _), (right, _)| left.total_cmp(right))?;
        (score >= 0.5).then(|| entry.name.as_str().into())
    }
}

fn fold(name: &str) -> String {
    plain(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_found_by_name_or_id_and_a_misspelt_one_is_guessed() {
        let queue = |name: &str| QueueEntry { id: QueueId::generate(), name: name.into(), zone: Tz::Asia__Shanghai };
        let entries = [queue("天猫售前"), queue("JD Aftersale")];
        let book = QueueBook::new(entries.clone());
        assert_eq!(book.find(" jd　aftersale"), Ok(1));
        assert_eq!(book.find(&entries[0].id.to_string().to_uppercase()), Ok(0));
        assert_eq!(book.find("天猫售后"), Err(Reason::UnknownQueue { near: Some("天猫售前".into()) }));
        assert_eq!(book.find("抖音"), Err(Reason::UnknownQueue { near: None }));
    }
}
