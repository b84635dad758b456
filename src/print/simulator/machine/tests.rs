//! The virtual printer against single commands: what it obeys, answers and complains of.
//! Whole receipts are in `tests/it/print.rs`.

use super::*;

fn machine(faults: &[Fault]) -> Machine {
    Machine::new(576, faults.to_vec()).unwrap()
}

fn problems(bytes: &[u8]) -> Vec<String> {
    let output = machine(&[]).feed(bytes);
    let told = output.events.into_iter();
    told.filter_map(|e| if let Event::Problem { problem, .. } = e { Some(problem) } else { None }).collect()
}

#[test]
fn an_unknown_command_is_a_reported_problem() {
    let mut machine = machine(&[]);
    let output = machine.feed(&[b'a', 0x1B, 0x99, b'b', b'\n', 0x1D, b'V', 66, 0]);
    let Event::Problem { offset, bytes, .. } = &output.events[0] else { panic!("{:?}", output.events) };
    assert_eq!((*offset, bytes.as_str()), (1, "1B 99"));
    let Event::Receipt(receipt) = &output.events[1] else { panic!() };
    assert_eq!(receipt.text, "ab\n");
    assert_eq!(receipt.problems.len(), 1);
}

#[test]
fn chinese_outside_of_hanzi_mode_is_a_problem() {
    assert!(!problems(&[0x1B, b'@', 0xD6, 0xD0, b'\n']).is_empty());
    assert!(problems(&[0x1B, b'@', 0x1C, b'&', 0xD6, 0xD0, b'\n']).is_empty());
    // UTF-8 or a lone 0x80 in hanzi mode.
    assert!(!problems(&[0x1C, b'&', 0xE4, 0xB8, 0xAD, b'\n']).is_empty());
    assert!(!problems(&[0x1C, b'&', 0x80, b'\n']).is_empty());
}

#[test]
fn positions_and_margins_are_obeyed() {
    let mut machine = machine(&[]);
    // Left margin 24, then "a" at 48, 12 dots on "b"; what is beyond the area is a problem.
    let bytes = [0x1D, b'L', 24, 0, 0x1B, b'$', 48, 0, b'a', 0x1B, b'\\', 12, 0, b'b', b'\n', 0x1D, b'V', 0];
    let output = machine.feed(&bytes);
    let Event::Receipt(receipt) = &output.events[0] else { panic!("{:?}", output.events) };
    assert_eq!((receipt.text.as_str(), receipt.problems.len()), ("ab\n", 0));
    assert!(!problems(&[0x1D, b'W', 24, 0, b'a', b'b', b'c', b'\n']).is_empty());
}

#[test]
fn a_hanzi_may_come_in_two_packets() {
    let mut machine = machine(&[]);
    machine.feed(&[0x1C, b'&', 0xD6]);
    let output = machine.feed(&[0xD0, b'\n', 0x1D, b'V', 0]);
    let Event::Receipt(receipt) = &output.events[0] else { panic!("{:?}", output.events) };
    assert_eq!(receipt.text, "中\n");
    assert!(receipt.problems.is_empty());
}

#[test]
fn a_model_1_code_is_not_drawn() {
    let code = [0x1D, b'(', b'k', 4, 0, 49, 65, 49, 0, 0x1D, b'(', b'k', 4, 0, 49, 80, 48, b'x'];
    let print = [0x1D, b'(', b'k', 3, 0, 49, 81, 48];
    assert_eq!(problems(&[&code[..], &print].concat()), ["二维码不是 Model 2，手机扫不出"]);
}

#[test]
fn status_bytes_say_what_is_scripted() {
    let ask = |faults: &[Fault]| machine(faults).feed(&[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]).replies;
    assert_eq!(ask(&[]), [0x12; 4]);
    assert_eq!(ask(&[Fault::PaperOutAfter(0)]), [0x1A, 0x32, 0x12, 0x7E]);
    assert_eq!(ask(&[Fault::CoverOpen]), [0x1A, 0x16, 0x12, 0x12]);
    assert_eq!(ask(&[Fault::PaperLow]), [0x12, 0x12, 0x12, 0x1E]);
}

#[test]
fn a_question_inside_data_is_answered_and_blamed() {
    let mut machine = machine(&[]);
    let output = machine.feed(&[0x1D, b'v', b'0', 0, 8, 0, 8, 0, 1, 2, 3, 0x10, 0x04, 1]);
    assert_eq!(output.replies, [0x12]);
    assert!(matches!(&output.events[0], Event::Problem { problem, .. } if problem.contains("实时指令")));
}

fn receipts(output: Output) -> Vec<(String, bool)> {
    let events = output.events.into_iter();
    events.filter_map(|e| if let Event::Receipt(r) = e { Some((r.text, r.is_cut)) } else { None }).collect()
}

#[test]
fn new_paper_lets_it_go_on_where_it_stopped() {
    let job = b"\x1b@first\nsecond\n\x1dV\x00\x1dr\x01";
    let mend = Fault::MendAfter(Duration::from_secs(1));
    let mut machine = machine(&[Fault::PaperOutAfter(8), mend]);
    let output = machine.feed(job);
    assert!(output.events.is_empty() && output.replies.is_empty());
    assert!(machine.pass(Duration::from_millis(900)).events.is_empty());
    let output = machine.pass(Duration::from_millis(1_000));
    assert_eq!(output.replies, [0x00], "confirmed behind the rest");
    assert_eq!(receipts(output), [("first\n".to_owned(), false), ("second\n".to_owned(), true)]);
}

#[test]
fn a_forgetful_one_begins_empty() {
    let mend = Fault::MendAfter(Duration::from_secs(1));
    let mut machine = machine(&[Fault::PaperOutAfter(8), mend, Fault::Forgets]);
    machine.feed(b"\x1b@first\nsecond\n\x1dV\x00\x1dr\x01");
    let output = machine.pass(Duration::from_secs(2));
    assert!(output.replies.is_empty());
    assert_eq!(receipts(output), [("first\n".to_owned(), false)]);
    assert_eq!(receipts(machine.feed(b"again\n\x1dV\x00")), [("again\n".to_owned(), true)]);
}

#[test]
fn a_liar_says_that_all_is_well_and_prints_nothing() {
    let mut machine = machine(&[Fault::PaperOutAfter(0), Fault::Lies]);
    assert_eq!(machine.feed(&[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]).replies, [0x12; 4]);
    let output = machine.feed(b"gone\n\x1dV\x00\x1dr\x01");
    assert!(output.replies.is_empty() && output.events.is_empty());
}

#[test]
fn automatic_status_comes_at_once_and_with_every_change() {
    let mut machine = machine(&[Fault::PaperOutAfter(6), Fault::MendAfter(Duration::from_secs(1))]);
    assert_eq!(machine.feed(b"\x1da\xff").replies, [0x10, 0, 0, 0]);
    assert_eq!(machine.feed(b"abc\n").replies, [0x18, 0, 0x0F, 0]);
    assert_eq!(machine.pass(Duration::from_secs(5)).replies, [0x10, 0, 0, 0]);
    assert!(machine.feed(b"\x1da\x00").replies.is_empty());
    assert_eq!(machine.feed(&[0x1D, b'I', 67]).replies, b"_VIRTUAL\0");
}
