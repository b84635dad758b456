use super::super::wire::Say;
use super::*;

const TEXT: &str = "请带身份证原件，到一楼取号。";

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn sentence(id: u64) -> Utterance {
    Utterance::new(UtteranceId(id), TEXT, Rate::NORMAL)
}

fn ready() -> Watch {
    let mut watch = Watch::new(Limits::default());
    assert_eq!(watch.start(ms(0)), [Action::Start]);
    assert_eq!(watch.report(ms(300), Report::Ready), [Action::Tell(VoiceEvent::Ready)]);
    watch
}

fn told(actions: &[Action]) -> Vec<VoiceEvent> {
    actions.iter().filter_map(|a| if let Action::Tell(event) = a { Some(event.clone()) } else { None }).collect()
}

#[test]
fn a_sentence_begins_moves_on_and_ends() {
    let mut watch = ready();
    assert!(matches!(watch.speak(ms(1000), sentence(1), Vec::new())[..], [Action::Order(Order::Speak { id: 1, .. })]));
    assert_eq!(told(&watch.report(ms(1050), Report::Begin { id: 1 })), [VoiceEvent::Begin(UtteranceId(1))]);
    assert!(matches!(told(&watch.tick(ms(2000)))[..], [VoiceEvent::Progress(UtteranceId(1), 1..=6)]));
    assert_eq!(told(&watch.report(ms(5000), Report::End { id: 1 })), [VoiceEvent::End(UtteranceId(1))]);
    assert_eq!(watch.wait(ms(5000)), None, "an idle voice costs nothing");
}

#[test]
fn a_worker_that_loads_slowly_is_spoken_for_and_not_begun_anew() {
    let limits = Limits { start: ms(12_000), start_extra: ms(80_000), ..Limits::default() };
    let mut watch = Watch::new(limits);
    watch.start(ms(0));
    watch.speak(ms(100), sentence(1), Vec::new());
    assert!(watch.tick(ms(12_000)).is_empty());
    let spoken_for = watch.tick(ms(12_001));
    assert!(
        matches!(told(&spoken_for)[..], [VoiceEvent::Unavailable(_), VoiceEvent::Failed(UtteranceId(1), _)]),
        "{spoken_for:?}"
    );
    assert_eq!(spoken_for.len(), 2, "nothing is killed or started");
    assert_eq!(watch.wait(ms(12_001)), Some(ms(79_999)));
    assert!(watch.tick(ms(50_000)).is_empty());
    assert_eq!(watch.report(ms(51_000), Report::Ready), [Action::Tell(VoiceEvent::Ready)]);
    // One that never comes is begun anew.
    let mut watch = Watch::new(Limits { start: ms(12_000), start_extra: ms(80_000), ..Limits::default() });
    watch.start(ms(0));
    watch.tick(ms(12_001));
    assert_eq!(watch.tick(ms(92_001)), [Action::Start]);
}

#[test]
fn no_beginning_restarts_the_daemon_once_and_then_fails() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1), Vec::new());
    assert!(watch.tick(ms(1500)).is_empty());
    assert_eq!(watch.tick(ms(1501)), [Action::Start]);
    // The sentence is said again by the new daemon.
    assert!(matches!(watch.report(ms(1900), Report::Ready)[..], [Action::Order(Order::Speak { id: 1, .. })]));
    let actions = watch.tick(ms(3500));
    assert_eq!(actions[0], Action::Kill);
    assert!(matches!(told(&actions)[..], [VoiceEvent::Unavailable(_), VoiceEvent::Failed(UtteranceId(1), _)]));
    assert!(matches!(
        told(&watch.speak(ms(3600), sentence(2), Vec::new()))[..],
        [VoiceEvent::Failed(UtteranceId(2), _)]
    ));
}

#[test]
fn no_end_restarts_the_daemon_and_the_page_hears_one_beginning() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1), Vec::new());
    watch.report(ms(50), Report::Begin { id: 1 });
    assert_eq!(watch.tick(ms(60_000))[0], Action::Start);
    watch.report(ms(60_300), Report::Ready);
    assert!(watch.report(ms(60_400), Report::Begin { id: 1 }).is_empty());
    assert_eq!(told(&watch.report(ms(64_000), Report::End { id: 1 })), [VoiceEvent::End(UtteranceId(1))]);
}

