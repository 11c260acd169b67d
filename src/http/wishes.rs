//! Wishes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::WishKindView;
use crate::domain::absence::Wish;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, ShiftTemplateId, TeamId, WishId};
use crate::services::proposal::Reference;
use crate::services::wishes::list_wishes as wishes_seen_by;
use crate::store::wishes::WishFilter;
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A wish to state: honoured where possible, never a reason to fail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000000", "date": "2026-11-28", "kind": "day_off",
    "weight": 8 }))]
pub struct WishCreate {
    /// Who wishes.
    pub agent_id: Uuid,
    /// For which local date.
    pub date: NaiveDate,
    /// What.
    pub kind: WishKindView,
    /// The shift it names; absent for a day off.
    pub shift_template_id: Option<Uuid>,
    /// 1 (mild) to 10 (strong); 5 if absent.
    #[serde(default = "default_weight")]
    #[schema(minimum = 1, maximum = 10)]
    pub weight: u32,
}

fn default_weight() -> u32 {
    5
}

impl Body for WishCreate {
    type Value = Wish;

    fn of(wish: &Wish) -> Self {
        Self {
            agent_id: wish.agent_id.0,
            date: wish.date,
            kind: wish.kind.into(),
            shift_template_id: wish.shift_template_id.map(Into::into),
            weight: wish.weight.into(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let template = self.shift_template_id.map(|id| Reference::new("/shift_template_id", ShiftTemplateId(id)));
        std::iter::once(Reference::new("/agent_id", AgentId(self.agent_id))).chain(template).collect()
    }

    fn into_value(self, id: WishId) -> Result<Wish, Vec<FieldFault>> {
        let mut faults = Faults::default();
        match (self.kind, self.shift_template_id) {
            (WishKindView::DayOff, Some(_)) => faults.add("/shift_template_id", "must be absent for a day off"),
            (WishKindView::AvoidShift | WishKindView::WantShift, None) => {
                faults.add("/shift_template_id", "is needed: name the shift template that is wished for or against");
            }
            _ => {}
        }
        let weight = u8::try_from(self.weight).ok().filter(|weight| (1..=10).contains(weight));
        faults.expect(weight.is_some(), "/weight", format!("must be between 1 and 10, got {}", self.weight));
        let shift_template_id = self.shift_template_id.map(ShiftTemplateId);
        let (agent_id, kind) = (AgentId(self.agent_id), self.kind.into());
        faults.into_result(weight.map(|weight| Wish { id, agent_id, date: self.date, kind, shift_template_id, weight }))
    }
}

/// What to change of a wish; absent fields stay as they are, `null` clears. A wish keeps its agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "weight": 10 }))]
pub struct WishPatch {
    /// For which local date.
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
    /// What.
    #[schema(nullable = false)]
    pub kind: Option<WishKindView>,
    /// The shift it names; `null` for a day off.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub shift_template_id: Option<Option<Uuid>>,
    /// 1 (mild) to 10 (strong).
    #[schema(nullable = false)]
    pub weight: Option<u32>,
}

impl WishPatch {
    fn apply(self, wish: WishCreate) -> WishCreate {
        WishCreate {
            date: self.date.unwrap_or(wish.date),
            kind: self.kind.unwrap_or(wish.kind),
            shift_template_id: self.shift_template_id.unwrap_or(wish.shift_template_id),
            weight: self.weight.unwrap_or(wish.weight),
            ..wish
        }
    }
}

/// A wish.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-000000000000",
    "date": "2026-11-28", "kind": "day_off", "shift_template_id": null, "weight": 8,
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct WishView {
    /// Identity.
    pub id: Uuid,
    /// Who wishes.
    pub agent_id: Uuid,
    /// For which local date.
    pub date: NaiveDate,
    /// What.
    pub kind: WishKindView,
    /// The shift it names; `null` for a day off.
    pub shift_template_id: Option<Uuid>,
    /// 1 (mild) to 10 (strong).
    pub weight: u32,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Wish>> for WishView {
    fn from(row: Versioned<Wish>) -> Self {
        let WishCreate { agent_id, date, kind, shift_template_id, weight } = WishCreate::of(&row.value);
        Self { id: row.value.id.0, agent_id, date, kind, shift_template_id, weight, stamp: (&row).into() }
    }
}

/// Which wishes to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WishQuery {
    /// Only those of agents of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Only those for this date or later.
    #[param(nullable = false)]
    pub from: Option<NaiveDate>,
    /// Only those for this date or earlier.
    #[param(nullable = false)]
    pub until: Option<NaiveDate>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl WishQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Wish>>, StoreError> {
        let filter = WishFilter {
            scope: &actor.scope,
            team_id: self.team_id.map(TeamId),
            agent_id: self.agent_id.map(AgentId),
            from: self.from,
            until: self.until,
            include_archived: self.include_archived,
        };
        wishes_seen_by(store, actor, filter, page).await
    }
}

kept_routes! {
    Wish by WishId: WishCreate, WishPatch, WishView, WishQuery;
    tag "absence", read StateWishes, change StateWishes;
    /// State a wish. A key of the role agent does so for its own agent only.
    POST "/wishes" create_wish;
    /// List wishes: those of agents within reach; a key of the role agent sees its own only.
    GET list_wishes;
    /// Read a wish.
    GET "/wishes/{id}" get_wish;
    /// Change a wish.
    PATCH patch_wish;
    /// Archive a wish: it is taken back.
    DELETE archive_wish;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_names_a_shift_exactly_where_it_is_about_one() {
        let pointers = |kind: WishKindView, shift_template_id: Option<Uuid>, weight: u32| {
            let date = "2026-11-28".parse().unwrap();
            let wish = WishCreate { agent_id: Uuid::nil(), date, kind, shift_template_id, weight };
            let told = wish.into_value(WishId::generate()).err().unwrap_or_default();
            told.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert!(pointers(WishKindView::DayOff, None, 10).is_empty());
        assert!(pointers(WishKindView::WantShift, Some(Uuid::nil()), 1).is_empty());
        assert_eq!(pointers(WishKindView::DayOff, Some(Uuid::nil()), 0), ["#/shift_template_id", "#/weight"]);
        assert_eq!(pointers(WishKindView::AvoidShift, None, 300), ["#/shift_template_id", "#/weight"]);
    }
}
