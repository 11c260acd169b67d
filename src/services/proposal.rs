//! What a caller wants stored: a value, or all that is wrong with it, and what it points at.
//!
//! References stand beside the value, not in it, so that an unknown one is told together with every other fault, and under
//! the name that the caller's body has for it.

use super::editing::Kept;
use crate::domain::access::Actor;
use crate::domain::agent::Agent;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, QueueId, RotationId, ShiftTemplateId, ShopId, SiteId, TeamId};
use crate::domain::organisation::{Queue, Shop, Site, Team};
use crate::domain::rotation::TeamRotation;
use crate::domain::shift::ShiftTemplate;
use crate::store::{Db, StoreError};

/// What is to be stored.
#[derive(Debug)]
pub struct Proposal<T> {
    /// The value, or every fault that shows without the database.
    pub value: Result<T, Vec<FieldFault>>,
    /// What it newly points at.
    pub references: Vec<Reference>,
}

impl<T> From<T> for Proposal<T> {
    /// A value of the service's own making. The foreign keys of the database are all that checks its references.
    fn from(value: T) -> Self {
        Self { value: Ok(value), references: Vec::new() }
    }
}

/// A field that points at something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// JSON pointer to the field, relative to the body, for example `/team_id`.
    pub pointer: String,
    /// What it points at.
    pub target: Target,
}

impl Reference {
    /// The field `pointer` points at `target`.
    pub fn new(pointer: impl Into<String>, target: impl Into<Target>) -> Self {
        Self { pointer: pointer.into(), target: target.into() }
    }
}

macro_rules! targets {
    ($($name:ident($id:ty)),+ $(,)?) => {
        /// What a field points at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Target {
            $(#[doc = concat!("One of the ", stringify!($name), "s.")] $name($id)),+
        }

        $(impl From<$id> for Target {
            fn from(id: $id) -> Self {
                Self::$name(id)
            }
        })+

        /// Every reference to something unknown, archived or out of the actor's reach.
        ///
        /// # Errors
        /// [`StoreError::Database`], [`StoreError::Corrupt`].
        pub async fn reference_faults(
            references: &[Reference],
            db: &impl Db,
            actor: &Actor,
        ) -> Result<Vec<FieldFault>, StoreError> {
            let mut faults = Faults::default();
            for reference in references {
                match reference.target {
                    $(Target::$name(id) => check::<$name>(&reference.pointer, id, db, actor, &mut faults).await?),+
                }
            }
            Ok(faults.into_list())
        }
    };
}

targets!(
    Site(SiteId),
    Team(TeamId),
    Agent(AgentId),
    Shop(ShopId),
    Queue(QueueId),
    ShiftTemplate(ShiftTemplateId),
    TeamRotation(RotationId),
);

async fn check<T: Kept>(pointer: &str, id: T::Id, db: &impl Db, actor: &Actor, faults: &mut Faults) -> Result<(), StoreError> {
    let what = T::WHAT;
    match T::fetch(db, id).await? {
        Some(row) if row.value.is_within(db, actor).await? => {
            faults.expect(row.archived_at.is_none(), pointer, format!("{what} {id} is archived; name one that is not"));
        }
        _ => faults.add(pointer, format!("there is no {what} {id} within your reach; correct the id, or create it first")),
    }
    Ok(())
}
