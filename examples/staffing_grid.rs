//! Sizing against simulation: does the number of agents that the formulas give meet its goals, and does one fewer miss them?
//!
//! `cargo run --release --example staffing_grid` sizes a grid of loads, chats at once, patience and goals, simulates each cell
//! with that number and with one fewer, prints a table by load and one JSON line. It also times the sizing of 1,000 queues of
//! 336 intervals, and a simulation of 1,000,000 chats.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use chrono::Duration;
use clap::Parser;
use paiban::domain::calendar::{IntervalMinutes, PlanningWeek};
use paiban::domain::demand::{DemandForecast, ForecastPoint, QueueForecast};
use paiban::domain::ids::{QueueId, ShopId, TeamId};
use paiban::domain::organisation::{Queue, QueueKind};
use paiban::domain::quantity::{Aht, Concurrency, Occupancy, ServiceGoal, ServiceLevel, Shrinkage};
use paiban::domain::service::{BindingGoal, ReplyGoals, ServiceSettings};
use paiban::staffing::simulation::{Estimate, Scene, SimulatedAgent, SimulatedQueue, SimulatedService, simulate};
use paiban::staffing::{QueueService, ServiceModel, size_forecast};
use serde_json::json;

/// Sizing against simulation.
#[derive(Parser)]
struct Arguments {
    /// Chats simulated in a cell for every erlang of its load; 60,000 at least.
    #[arg(long, default_value_t = 1500.0)]
    chats_per_erlang: f64,
    /// Seed of the simulation.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

const LOADS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
const CHATS_AT_ONCE: [u8; 5] = [1, 2, 3, 5, 8];
const AHT_SECS: f64 = 300.0;
const STEP_SECS: f64 = 1800.0;
const REPLICATIONS: usize = 8;
/// Steps of a replication before anything is counted: forty handling times and more.
const WARM_UP: usize = 8;

/// What is asked in a cell beside its load and chats at once.
struct Asked {
    patience_secs: Option<f64>,
    goal: (f64, u32),
    goals: ReplyGoals,
}

fn goal(target: f64, threshold_secs: u32) -> ServiceGoal {
    ServiceGoal { target: ServiceLevel::new(target).expect("a share"), threshold_secs }
}

fn asked() -> [Asked; 4] {
    let none = ReplyGoals::default();
    [
        Asked { patience_secs: None, goal: (0.8, 20), goals: none },
        Asked { patience_secs: None, goal: (0.95, 60), goals: none },
        Asked { patience_secs: Some(120.0), goal: (0.8, 30), goals: ReplyGoals { max_abandonment: Some(0.03), ..none } },
        Asked {
            patience_secs: Some(180.0),
            goal: (0.8, 60),
            goals: ReplyGoals {
                first_reply: Some(goal(0.6, 30)),
                replies: Some(goal(0.95, 180)),
                average_reply_secs: Some(60.0),
                ..none
            },
        },
    ]
}

fn queue(chats: u8, asked: &Asked) -> Queue {
    const RANGE: &str = "the grid keeps to the ranges";
    Queue {
        id: QueueId::generate(),
        shop_id: ShopId::generate(),
        team_id: TeamId::generate(),
        name: "grid".into(),
        kind: QueueKind::General,
        max_concurrent_chats: Concurrency::new(chats).expect(RANGE),
        aht_secs: Aht::new(AHT_SECS).expect(RANGE),
        service_goal: goal(asked.goal.0, asked.goal.1),
        max_occupancy: Occupancy::new(1.0).expect(RANGE),
        shrinkage: Shrinkage::new(0.0).expect(RANGE),
        min_agents: 0,
        service: ServiceSettings { goals: asked.goals, patience_secs: asked.patience_secs, ..ServiceSettings::default() },
    }
}

/// A figure with the goal it is held against; `is_least` where it must not be below.
struct Held {
    found: Estimate,
    goal: f64,
    is_least: bool,
}

impl Held {
    /// How far the figure is on the right side of its goal.
    fn margin(&self) -> f64 {
        if self.is_least { self.found.mean - self.goal } else { self.goal - self.found.mean }
    }
}

fn held(found: &SimulatedService, queue: &Queue) -> Vec<Held> {
    let goals = &queue.service.goals;
    let mut held = vec![Held { found: found.service_level, goal: queue.service_goal.target.get(), is_least: true }];
    let replies = found.replies.zip(goals.replies).map(|(found, goal)| (found, goal.target.get(), true));
    let first = goals.first_reply.map(|goal| (found.first_reply, goal.target.get(), true));
    let average = found.average_reply_secs.zip(goals.average_reply_secs).map(|(found, most)| (found, most, false));
    let left = goals.max_abandonment.map(|most| (found.abandonment, most, false));
    let others = [replies, first, average, left].into_iter().flatten();
    held.extend(others.map(|(found, goal, is_least)| Held { found, goal, is_least }));
    held
}

#[derive(Default, Clone, Copy)]
struct Row {
    cells: usize,
    meets: usize,
    misses: usize,
    agrees: usize,
    agrees_strictly: usize,
    half_width: f64,
}

fn simulated(
    arguments: &Arguments,
    load: f64,
    queue: &Queue,
    model: &ServiceModel,
    agents: u32,
) -> anyhow::Result<SimulatedService> {
    let arrivals = load / AHT_SECS;
    let chats = (load * arguments.chats_per_erlang).max(60_000.0) / REPLICATIONS as f64;
    let steps = WARM_UP + (chats / arrivals / STEP_SECS).ceil() as usize;
    let [answer_secs, first_reply_secs, reply_secs] = model.limits_secs();
    let simulated = SimulatedQueue {
        volumes: vec![arrivals * STEP_SECS; steps],
        turns: model.turns().clone(),
        slots: model.slots(),
        patience_secs: queue.service.patience_secs,
        answer_secs,
        first_reply_secs,
        reply_secs,
    };
    let agent = SimulatedAgent { queues: vec![0], proficiency: 1.0, on_seat: vec![(0.0, f64::INFINITY)] };
    let scene = Scene { step_secs: STEP_SECS, queues: vec![simulated], agents: vec![agent; agents as usize] };
    let found = simulate(&scene, REPLICATIONS, arguments.seed, arguments.threads);
    found.service(0, WARM_UP..steps).context("no chat arrived")
}

fn cell(arguments: &Arguments, load: f64, queue: &Queue, row: &mut Row) -> anyhow::Result<()> {
    let model = ServiceModel::new(queue)?;
    let arrivals = load / AHT_SECS;
    let (agents, binding) = model.fewest_agents(arrivals, 0);
    let at = held(&simulated(arguments, load, queue, &model, agents)?, queue);
    let meets = at.iter().all(|held| held.margin() >= -held.found.half_width);
    let meets_strictly = at.iter().all(|held| held.margin() >= 0.0);
    // Without agents, or where the queue would only grow, there is nothing to simulate.
    let is_hopeless = agents == 1 || binding == Some(BindingGoal::MaxOccupancy) || model.service(arrivals, agents - 1).is_none();
    let (misses, misses_strictly) = if is_hopeless {
        (true, true)
    } else {
        let fewer = held(&simulated(arguments, load, queue, &model, agents - 1)?, queue);
        let misses = fewer.iter().any(|held| held.margin() < held.found.half_width);
        (misses, fewer.iter().any(|held| held.margin() < 0.0))
    };
    row.cells += 1;
    row.meets += usize::from(meets);
    row.misses += usize::from(misses);
    row.agrees += usize::from(meets && misses);
    row.agrees_strictly += usize::from(meets_strictly && misses_strictly);
    row.half_width += at[0].found.half_width;
    Ok(())
}

/// Seconds to size 1,000 queues of 336 intervals: a day's shape, 5 to 200 chats in the busiest half hour, 1 to 6 at once.
fn sizing_secs() -> anyhow::Result<f64> {
    let week = PlanningWeek::new("2026-11-23".parse()?, chrono_tz::Tz::Asia__Shanghai)?;
    let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::zero());
    let none = Asked { patience_secs: Some(120.0), goal: (0.8, 30), goals: ReplyGoals::default() };
    let queues: Vec<Queue> = (0..1000).map(|index| queue(1 + (index % 6) as u8, &none)).collect();
    let volume = |queue: usize, step: usize| {
        let hour = (step % 48) as f64 / 2.0;
        let shape = (-((hour - 11.0) / 3.0).powi(2)).exp() + (-((hour - 20.5) / 2.5).powi(2)).exp() + 0.05;
        (5.0 + 0.195 * queue as f64) * shape * (1.0 + 0.1 * ((step * 7 + queue) % 11) as f64 / 11.0)
    };
    let forecasts = queues.iter().enumerate().map(|(index, queue)| {
        let point = |step| ForecastPoint::certain(volume(index, step));
        QueueForecast::bare(queue.id, (0..grid.len()).map(point).collect())
    });
    let forecast = DemandForecast { grid, queues: forecasts.collect(), totals: Vec::new() };
    let services: Vec<_> = queues.iter().map(|queue| QueueService { queue, peaks: &[], booked_leave: 0.0 }).collect();
    let began = Instant::now();
    let sized = size_forecast(&forecast, &week, &services, &[])?;
    anyhow::ensure!(sized.queues.len() == 1000 && grid.len() == 336);
    Ok(began.elapsed().as_secs_f64())
}

