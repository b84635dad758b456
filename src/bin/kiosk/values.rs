//! Values of the command line that have a shape: a wrong one is wrong usage, said before anything is done.

use std::net::SocketAddr;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::id::{IdError, RecordId};
use civic_kiosk::content::PublishLimit;
use civic_kiosk::print::Profile;
use civic_kiosk::print::identify::Seen;
use jiff::civil::Date;

/// A guide's id; it may leave out `guide/`.
pub fn guide(text: &str) -> Result<RecordId, IdError> {
    if text.contains('/') { RecordId::parse(text) } else { RecordId::new("guide", text) }
}

/// A day that papers of today may bear; the longest limit counted from it ends within the calendar.
pub fn day(text: &str) -> Result<Date, String> {
    let parts: Option<Vec<i16>> = text.split('-').map(|part| part.parse().ok().filter(|n| *n > 0)).collect();
    let day = match parts.as_deref() {
        Some([year, month, day]) => {
            let month_day = i8::try_from(*month).ok().zip(i8::try_from(*day).ok());
            month_day.and_then(|(month, day)| Date::new(*year, month, day).ok())
        }
        _ => return Err("应写成 2026-09-10".to_owned()),
    };
    let day = day.ok_or_else(|| "没有这一天".to_owned())?;
    if (1949..=2999).contains(&day.year()) { Ok(day) } else { Err("年份应在 1949 至 2999 之间".to_owned()) }
}

/// A limit that ends on a day.
pub fn limit(text: &str) -> Result<PublishLimit, String> {
    match PublishLimit::parse(text) {
        limit @ (PublishLimit::Within { .. } | PublishLimit::Periodic { .. }) => Ok(limit),
        PublishLimit::Realtime | PublishLimit::Prompt(_) | PublishLimit::Permanent(_) => {
            Err("这种时限没有到期的日子".to_owned())
        }
        PublishLimit::Unparsed(_) => Err("应写成 20工作日、7日 或 每季度首月20日".to_owned()),
    }
}

/// A printer profile by name or path.
pub fn profile(text: &str) -> Result<Profile, String> {
    Profile::load(text).map_err(|error| chain(&error))
}

/// What staff have seen on the strip of an unknown printer.
pub fn seen(text: &str) -> Result<Seen, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let answer = match parts.as_slice() {
        [width, lines, gap, cut] => {
            let width_dots =
                width.parse().ok().filter(|dots: &u16| (256..=832).contains(dots) && dots.is_multiple_of(8));
            let hanzi_lines = lines.parse().ok().filter(|n: &u8| *n <= 3);
            let is_whole_feed = match *gap {
                "10" => Some(true),
                "5" => Some(false),
                _ => None,
            };
            let is_cut = match *cut {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            };
            width_dots.zip(hanzi_lines).zip(is_whole_feed.zip(is_cut))
        }
        _ => None,
    };
    let ((width_dots, hanzi_lines), (is_whole_feed, is_cut)) =
        answer.ok_or_else(|| "应写成 576,2,10,yes：宽度,行数 0 到 3,10 或 5,yes 或 no".to_owned())?;
    Ok(Seen { width_dots, hanzi_lines, is_whole_feed, is_cut })
}

/// An address and port to listen at.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "应写成 127.0.0.1:9100".to_owned())
}

/// The width of a virtual printer's paper in dots.
pub fn paper_dots(text: &str) -> Result<u16, String> {
    let dots = text.parse().ok().filter(|dots| (192..=832).contains(dots));
    dots.ok_or_else(|| "应在 192 至 832 之间".to_owned())
}

/// The size of a window in pixels.
pub fn size(text: &str) -> Result<(u32, u32), String> {
    let parts =
        text.split_once(['x', 'X', '×']).and_then(|(w, h)| Some((w.parse::<u32>().ok()?, h.parse::<u32>().ok()?)));
    let fits = |side: u32| (240..=8192).contains(&side);
    parts.filter(|(w, h)| fits(*w) && fits(*h)).ok_or_else(|| "应写成 宽x高，例如 1080x1920".to_owned())
}