#[test]
fn an_unconfirmed_stop_kills_the_daemon() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1), Vec::new());
    watch.report(ms(50), Report::Begin { id: 1 });
    assert_eq!(watch.stop(ms(1000)), [Action::Order(Order::Stop)]);
    assert!(watch.tick(ms(1150)).is_empty());
    assert_eq!(watch.tick(ms(1151)), [Action::Start, Action::Tell(VoiceEvent::Stopped(UtteranceId(1)))]);
}

#[test]
fn a_voice_that_was_given_up_comes_back_by_itself() {
    let mut watch = Watch::new(Limits::default());
    watch.start(ms(0));
    let actions = watch.cannot_start(ms(1), "本机没有安装语音服务");
    assert_eq!(told(&actions), [VoiceEvent::Unavailable("本机没有安装语音服务".to_owned())]);
    assert_eq!(watch.tick(ms(10_001)), [Action::Start]);
    assert_eq!(told(&watch.report(ms(10_400), Report::Ready)), [VoiceEvent::Ready]);
}

#[test]
fn a_stop_while_the_daemon_starts_drops_the_sentence() {
    let mut watch = Watch::new(Limits::default());
    watch.start(ms(0));
    assert!(watch.speak(ms(10), sentence(1), Vec::new()).is_empty());
    assert_eq!(told(&watch.stop(ms(20))), [VoiceEvent::Stopped(UtteranceId(1))]);
    assert_eq!(told(&watch.report(ms(400), Report::Ready)), [VoiceEvent::Ready]);
}

#[test]
fn waits_grow_and_each_try_is_one_start() {
    let mut watch = Watch::new(Limits::default());
    let (mut now, mut starts, mut last) = (ms(0), 0, ms(0));
    let mut waits = Vec::new();
    let mut actions = watch.start(now);
    while now < ms(3_600_000) {
        if actions.contains(&Action::Start) {
            starts += 1;
            waits.push(now - last);
            last = now;
            // No sound server: the worker says so every time.
            actions = watch.report(now, Report::Unusable { reason: "没有可用的声音设备".to_owned() });
            continue;
        }
        now += watch.wait(now).unwrap().max(ms(1));
        actions = watch.tick(now);
    }
    assert!(starts <= 14, "{starts} starts in an hour");
    assert!(waits[2..].windows(2).all(|two| two[1] >= two[0]), "{waits:?}");
    assert_eq!(waits.last(), Some(&ms(600_000)));
}

#[test]
fn a_worker_that_dies_again_and_again_is_given_up() {
    let mut watch = ready();
    for _ in 0..DEATHS_MAX {
        assert_eq!(watch.gone(ms(400)), [Action::Start]);
        watch.report(ms(500), Report::Ready);
    }
    assert!(matches!(watch.gone(ms(600))[..], [Action::Kill, Action::Tell(VoiceEvent::Unavailable(_))]));
}

#[test]
fn an_unneeded_worker_gives_its_memory_back_and_comes_when_somebody_is_here() {
    let limits = Limits { release: Some(ms(600_000)), ..Limits::default() };
    let mut watch = Watch::new(limits);
    watch.start(ms(0));
    watch.report(ms(300), Report::Ready);
    assert!(watch.tick(ms(600_000)).is_empty());
    assert_eq!(watch.tick(ms(600_300)), [Action::Kill]);
    assert_eq!(watch.wait(ms(600_301)), None, "a resting voice costs nothing");
    assert!(watch.gone(ms(600_310)).is_empty());
    assert_eq!(watch.prepare(ms(700_000), Rate::NORMAL, cuts()), [Action::Start]);
    assert!(watch.speak(ms(700_500), sentence(1), cuts()).is_empty());
    let orders = watch.report(ms(701_000), Report::Ready);
    assert!(
        matches!(orders[..], [Action::Order(Order::Speak { .. }), Action::Order(Order::Prepare { .. })]),
        "{orders:?}"
    );
}

/// The sentence as two pieces.
fn cuts() -> Vec<Cut> {
    let piece = |key: &str| Piece {
        key: key.to_owned(),
        say: Say::Symbols("a".to_owned()),
        voice: "zf_xiaobei".to_owned(),
        pause_ms: 100,
    };
    vec![Cut { chars: 0..8, piece: piece("1") }, Cut { chars: 8..14, piece: piece("2") }]
}