/// Seconds to simulate about 1,000,000 chats of five turns, 100 erlang with three at once, in ten replications.
fn simulation_secs(arguments: &Arguments) -> anyhow::Result<f64> {
    let none = Asked { patience_secs: Some(120.0), goal: (0.8, 30), goals: ReplyGoals::default() };
    let queue = queue(3, &none);
    let model = ServiceModel::new(&queue)?;
    let (agents, _) = model.fewest_agents(100.0 / AHT_SECS, 0);
    let counted = Arguments { chats_per_erlang: 10_000.0, ..*arguments };
    let began = Instant::now();
    simulated(&counted, 100.0, &queue, &model, agents)?;
    Ok(began.elapsed().as_secs_f64())
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (sizing, simulation) = (sizing_secs()?, simulation_secs(arguments)?);
    let mut all = Row::default();
    println!("load  cells  meets  one fewer misses  agree  agree without interval  half width");
    for load in LOADS {
        let mut row = Row::default();
        for chats in CHATS_AT_ONCE {
            for asked in &asked() {
                cell(arguments, load, &queue(chats, asked), &mut row)?;
            }
        }
        let width = row.half_width / row.cells as f64;
        let Row { cells, meets, misses, agrees, agrees_strictly, .. } = row;
        println!("{load:4}  {cells:5}  {meets:5}  {misses:16}  {agrees:5}  {agrees_strictly:22}  {width:10.4}");
        all.cells += cells;
        all.agrees += agrees;
        all.agrees_strictly += agrees_strictly;
    }
    let share = |count: usize| count as f64 / all.cells as f64;
    let line = json!({ "cells": all.cells, "agree": share(all.agrees), "agree_without_interval": share(all.agrees_strictly),
        "sizing_336000_intervals_secs": sizing, "simulation_1000000_chats_secs": simulation });
    println!("{line}");
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("staffing_grid: {fault:#}");
            ExitCode::FAILURE
        }
    }
}
