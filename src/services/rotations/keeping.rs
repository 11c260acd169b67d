//! The rotations of a team, as documents.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{RotationId, ShiftTemplateId, TeamId};
use crate::domain::rotation::{BlockLength, LONGEST_BLOCK, RotationTrack, TeamRotation, TeamRotationRules, WEEK_DAYS};
use crate::domain::shift::ShiftTemplate;
use crate::rotation::{Rotation, RotationProblem, RotationRules, RotationShift, check};
use crate::services::ServiceError;
use crate::services::editing::{self, Kept, kept_in};
use crate::store::{Db, StoreError, Tx, Versioned, shift_templates, teams};

/// A rotation with its shifts, archived ones too.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn with_templates(
    db: &impl Db,
    actor: &Actor,
    id: RotationId,
) -> Result<(TeamRotation, Vec<ShiftTemplate>), ServiceError> {
    let rotation = editing::get::<TeamRotation>(db, actor, id).await?.value;
    let mut templates = Vec::new();
    for shift in &rotation.shifts {
        templates.extend(shift_templates::get(db, shift.shift_template_id).await?.map(|row| row.value));
    }
    Ok((rotation, templates))
}

impl Kept for TeamRotation {
    const WHAT: &'static str = "rotation";
    kept_in!(rotations by RotationId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }

    /// Its shifts are of the team's site, and its weeks keep its rules.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        let site = teams::get(db, self.team_id).await?.map(|team| team.value.site_id);
        let mut templates = BTreeMap::new();
        for (place, shift) in self.shifts.iter().enumerate() {
            let row = shift_templates::get(db, shift.shift_template_id).await?;
            let template = row.map(|row| row.value).filter(|template| Some(template.site_id) == site);
            let pointer = format!("/shifts/{place}/shift_template_id");
            faults.expect(template.is_some(), pointer, "must be a shift template of the team's site");
            templates.extend(template.map(|template| (template.id, template)));
        }
        if faults.count() == 0 {
            self.broken(&templates, &mut faults);
        }
        Ok(faults.into_list())
    }
}

impl TeamRotation {
    /// Adds what the weeks of each track break of the rules. The demand is what they give: nobody has asked for another.
    fn broken(&self, templates: &BTreeMap<ShiftTemplateId, ShiftTemplate>, faults: &mut Faults) {
        let Some(rules) = &self.rules else { return };
        for (place, track) in self.tracks.iter().enumerate() {
            let pointer = format!("/tracks/{place}/weeks");
            match RotationProblem::new(self.rules_of(rules, track, templates)) {
                Ok(problem) => {
                    let told = check(&problem, &Rotation { weeks: track.weeks.clone() });
                    told.into_iter().for_each(|fault| faults.add(&pointer, fault));
                }
                Err(wrong) => wrong.into_iter().for_each(|fault| faults.add(&pointer, fault.detail)),
            }
        }
    }

    fn rules_of(
        &self,
        rules: &TeamRotationRules,
        track: &RotationTrack,
        templates: &BTreeMap<ShiftTemplateId, ShiftTemplate>,
    ) -> RotationRules {
        let there = |shift: usize, day: usize| track.weeks.iter().filter(|week| week[day] == Some(shift)).count() as u32;
        let shifts = self.shifts.iter().enumerate().map(|(index, shift)| {
            let hours = templates.get(&shift.shift_template_id);
            RotationShift {
                name: shift.mark.clone(),
                start_minute: hours.map_or(0, |template| template.start_minute),
                length_minutes: hours.map_or(1, |template| template.length_minutes),
                block: shift.block.unwrap_or(BlockLength::new(1, LONGEST_BLOCK)),
                agents: std::array::from_fn::<_, WEEK_DAYS, _>(|day| there(index, day)),
            }
        });
        RotationRules {
            agents: track.weeks.len() as u32,
            shifts: shifts.collect(),
            work: rules.work,
            off: rules.off,
            forbidden: rules.forbidden.clone(),
        }
    }
}
