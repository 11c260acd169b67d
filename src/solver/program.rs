//! A mixed-integer program as it is put together.
//!
//! Every variable is made with its value in the start roster: the backend takes a missing one for 0, and a start that
//! does not satisfy every row is dropped without a word.

use std::collections::HashMap;

use good_lp::{Constraint, Expression, IntoAffineExpression, ProblemVariables, Variable, VariableDefinition, variable};

/// What the backend is given.
#[derive(Default)]
pub(super) struct Program {
    pub variables: ProblemVariables,
    pub objective: Expression,
    /// Cost that no roster avoids.
    pub constant: f64,
    pub rows: Vec<Constraint>,
    /// The start roster, a value per variable.
    pub start: Vec<f64>,
    columns: HashMap<Variable, usize>,
}

impl Program {
    /// A variable with its price per unit and its value in the start roster.
    pub fn add(&mut self, definition: VariableDefinition, price: f64, start: f64) -> Variable {
        let variable = self.variables.add(definition);
        self.columns.insert(variable, self.start.len());
        self.start.push(start);
        self.add_price(variable, price);
        variable
    }

    /// Raises the price of a variable.
    pub fn add_price(&mut self, variable: Variable, price: f64) {
        if price != 0.0 {
            self.objective.add_mul(price, variable);
        }
    }

    /// Cost that no decision changes.
    pub fn add_constant(&mut self, cost: f64) {
        self.constant += cost;
    }

    /// A row that every roster keeps.
    pub fn require(&mut self, row: Constraint) {
        self.rows.push(row);
    }

    /// Prices what a count of heads is short of the demand, and what it is above.
    pub fn price_distance(&mut self, count: Expression, demand: f64, gap_price: f64, surplus_price: f64) {
        let missing = demand - self.start_of_sum(&count);
        let gap = self.add(variable().min(0.0), gap_price, missing.max(0.0));
        let surplus = self.add(variable().min(0.0), surplus_price, (-missing).max(0.0));
        self.require((count + gap - surplus).eq(demand));
    }

    /// The place of a variable among all.
    pub fn column_of(&self, variable: Variable) -> usize {
        self.columns[&variable]
    }

    /// The value of a variable in the start roster.
    pub fn start_of(&self, variable: Variable) -> f64 {
        self.start[self.column_of(variable)]
    }

    /// The value of a sum in the start roster.
    pub fn start_of_sum(&self, sum: &Expression) -> f64 {
        sum.linear_coefficients().map(|(variable, factor)| factor * self.start_of(variable)).sum()
    }
}
