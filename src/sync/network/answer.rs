//! What the head of a server's answer says: the file, a part of it, nothing new, come later, or no release at all.
//! It reads no body and believes no head further than the question went.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{Response, StatusCode};

use super::{Fault, Size, Validators};

/// A server that asks for more is asked again after this all the same.
const LATER_MAX: Duration = Duration::from_secs(24 * 60 * 60);
const ROOT_ENDING: &str = ".root.json";
/// A file that was changed less than this before it was sent may have changed again in the same second.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The whole file.
    Whole,
    /// The whole file, unless it is the version that we have.
    IfNew,
    /// The file from a byte on.
    From(u64),
}

/// What came.
#[derive(Debug)]
pub(super) enum Answer {
    /// The whole file.
    Whole(Response),
    /// The file from the byte on that was asked for.
    Rest(Response),
    /// The version that we have.
    Same,
}

/// Judges the head of an answer.
pub(super) fn judge(response: Response, name: &str, asked: Asked, size: Size) -> Result<Answer, Fault> {
    let status = response.status();
    let not_ours = || not_a_release(name, format!("HTTP {}", status.as_u16()));
    match (status, asked) {
        (StatusCode::OK, _) => {}
        (StatusCode::PARTIAL_CONTENT, Asked::From(_)) => {}
        (StatusCode::NOT_MODIFIED, Asked::IfNew) => return Ok(Answer::Same),
        (StatusCode::NOT_FOUND | StatusCode::GONE, _) => return Err(Fault::NotFound { name: name.to_owned() }),
        // Object stores say this of a file that is not there when the asker may not list the others. Only of roots may
        // a file be missing, so nowhere else is it a good answer.
        (StatusCode::FORBIDDEN, _) if name.ends_with(ROOT_ENDING) => {
            return Err(Fault::NotFound { name: name.to_owned() });
        }
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, _) => {
            return Err(Fault::Later { name: name.to_owned(), after: retry_after(response.headers()) });
        }
        (StatusCode::RANGE_NOT_SATISFIABLE, Asked::From(_)) => {
            return Err(match total_of(text(response.headers(), CONTENT_RANGE)) {
                Some(actual) => Fault::WrongSize { name: name.to_owned(), expected: size.max(), actual },
                None => not_ours(),
            });
        }
        _ => return Err(not_ours()),
    }
    check_kind(response.headers(), name)?;
    match asked {
        Asked::From(from) if status == StatusCode::PARTIAL_CONTENT => {
            check_range(response.headers(), name, from, size.max())?;
            check_length(&response, name, Size::Exactly(size.max().saturating_sub(from)))?;
            Ok(Answer::Rest(response))
        }
        Asked::Whole | Asked::IfNew | Asked::From(_) => {
            check_length(&response, name, size)?;
            Ok(Answer::Whole(response))
        }
    }
}

/// What the server calls this version of the file; none where it may call two versions the same. Servers make the name
/// of a file's size and the second of its change, so two timestamps of one second would be one to them, and the newer
/// one would not be seen until the next (RFC 9110, 8.8.2.2).
pub(super) fn validators(headers: &HeaderMap) -> Option<Validators> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match age(text(headers, LAST_MODIFIED), headers) {
        Some(age) if age < SETTLED_AFTER => None,
        Some(_) | None => Validators::new(header(ETAG), header(LAST_MODIFIED)),
    }
}

/// How long a server that is busy wants to be left alone: seconds, or a date. A date is compared with the server's own,
/// since the clock of a terminal may be wrong.
pub(in crate::sync) fn retry_after(headers: &HeaderMap) -> Duration {
    let wanted = text(headers, RETRY_AFTER).trim();
    let after = match (wanted.parse::<u64>(), date(wanted), date(text(headers, DATE))) {
        (Ok(seconds), _, _) => Duration::from_secs(seconds),
        (Err(_), Some(until), Some(now)) => span(now, until),
        (Err(_), _, _) => Duration::ZERO,
    };
    after.min(LATER_MAX)
}

/// How long ago a date was when the server sent its answer.
fn age(since: &str, headers: &HeaderMap) -> Option<Duration> {
    Some(span(date(since)?, date(text(headers, DATE))?))
}

fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// From one time to a later one; nothing when it is not later.
fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

fn check_kind(headers: &HeaderMap, name: &str) -> Result<(), Fault> {
    let encoding = text(headers, CONTENT_ENCODING);
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        return Err(not_a_release(name, format!("被压缩为 {encoding}")));
    }
    if text(headers, CONTENT_TYPE).starts_with("text/html") {
        return Err(not_a_release(name, "网页，可能要先登录网络".to_owned()));
    }
    Ok(())
}

