//! Asking whoever sits at the terminal.

use std::io::{self, IsTerminal, Write};

use super::apart;

/// Whether anybody can answer: standard input is a terminal.
pub fn can_ask() -> bool {
    io::stdin().is_terminal()
}

/// Refuses to go on where an answer is needed that nobody can give.
///
/// # Errors
/// A message for the operator.
pub fn require_answer(is_answered: bool) -> Result<(), String> {
    match is_answered || can_ask() {
        true => Ok(()),
        false => {
            Err("standard input is not a terminal, so nobody can be asked: use --yes".to_owned())
        }
    }
}

/// Asks a question that is answered yes or no; no, unless the answer is yes.
///
/// # Errors
/// A message for the operator, if there is no answer.
pub async fn is_agreed(question: &str) -> Result<bool, String> {
    let answer = ask(&format!("{question} [y/N] ")).await?;
    Ok(["y", "yes"].contains(&answer.to_lowercase().as_str()))
}

/// Asks a question; returns the answer.
///
/// # Errors
/// A message for the operator, if there is none.
pub async fn ask(question: &str) -> Result<String, String> {
    let mut output = io::stderr().lock();
    let shown = output
        .write_all(question.as_bytes())
        .and_then(|()| output.flush());
    drop(output);
    shown.map_err(|error| format!("the question cannot be asked: {error}"))?;
    let read = apart::run(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = read.await?;
    let line = line.map_err(|error| format!("the answer cannot be read: {error}"))?;
    Ok(line.trim().to_owned())
}