#[test]
fn the_mark_keeps_to_the_known_length_of_the_sound() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1), cuts());
    watch.report(ms(100), Report::Begin { id: 1 });
    watch.report(ms(100), Report::Sounding { id: 1, piece: 0, length_ms: 2000 });
    let said = |actions: Vec<Action>| match told(&actions)[..] {
        [VoiceEvent::Progress(_, said)] => said,
        _ => panic!("{actions:?}"),
    };
    assert!((3..=5).contains(&said(watch.tick(ms(1100)))));
    assert!((6..=8).contains(&said(watch.tick(ms(2090)))));
    // The second piece comes late; the mark waits for it.
    assert!(told(&watch.tick(ms(5000))).iter().all(|e| *e == VoiceEvent::Progress(UtteranceId(1), 8)));
    watch.report(ms(5000), Report::Sounding { id: 1, piece: 1, length_ms: 1000 });
    assert!((12..=14).contains(&said(watch.tick(ms(5990)))));
}

#[test]
fn a_sentence_that_is_lacking_fails_without_a_restart() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1), cuts());
    let actions = watch.report(ms(10), Report::Lacking { id: 1, reason: "慢".to_owned() });
    assert_eq!(actions, [Action::Tell(VoiceEvent::Failed(UtteranceId(1), "慢".to_owned()))]);
    assert!(matches!(watch.speak(ms(20), sentence(2), cuts())[..], [Action::Order(_)]));
}

mod chance {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Chance {
        Speak,
        Stop,
        Ready,
        Begin,
        End,
        Cut,
        Gone,
        Unusable,
        Prepare,
        Lacking,
        Wait(u64),
    }

    fn chance() -> impl Strategy<Value = Chance> {
        prop_oneof![
            Just(Chance::Speak),
            Just(Chance::Stop),
            Just(Chance::Ready),
            Just(Chance::Begin),
            Just(Chance::End),
            Just(Chance::Cut),
            Just(Chance::Gone),
            Just(Chance::Unusable),
            Just(Chance::Prepare),
            Just(Chance::Lacking),
            (0u64..20_000).prop_map(Chance::Wait),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_sentence_ends_exactly_once_whatever_the_engine_does(
            chances in proptest::collection::vec(chance(), 0..60)
        ) {
            let limits = Limits { release: Some(ms(60_000)), ..Limits::default() };
            let mut watch = Watch::new(limits);
            let mut now = ms(0);
            let mut id = 0;
            let mut open: Option<u64> = None;
            watch.start(now);
            let waits = (0..40).map(|_| Chance::Wait(30_000));
            for chance in chances.into_iter().chain(waits) {
                let actions = match chance {
                    // The contract: no second sentence before the first has ended.
                    Chance::Speak if open.is_none() => {
                        id += 1;
                        open = Some(id);
                        watch.speak(now, sentence(id), Vec::new())
                    }
                    Chance::Speak => Vec::new(),
                    Chance::Stop => watch.stop(now),
                    Chance::Ready => watch.report(now, Report::Ready),
                    Chance::Begin => watch.report(now, Report::Begin { id }),
                    Chance::End => watch.report(now, Report::End { id }),
                    Chance::Cut => watch.report(now, Report::Stopped { id }),
                    Chance::Gone => watch.gone(now),
                    Chance::Unusable => watch.report(now, Report::Unusable { reason: "x".to_owned() }),
                    Chance::Prepare => watch.prepare(now, Rate::NORMAL, cuts()),
                    Chance::Lacking => watch.report(now, Report::Lacking { id, reason: "x".to_owned() }),
                    Chance::Wait(by) => {
                        now += ms(by);
                        watch.tick(now)
                    }
                };
                for event in told(&actions) {
                    match event {
                        VoiceEvent::End(UtteranceId(n)) | VoiceEvent::Stopped(UtteranceId(n)) | VoiceEvent::Failed(UtteranceId(n), _) => {
                            prop_assert_eq!(open, Some(n));
                            open = None;
                        }
                        VoiceEvent::Begin(UtteranceId(n)) | VoiceEvent::Progress(UtteranceId(n), _) => {
                            prop_assert_eq!(open, Some(n));
                        }
                        VoiceEvent::Ready | VoiceEvent::Unavailable(_) => {}
                    }
                }
            }
            prop_assert_eq!(open, None, "a sentence never ended");
        }
    }
}