/// `bytes FROM-LAST/TOTAL`, exactly what was asked for; the total may be `*`.
fn check_range(headers: &HeaderMap, name: &str, from: u64, total: u64) -> Result<(), Fault> {
    let wrong = || not_a_release(name, "范围不对".to_owned());
    let range = text(headers, CONTENT_RANGE);
    let (span, of) = range.strip_prefix("bytes ").and_then(|range| range.split_once('/')).ok_or_else(wrong)?;
    let (first, last) = span.split_once('-').ok_or_else(wrong)?;
    match of.parse() {
        Ok(actual) if actual != total => {
            return Err(Fault::WrongSize { name: name.to_owned(), expected: total, actual });
        }
        Ok(_) => {}
        Err(_) if of == "*" => {}
        Err(_) => return Err(wrong()),
    }
    let is_right = first.parse() == Ok(from) && last.parse() == Ok(total.saturating_sub(1));
    if is_right { Ok(()) } else { Err(wrong()) }
}

/// The total of `bytes */TOTAL`.
fn total_of(range: &str) -> Option<u64> {
    range.strip_prefix("bytes */")?.parse().ok()
}

fn check_length(response: &Response, name: &str, size: Size) -> Result<(), Fault> {
    match (size, response.content_length()) {
        (Size::Exactly(expected), Some(actual)) if actual != expected => {
            Err(Fault::WrongSize { name: name.to_owned(), expected, actual })
        }
        (Size::AtMost(bytes_max), Some(actual)) if actual > bytes_max => {
            Err(Fault::TooBig { name: name.to_owned(), bytes_max })
        }
        (Size::Exactly(_) | Size::AtMost(_), _) => Ok(()),
    }
}

fn not_a_release(name: &str, answer: String) -> Fault {
    Fault::NotARelease { name: name.to_owned(), answer }
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_busy_server_is_left_alone_as_long_as_it_asks_within_a_day() {
        let date = "Mon, 02 Mar 2026 01:00:00 GMT";
        let cases = [
            ("120", 120),
            (" 0", 0),
            ("Mon, 02 Mar 2026 01:02:30 GMT", 150),
            ("Mon, 02 Mar 2026 00:00:00 GMT", 0),
            ("Tue, 02 Mar 2027 01:00:00 GMT", 86_400),
            ("18446744073709551615", 86_400),
            ("18446744073709551616", 0),
            ("-5", 0),
            ("soon", 0),
            ("", 0),
        ];
        for (wanted, seconds) in cases {
            let after = retry_after(&headers(&[(DATE, date), (RETRY_AFTER, wanted)]));
            assert_eq!(after, Duration::from_secs(seconds), "{wanted}");
        }
        // Without the server's own clock a date says nothing.
        assert_eq!(retry_after(&headers(&[(RETRY_AFTER, date)])), Duration::ZERO);
    }

    #[test]
    fn a_version_that_may_still_change_within_its_second_has_no_name() {
        let changed = "Mon, 02 Mar 2026 01:00:00 GMT";
        let named = |date: &str| validators(&headers(&[(ETAG, "\"a-1\""), (LAST_MODIFIED, changed), (DATE, date)]));
        for young in [changed, "Mon, 02 Mar 2026 01:00:01 GMT", "Mon, 02 Mar 2026 00:00:00 GMT"] {
            assert_eq!(named(young), None, "{young}");
        }
        for old in ["Mon, 02 Mar 2026 01:00:02 GMT", "Tue, 03 Mar 2026 01:00:00 GMT", "", "soon"] {
            assert_eq!(named(old), Validators::new(Some("\"a-1\""), Some(changed)), "{old}");
        }
        assert!(validators(&headers(&[(ETAG, "\"a-1\"")])).is_some());
    }

    #[test]
    fn only_the_range_that_was_asked_for_is_taken() {
        let check = |range: &str| check_range(&headers(&[(CONTENT_RANGE, range)]), "p/x", 10, 100);
        for good in ["bytes 10-99/100", "bytes 10-99/*"] {
            assert!(check(good).is_ok(), "{good}");
        }
        assert!(matches!(check("bytes 10-99/200"), Err(Fault::WrongSize { expected: 100, actual: 200, .. })));
        let bad = ["", "bytes 0-99/100", "bytes 10-98/100", "bytes 11-99/100", "bytes 10-99", "10-99/100"];
        let odd =
            ["bytes 10-99/", "bytes 10-99/x", "bytes */100", "bytes 10-18446744073709551616/100", "items 10-99/100"];
        for range in bad.iter().chain(&odd) {
            assert!(matches!(check(range), Err(Fault::NotARelease { .. })), "{range}");
        }
        assert_eq!((total_of("bytes */7"), total_of("bytes 1-2/7")), (Some(7), None));
    }
}
