//! Residents' letters on the staff page: how many wait, why, and what a stick took along.
//! It knows their number and age alone.

use jiff::Zoned;

use super::Upkeep;
use super::words::{StandingCard, moment};
use crate::sync::{Letters, StickMail};

/// How the letters stand; none where nothing can be handed in.
pub fn card(upkeep: &Upkeep, now: Option<&Zoned>) -> Option<StandingCard> {
    let letters = upkeep.letters.as_ref()?;
    let standing = &letters.standing;
    let waiting = standing.answered + standing.unanswered;
    let (verdict, needs_care) = match (waiting, standing.refused, &letters.trouble) {
        (_, 1.., _) => ("有信件被拒，请查明原因", true),
        (0, 0, None) => ("没有待送的信件", false),
        (0, 0, Some(_)) => ("信件不能用", true),
        (_, 0, Some(_)) => ("还没有送到，会自动再送", true),
        (_, 0, None) if letters.has_server => ("正在发送", false),
        (_, 0, None) => ("等U盘来取", true),
    };
    let mut lines = Vec::new();
    if waiting > 0 {
        lines.push(format!("等答复的{}封，其他{}封", standing.answered, standing.unanswered));
    }
    lines.extend(standing.oldest.map(|oldest| format!("最早一封：{}", moment(oldest, now))));
    if let (Some(why), n @ 1..) = (&standing.last_refusal, standing.refused) {
        lines.push(format!("被拒{n}封：{why}"));
    }
    lines.extend(letters.trouble.as_ref().map(|why| format!("上次没有送到：{why}")));
    if letters.delivered > 0 {
        lines.push(format!("开机以来送达{}封", letters.delivered));
    }
    if !letters.has_server {
        lines.push("没有设置收件服务器，只用U盘取信".to_owned());
    }
    Some(StandingCard { name: "居民信件".to_owned(), verdict, needs_care, lines })
}

/// What the stick that is in did about letters, and whether somebody should take care; none where it did not come for
/// them.
pub fn stick(letters: Option<&Letters>) -> Option<(String, bool)> {
    Some(match letters?.stick.as_ref()? {
        StickMail::Copying => ("正在往U盘拷贝信件，请不要拔出".to_owned(), false),
        StickMail::Done { written, already, confirmed, ack_refused } => {
            let taken = match (written, already) {
                (0, 0) => "没有要取的信件".to_owned(),
                (written, 0) => format!("拷出{written}封信件"),
                (written, already) => format!("拷出{written}封信件，盘上已有{already}封"),
            };
            let confirmed = match confirmed {
                0 => String::new(),
                n => format!("；办公室确认收到{n}封，已从本机删除"),
            };
            let refused = ack_refused.as_ref().map_or(String::new(), |why| format!("；盘上的回执不能用：{why}"));
            (format!("{taken}{confirmed}{refused}"), ack_refused.is_some())
        }
        StickMail::Refused { text } => (text.clone(), true),
    })
}

/// Whether letters are being copied onto the stick right now.
pub fn is_copying(upkeep: &Upkeep) -> bool {
    upkeep.letters.as_ref().is_some_and(|letters| letters.stick == Some(StickMail::Copying))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Standing;

    fn upkeep(letters: Letters) -> Upkeep {
        Upkeep { letters: Some(letters), ..Upkeep::default() }
    }

    fn standing(answered: u32, refused: u32) -> Standing {
        let last_refusal = (refused > 0).then(|| "收件服务器回答 HTTP 413".to_owned());
        let oldest = (answered > 0).then(|| "2026-11-20T01:00:00Z".parse().unwrap());
        Standing { answered, unanswered: 0, refused, oldest, last_refusal }
    }

    #[test]
    fn every_way_letters_can_stand_has_a_word_and_what_needs_care_is_marked() {
        let trouble = Some("连不上收件服务器".to_owned());
        let cases = [
            (Letters { has_server: true, ..Letters::default() }, "没有待送的信件", false),
            (Letters { has_server: true, standing: standing(2, 0), ..Letters::default() }, "正在发送", false),
            (Letters { standing: standing(2, 0), ..Letters::default() }, "等U盘来取", true),
            (
                Letters { has_server: true, standing: standing(2, 0), trouble: trouble.clone(), ..Letters::default() },
                "还没有送到，会自动再送",
                true,
            ),
            (
                Letters { has_server: true, standing: standing(2, 1), ..Letters::default() },
                "有信件被拒，请查明原因",
                true,
            ),
            (Letters { trouble, ..Letters::default() }, "信件不能用", true),
        ];
        for (letters, verdict, needs_care) in cases {
            let card = card(&upkeep(letters), None).unwrap();
            assert_eq!((card.verdict, card.needs_care), (verdict, needs_care));
        }
        assert_eq!(card(&Upkeep::default(), None), None);
        let refused = card(&upkeep(Letters { standing: standing(2, 1), ..Letters::default() }), None).unwrap();
        assert_eq!(refused.lines[1..3], ["最早一封：2026年11月20日 09:00", "被拒1封：收件服务器回答 HTTP 413"]);
    }

    #[test]
    fn a_stick_says_what_it_took_and_when_it_must_not_be_pulled() {
        let with = |stick| Letters { stick: Some(stick), ..Letters::default() };
        let done = |written, already, confirmed| StickMail::Done { written, already, confirmed, ack_refused: None };
        let said = |stick| super::stick(Some(&with(stick))).unwrap();
        assert!(is_copying(&upkeep(with(StickMail::Copying))));
        assert!(said(StickMail::Copying).0.contains("不要拔出"));
        assert_eq!(said(done(0, 0, 0)).0, "没有要取的信件");
        assert_eq!(said(done(3, 2, 4)).0, "拷出3封信件，盘上已有2封；办公室确认收到4封，已从本机删除");
        assert!(said(StickMail::Refused { text: "许可已过期".into() }).1);
        assert_eq!(super::stick(Some(&Letters::default())), None);
    }
}
