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
    assert!(matches!(watch.speak(ms(1000), sentence(1))[..], [Action::Order(Order::Speak { id: 1, .. })]));
    assert_eq!(told(&watch.report(ms(1050), Report::Begin { id: 1 })), [VoiceEvent::Begin(UtteranceId(1))]);
    assert!(matches!(told(&watch.tick(ms(2000)))[..], [VoiceEvent::Progress(UtteranceId(1), 1..=6)]));
    assert_eq!(told(&watch.report(ms(5000), Report::End { id: 1 })), [VoiceEvent::End(UtteranceId(1))]);
    assert_eq!(watch.wait(ms(5000)), None, "an idle voice costs nothing");
}

#[test]
fn no_beginning_restarts_the_daemon_once_and_then_fails() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1));
    assert!(watch.tick(ms(1500)).is_empty());
    assert_eq!(watch.tick(ms(1501)), [Action::Start]);
    // The sentence is said again by the new daemon.
    assert!(matches!(watch.report(ms(1900), Report::Ready)[..], [Action::Order(Order::Speak { id: 1, .. })]));
    let actions = watch.tick(ms(3500));
    assert_eq!(actions[0], Action::Kill);
    assert!(matches!(told(&actions)[..], [VoiceEvent::Unavailable(_), VoiceEvent::Failed(UtteranceId(1), _)]));
    assert!(matches!(told(&watch.speak(ms(3600), sentence(2)))[..], [VoiceEvent::Failed(UtteranceId(2), _)]));
}

#[test]
fn no_end_restarts_the_daemon_and_the_page_hears_one_beginning() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1));
    watch.report(ms(50), Report::Begin { id: 1 });
    assert_eq!(watch.tick(ms(60_000))[0], Action::Start);
    watch.report(ms(60_300), Report::Ready);
    assert!(watch.report(ms(60_400), Report::Begin { id: 1 }).is_empty());
    assert_eq!(told(&watch.report(ms(64_000), Report::End { id: 1 })), [VoiceEvent::End(UtteranceId(1))]);
}

#[test]
fn an_unconfirmed_stop_kills_the_daemon() {
    let mut watch = ready();
    watch.speak(ms(0), sentence(1));
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
    assert_eq!(watch.tick(ms(5001)), [Action::Start]);
    assert_eq!(told(&watch.report(ms(5400), Report::Ready)), [VoiceEvent::Ready]);
}

#[test]
fn a_stop_while_the_daemon_starts_drops_the_sentence() {
    let mut watch = Watch::new(Limits::default());
    watch.start(ms(0));
    assert!(watch.speak(ms(10), sentence(1)).is_empty());
    assert_eq!(told(&watch.stop(ms(20))), [VoiceEvent::Stopped(UtteranceId(1))]);
    assert_eq!(told(&watch.report(ms(400), Report::Ready)), [VoiceEvent::Ready]);
}

#[test]
fn the_rate_keeps_to_the_scale_of_the_daemon() {
    assert_eq!(engine_rate(Rate::NORMAL), 0.0);
    assert!((-100.0..0.0).contains(&engine_rate(Rate::nearest(75))));
    assert!((50.0..100.0).contains(&engine_rate(Rate::nearest(200))));
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
            (0u64..20_000).prop_map(Chance::Wait),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_sentence_ends_exactly_once_whatever_the_engine_does(
            chances in proptest::collection::vec(chance(), 0..60)
        ) {
            let mut watch = Watch::new(Limits::default());
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
                        watch.speak(now, sentence(id))
                    }
                    Chance::Speak => Vec::new(),
                    Chance::Stop => watch.stop(now),
                    Chance::Ready => watch.report(now, Report::Ready),
                    Chance::Begin => watch.report(now, Report::Begin { id }),
                    Chance::End => watch.report(now, Report::End { id }),
                    Chance::Cut => watch.report(now, Report::Stopped { id }),
                    Chance::Gone => watch.gone(now),
                    Chance::Unusable => watch.report(now, Report::Unusable { reason: "x".to_owned() }),
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
