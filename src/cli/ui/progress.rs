//! What goes on, shown while it goes on.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::Ui;

/// A line that shows what goes on; it is gone when this is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Ui {
    /// Shows that something goes on whose length is not known.
    pub fn spinner(&self, what: &str) -> Progress {
        let bar = ProgressBar::new_spinner().with_style(style("{spinner} {msg}")).with_message(what.to_owned());
        let bar = self.bars.add(bar);
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar }
    }

    /// Shows how far a known number of steps has come.
    pub fn bar(&self, what: &str, steps: u64) -> Progress {
        let bar = ProgressBar::new(steps).with_style(style("{msg} {bar:30} {pos}/{len} {elapsed}"));
        Progress { bar: self.bars.add(bar.with_message(what.to_owned())) }
    }
}

impl Progress {
    /// Says what goes on now.
    pub fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// Says how many of how many steps are done, and what goes on now.
    pub fn at(&self, step: u64, of: u64, what: String) {
        self.bar.set_length(of);
        self.bar.set_position(step);
        self.bar.set_message(what);
    }

    /// One step is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates of this file are valid")
}
