//! Addresses, ways of failing, and bites of one byte.
//! Whole jobs are in `tests/it/print.rs`.

use super::*;
use crate::base::clock::SystemClock;

fn open(text: &str) -> TransportError {
    let mut transport = Address::parse(text).unwrap().transport(Arc::new(SystemClock::new()));
    transport.open().unwrap_err()
}

#[test]
fn addresses_are_read_strictly() {
    let tcp = |h: &str, p| Ok(Address::Tcp(h.to_owned(), p));
    assert_eq!(Address::parse("tcp://10.0.0.9:9100"), tcp("10.0.0.9", 9100));
    assert_eq!(Address::parse("tcp://printer"), tcp("printer", 9100));
    assert_eq!(Address::parse("tcp://[::1]:9101"), tcp("::1", 9101));
    assert_eq!(Address::parse("tcp://[::1]"), tcp("::1", 9100));
    assert_eq!(Address::parse("file:a/b.bin"), Ok(Address::File("a/b.bin".into())));
    assert_eq!(Address::parse("/dev/usb/lp0"), Ok(Address::Device("/dev/usb/lp0".into())));
    for bad in ["", "lp0", "tcp://", "tcp://h:x", "tcp://h:0", "tcp://a@h:1", "file:", "/dev/", "http://h"] {
        assert!(Address::parse(bad).unwrap_err().to_string().contains("应写成"), "{bad}");
    }
}

#[test]
fn each_way_of_failing_to_open_has_its_name() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(open(&format!("tcp://127.0.0.1:{free}")).fault, TransportFault::Refused);
    assert_eq!(open("tcp://nonexistent.invalid:9100").fault, TransportFault::NotFound);
    let missing = open("/dev/usb/no-such-printer");
    assert_eq!(missing.fault, TransportFault::NotFound);
    assert_eq!(missing.to_string(), "找不到打印机：/dev/usb/no-such-printer（已发送 0 字节）");
}

#[test]
fn a_line_that_takes_one_byte_at_a_time_gets_every_byte_once() {
    let mut taken = Vec::new();
    let mut calls = 0;
    let sent = push(b"receipt", Duration::from_secs(5), &SystemClock::new(), |rest, _| {
        calls += 1;
        if calls % 2 == 0 {
            return Err(ErrorKind::Interrupted.into());
        }
        taken.push(rest[0]);
        Ok(1)
    });
    assert!(sent.is_ok());
    assert_eq!(taken, b"receipt");
}

#[test]
fn a_line_that_stops_taking_is_a_timeout_with_the_bytes_counted() {
    let clock = crate::base::clock::SimClock::at(jiff::Timestamp::UNIX_EPOCH);
    let sent = push(b"receipt", Duration::from_secs(3), &clock, |_, _| {
        clock.advance(Duration::from_secs(1));
        Ok(1)
    });
    let (written, error) = sent.unwrap_err();
    assert_eq!((written, TransportFault::of(&error)), (3, TransportFault::Timeout));
}

#[test]
fn a_file_holds_exactly_the_last_job() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receipt.bin");
    let mut transport = Address::File(path.clone()).transport(Arc::new(SystemClock::new()));
    for job in [&b"first job"[..], b"second"] {
        transport.open().unwrap();
        transport.write(job, Duration::ZERO).unwrap();
        transport.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), job);
    }
}

#[test]
fn a_missing_folder_is_found_missing_and_nothing_counts_as_sent() {
    let mut transport = Address::File("/nonexistent/a.bin".into()).transport(Arc::new(SystemClock::new()));
    transport.open().unwrap();
    transport.write(b"x", Duration::ZERO).unwrap();
    let error = transport.finish().unwrap_err();
    assert_eq!((error.fault, error.written), (TransportFault::NotFound, 0));
}
