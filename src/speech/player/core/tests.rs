use super::*;
use proptest::prelude::*;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn ready() -> Core {
    let mut core = Core::new(Availability::Unavailable("…".to_owned()));
    assert_eq!(core.voice(ms(0), VoiceEvent::Ready), [Action::Tell(PlayerEvent::Ready)]);
    core
}

fn script() -> Script {
    Script::of_lines(&["请取号。", "请排队。", "请办理。"])
}

fn spoken(actions: &[Action]) -> Option<(UtteranceId, String)> {
    actions.iter().find_map(|a| if let Action::Speak(u) = a { Some((u.id, u.text.clone())) } else { None })
}

#[test]
fn a_script_is_read_to_its_end_in_order() {
    let mut core = ready();
    let mut actions = core.command(ms(0), Command::Play(1, script(), 0));
    let mut said = Vec::new();
    while let Some((id, text)) = spoken(&actions) {
        said.push(text);
        let began = core.voice(ms(10), VoiceEvent::Begin(id));
        assert!(matches!(began[..], [Action::Tell(PlayerEvent::SentenceBegan { generation: 1, .. })]));
        let mark = core.voice(ms(20), VoiceEvent::Progress(id, 1));
        assert!(matches!(mark[..], [Action::Tell(PlayerEvent::Mark { display_char: 1, .. })]));
        actions = core.voice(ms(30), VoiceEvent::End(id));
    }
    assert_eq!(said, ["请取号。", "请排队。", "请办理。"]);
    assert_eq!(actions, [Action::Tell(PlayerEvent::Finished { generation: 1 })]);
    assert!(!core.waits());
}

#[test]
fn next_waits_until_the_sentence_is_silent() {
    let mut core = ready();
    let (first, _) = spoken(&core.command(ms(0), Command::Play(1, script(), 0))).unwrap();
    core.voice(ms(1), VoiceEvent::Begin(first));
    assert_eq!(core.command(ms(2), Command::Next), [Action::StopVoice]);
    assert_eq!(core.command(ms(3), Command::Next), [], "still silencing");
    let (_, text) = spoken(&core.voice(ms(4), VoiceEvent::Stopped(first))).unwrap();
    assert_eq!(text, "请办理。");
}

#[test]
fn a_replaced_script_is_never_heard_of_again() {
    let mut core = ready();
    let (first, _) = spoken(&core.command(ms(0), Command::Play(1, script(), 0))).unwrap();
    core.command(ms(1), Command::Play(2, script(), 0));
    assert_eq!(core.voice(ms(2), VoiceEvent::Begin(first)), []);
    assert_eq!(core.voice(ms(2), VoiceEvent::Progress(first, 2)), []);
    let actions = core.voice(ms(3), VoiceEvent::Stopped(first));
    let (second, _) = spoken(&actions).unwrap();
    let began = core.voice(ms(4), VoiceEvent::Begin(second));
    assert_eq!(began, [Action::Tell(PlayerEvent::SentenceBegan { generation: 2, index: 0 })]);
}

#[test]
fn a_pause_keeps_the_place() {
    let mut core = ready();
    let (first, _) = spoken(&core.command(ms(0), Command::Play(1, script(), 0))).unwrap();
    core.voice(ms(1), VoiceEvent::Begin(first));
    let (second, _) = spoken(&core.voice(ms(2), VoiceEvent::End(first))).unwrap();
    assert_eq!(core.command(ms(3), Command::Pause), [Action::StopVoice]);
    assert_eq!(core.voice(ms(4), VoiceEvent::Stopped(second)), []);
    assert_eq!(spoken(&core.command(ms(5), Command::Resume)).unwrap().1, "请排队。");
}

#[test]
fn a_stop_is_told_when_the_hall_is_silent() {
    let mut core = ready();
    let (first, _) = spoken(&core.command(ms(0), Command::Play(1, script(), 0))).unwrap();
    assert_eq!(core.command(ms(1), Command::Stop), [Action::StopVoice]);
    let stopped = core.voice(ms(2), VoiceEvent::Stopped(first));
    assert_eq!(stopped, [Action::Tell(PlayerEvent::Stopped { generation: 1 })]);
}

#[test]
fn a_hanging_voice_is_called_unavailable_and_never_spoken_over() {
    let mut core = ready();
    core.command(ms(0), Command::Play(1, script(), 0));
    let actions = core.tick(BEGIN_LIMIT + ms(1));
    assert!(matches!(actions[..], [Action::StopVoice, Action::Tell(PlayerEvent::Unavailable { .. })]));
    let again = core.command(BEGIN_LIMIT + ms(2), Command::Play(2, script(), 0));
    assert!(matches!(again[..], [Action::Tell(PlayerEvent::Unavailable { .. })]));
}

