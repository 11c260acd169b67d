//! The agents and shops that rows of figures may name.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::cell::plain;
use crate::domain::figure_day::Place;
use crate::domain::ids::{AgentId, QueueId, ShopId, TeamId};

/// An agent whom rows may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentEntry {
    /// Identity.
    pub id: AgentId,
    /// The team the agent belongs to.
    pub team_id: TeamId,
    /// Staff number, unique.
    pub staff_number: String,
    /// Display name, not unique.
    pub name: String,
}

/// Why a name is nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nobody {
    /// Nobody has it.
    Unknown,
    /// Several have it.
    Ambiguous(Vec<AgentId>),
}

/// Finds agents by alias, staff number, id or name.
#[derive(Debug, Clone, Default)]
pub struct AgentBook {
    entries: Vec<AgentEntry>,
    by_mark: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    aliases: HashMap<(ShopId, String), AgentId>,
}

impl AgentBook {
    /// Of these agents, and of what names in a shop's files have been resolved to.
    pub fn new(
        entries: impl IntoIterator<Item = AgentEntry>,
        aliases: impl IntoIterator<Item = (ShopId, String, AgentId)>,
    ) -> Self {
        let entries: Vec<AgentEntry> = entries.into_iter().collect();
        let mut book = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            book.by_mark.insert(fold(&entry.staff_number), index);
            book.by_mark.insert(entry.id.to_string(), index);
            book.by_name.entry(fold(&entry.name)).or_default().push(index);
        }
        book.aliases = aliases.into_iter().map(|(shop, name, agent)| ((shop, fold(&name)), agent)).collect();
        Self { entries, ..book }
    }

    /// Whom a cell names in a file of a shop. What was said of the name there counts first, then staff numbers, then names.
    ///
    /// # Errors
    /// [`Nobody`].
    pub fn find(&self, shop_id: ShopId, text: &str) -> Result<&AgentEntry, Nobody> {
        let wanted = fold(text);
        let alias = self.aliases.get(&(shop_id, wanted.clone())).and_then(|id| self.by_mark.get(&id.to_string()));
        if let Some(index) = alias.or_else(|| self.by_mark.get(&wanted)) {
            return Ok(&self.entries[*index]);
        }
        match self.by_name.get(&wanted).map(Vec::as_slice) {
            Some([one]) => Ok(&self.entries[*one]),
            Some(several) => Err(Nobody::Ambiguous(several.iter().map(|index| self.entries[*index].id).collect())),
            None => Err(Nobody::Unknown),
        }
    }

    /// The agent of that id.
    pub fn get(&self, id: AgentId) -> Option<&AgentEntry> {
        self.by_mark.get(&id.to_string()).map(|index| &self.entries[*index])
    }
}

/// Where figures may be of, with the zone of its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceEntry {
    /// The shop, and the queue if it is one.
    pub place: Place,
    /// The zone of the site: local times are read in it.
    pub zone: Tz,
}

/// Finds shops and queues by name or id.
#[derive(Debug, Clone, Default)]
pub struct PlaceBook {
    by_name: HashMap<String, PlaceEntry>,
    shops: HashMap<ShopId, PlaceEntry>,
    queues: HashMap<QueueId, PlaceEntry>,
}

impl PlaceBook {
    /// Of shops and queues with their names.
    pub fn new(entries: impl IntoIterator<Item = (String, PlaceEntry)>) -> Self {
        let mut book = Self::default();
        for (name, entry) in entries {
            let id = match entry.place.queue_id {
                Some(queue_id) => {
                    book.queues.insert(queue_id, entry);
                    queue_id.to_string()
                }
                None => {
                    book.shops.insert(entry.place.shop_id, entry);
                    entry.place.shop_id.to_string()
                }
            };
            book.by_name.insert(id, entry);
            book.by_name.insert(fold(&name), entry);
        }
        book
    }

    /// The shop or queue that a cell names.
    pub fn find(&self, text: &str) -> Option<PlaceEntry> {
        self.by_name.get(&fold(text)).copied()
    }

    /// A shop or queue by id; a queue that is not the shop's is none.
    pub fn get(&self, shop_id: Option<ShopId>, queue_id: Option<QueueId>) -> Option<PlaceEntry> {
        match (shop_id, queue_id) {
            (_, Some(queue_id)) => {
                self.queues.get(&queue_id).filter(|entry| shop_id.is_none_or(|shop_id| entry.place.shop_id == shop_id)).copied()
            }
            (Some(shop_id), None) => self.shops.get(&shop_id).copied(),
            (None, None) => None,
        }
    }
}

fn fold(name: &str) -> String {
    plain(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_agents_with_one_name_are_nobody_until_somebody_says_who_is_meant() {
        let entry = |number: &str, name: &str| AgentEntry {
            id: AgentId::generate(),
            team_id: TeamId::generate(),
            staff_number: number.into(),
            name: name.into(),
        };
        let entries = [entry("KF01", "王芳"), entry("KF02", "王芳"), entry("KF03", "李娜")];
        let shop = ShopId::generate();
        let book = AgentBook::new(entries.clone(), []);
        assert_eq!(book.find(shop, " ｋｆ02 "), Ok(&entries[1]));
        assert_eq!(book.find(shop, "李娜"), Ok(&entries[2]));
        assert_eq!(book.find(shop, "王芳"), Err(Nobody::Ambiguous(vec![entries[0].id, entries[1].id])));
        assert_eq!(book.find(shop, "旗舰店:小李"), Err(Nobody::Unknown));
        let aliases = [(shop, "王芳".to_owned(), entries[1].id), (shop, "旗舰店:小李".to_owned(), entries[2].id)];
        let book = AgentBook::new(entries.clone(), aliases);
        assert_eq!((book.find(shop, "王芳"), book.find(shop, "旗舰店:小李")), (Ok(&entries[1]), Ok(&entries[2])));
        assert!(book.find(ShopId::generate(), "王芳").is_err());
    }
}
