//! The agents, shops and queues that figures may be of.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::domain::access::{Actor, Scope};
use crate::domain::figure_day::Place;
use crate::domain::ids::SiteId;
use crate::intake::{AgentBook, AgentEntry, PlaceBook, PlaceEntry};
use crate::store::agents::AgentFilter;
use crate::store::queues::QueueFilter;
use crate::store::shops::ShopFilter;
use crate::store::sites::SiteFilter;
use crate::store::{Db, Page, StoreError, agents, held_figures, queues, shops, sites};

/// Agents within the actor's reach, by whatever a file may call them.
pub(super) async fn agent_book(db: &impl Db, actor: &Actor) -> Result<AgentBook, StoreError> {
    let filter = AgentFilter { scope: &actor.scope, team_id: None, staff_number: None, include_archived: true };
    let agents = agents::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
    let entries = agents.map(|agent| AgentEntry {
        id: agent.id,
        team_id: agent.team_id,
        staff_number: agent.staff_number,
        name: agent.name,
    });
    Ok(AgentBook::new(entries, held_figures::aliases(db).await?))
}

/// Shops of sites and queues of teams within the actor's reach.
pub(super) async fn place_book(db: &impl Db, actor: &Actor) -> Result<PlaceBook, StoreError> {
    let sites = sites::list(db, &SiteFilter { scope: &Scope::Everything, include_archived: true }, Page::ALL).await?;
    let zones: BTreeMap<SiteId, Tz> = sites.items.into_iter().map(|row| (row.value.id, row.value.zone)).collect();
    let filter = ShopFilter { scope: &actor.scope, site_id: None, include_archived: true };
    let shops: Vec<_> = shops::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    let zone_of = |shop: &crate::domain::organisation::Shop| zones.get(&shop.site_id).copied().unwrap_or(Tz::UTC);
    let filter = QueueFilter { scope: &actor.scope, team_id: None, shop_id: None, include_archived: true };
    let queues = queues::list(db, &filter, Page::ALL).await?.items.into_iter().filter_map(|row| {
        let queue = row.value;
        let shop = shops.iter().find(|shop| shop.id == queue.shop_id)?;
        let place = Place { shop_id: shop.id, queue_id: Some(queue.id) };
        Some((queue.name, PlaceEntry { place, zone: zone_of(shop) }))
    });
    let of_shops = shops.iter().map(|shop| {
        let place = Place { shop_id: shop.id, queue_id: None };
        (shop.name.clone(), PlaceEntry { place, zone: zone_of(shop) })
    });
    // Shops last: a queue may be called like its shop, and a column of shops means the shop.
    Ok(PlaceBook::new(queues.chain(of_shops)))
}