#[test]
fn a_failed_sentence_ends_the_readout_with_its_reason() {
    let mut core = ready();
    let (first, _) = spoken(&core.command(ms(0), Command::Play(1, script(), 0))).unwrap();
    let actions = core.voice(ms(1), VoiceEvent::Failed(first, "没有声音设备".to_owned()));
    let gone = Action::Tell(PlayerEvent::Unavailable { reason: "没有声音设备".to_owned() });
    assert_eq!(actions, [gone, Action::Tell(PlayerEvent::Ready)], "the page may try again");
    assert!(spoken(&core.command(ms(2), Command::Play(2, script(), 0))).is_some(), "the voice itself is still there");
}

#[test]
fn another_rate_says_the_sentence_again() {
    let mut core = ready();
    let (first, _) = spoken(&core.command(ms(0), Command::Play(1, script(), 0))).unwrap();
    core.voice(ms(1), VoiceEvent::Begin(first));
    assert_eq!(core.command(ms(2), Command::SetRate(Rate::nearest(75))), [Action::StopVoice]);
    let actions = core.voice(ms(3), VoiceEvent::Stopped(first));
    assert!(matches!(&actions[0], Action::Speak(u) if u.rate.percent() == 75 && u.text == "请取号。"));
}

#[derive(Debug, Clone)]
enum Chance {
    Play,
    Command(u8),
    Begin,
    Progress(usize),
    End,
    Stopped,
    Failed,
    Wait(u64),
}

fn chance() -> impl Strategy<Value = Chance> {
    prop_oneof![
        Just(Chance::Play),
        (0u8..7).prop_map(Chance::Command),
        Just(Chance::Begin),
        (0usize..6).prop_map(Chance::Progress),
        Just(Chance::End),
        Just(Chance::Stopped),
        Just(Chance::Failed),
        (0u64..30_000).prop_map(Chance::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_overlap_and_no_old_news_whatever_happens(chances in proptest::collection::vec(chance(), 0..80)) {
        let mut core = ready();
        let mut now = ms(0);
        let mut generation = 0;
        // What a voice that keeps the contract would be doing.
        let mut sounding: Option<UtteranceId> = None;
        for chance in chances {
            let over = sounding;
            let actions = match (chance, over) {
                (Chance::Play, _) => {
                    generation += 1;
                    core.command(now, Command::Play(generation, script(), 0))
                }
                (Chance::Command(n), _) => core.command(now, match n {
                    0 => Command::Stop,
                    1 => Command::Pause,
                    2 => Command::Resume,
                    3 => Command::Next,
                    4 => Command::Previous,
                    5 => Command::Repeat,
                    _ => Command::SetRate(Rate::nearest(if now.as_millis().is_multiple_of(2) { 75 } else { 200 })),
                }),
                (Chance::Wait(by), _) => {
                    now += ms(by);
                    core.tick(now)
                }
                (_, None) => Vec::new(),
                (Chance::Begin, Some(id)) => core.voice(now, VoiceEvent::Begin(id)),
                (Chance::Progress(n), Some(id)) => core.voice(now, VoiceEvent::Progress(id, n)),
                (Chance::End, Some(id)) => {
                    sounding = None;
                    core.voice(now, VoiceEvent::End(id))
                }
                (Chance::Stopped, Some(id)) => {
                    sounding = None;
                    core.voice(now, VoiceEvent::Stopped(id))
                }
                (Chance::Failed, Some(id)) => {
                    sounding = None;
                    core.voice(now, VoiceEvent::Failed(id, "x".to_owned()))
                }
            };
            for action in actions {
                match action {
                    Action::Speak(utterance) => {
                        prop_assert!(sounding.is_none(), "spoken over");
                        prop_assert!(!utterance.text.is_empty());
                        sounding = Some(utterance.id);
                    }
                    Action::StopVoice => prop_assert!(sounding.is_some(), "a stop for nothing"),
                    Action::Tell(
                        PlayerEvent::SentenceBegan { generation: told, .. }
                        | PlayerEvent::Mark { generation: told, .. }
                        | PlayerEvent::Finished { generation: told }
                        | PlayerEvent::Stopped { generation: told },
                    ) => prop_assert_eq!(told, generation, "old news"),
                    Action::Tell(PlayerEvent::Ready | PlayerEvent::Unavailable { .. })
                    | Action::Prepare(_)
                    | Action::SetVolume(_) => {}
                }
            }
        }
    }
}
