//! Addresses, ways of failing, and bites of one byte.
//! Whole jobs are in `tests/it/print.rs`.

use super::*;
use crate::base::clock::SystemClock;

fn open(text: &str) -> TransportError {
    let mut transport = Address::parse(text).unwrap().transport(115_200, Arc::new(SystemClock::new()));
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
    assert_eq!(Address::parse("serial:/dev/ttyS0"), Ok(Address::Serial("/dev/ttyS0".into(), None)));
    assert_eq!(Address::parse("serial:/dev/ttyS0?baud=9600"), Ok(Address::Serial("/dev/ttyS0".into(), Some(9_600))));
    for bad in [
        "serial:ttyS0",
        "serial:/dev/ttyS0?baud=1",
        "serial:",
        "",
        "lp0",
        "tcp://",
        "tcp://h:x",
        "tcp://h:0",
        "tcp://a@h:1",
        "file:",
        "/dev/",
        "http://h",
    ] {
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
    let mut transport = Address::File(path.clone()).transport(115_200, Arc::new(SystemClock::new()));
    for job in [&b"first job"[..], b"second"] {
        transport.open().unwrap();
        transport.write(job, Duration::ZERO).unwrap();
        transport.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), job);
    }
}

#[test]
fn a_missing_folder_is_found_missing_and_nothing_counts_as_sent() {
    let mut transport = Address::File("/nonexistent/a.bin".into()).transport(115_200, Arc::new(SystemClock::new()));
    transport.open().unwrap();
    transport.write(b"x", Duration::ZERO).unwrap();
    let error = transport.finish().unwrap_err();
    assert_eq!((error.fault, error.written), (TransportFault::NotFound, 0));
}

/// A pseudo-terminal: the printer's end and the path of ours.
fn pty() -> (std::os::fd::OwnedFd, String) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&printer).unwrap();
    unlockpt(&printer).unwrap();
    let path = ptsname(&printer, Vec::new()).unwrap().into_string().unwrap();
    (printer, path)
}

#[test]
fn a_serial_line_is_raw_and_as_fast_as_it_is_told() {
    let (printer, path) = pty();
    let mut line =
        Address::parse(&format!("serial:{path}?baud=38400")).unwrap().transport(9_600, Arc::new(SystemClock::new()));
    line.open().unwrap();
    // Every byte arrives as it is: line ends, control characters, the high half.
    let bytes: Vec<u8> = (0..=255).filter(|b| *b != 0x11 && *b != 0x13).collect();
    line.write(&bytes, Duration::from_secs(2)).unwrap();
    let mut heard = vec![0; 512];
    let n = rustix::io::read(&printer, &mut heard).unwrap();
    assert_eq!(heard[..n], bytes);
    assert_eq!(tcgetattr(&printer).unwrap().output_speed(), 38_400);
    rustix::io::write(&printer, &[0x12]).unwrap();
    let mut answer = [0; 4];
    assert_eq!((line.read(&mut answer, Duration::from_secs(2)).unwrap(), answer[0]), (1, 0x12));
}

#[test]
fn a_serial_line_that_takes_nothing_more_is_a_timeout_and_one_that_is_pulled_a_disconnection() {
    let (printer, path) = pty();
    let mut line = Address::parse(&format!("serial:{path}")).unwrap().transport(9_600, Arc::new(SystemClock::new()));
    line.open().unwrap();
    let job = vec![b'x'; 200_000];
    let error = line.write(&job, Duration::from_millis(100)).unwrap_err();
    assert_eq!(error.fault, TransportFault::Timeout);
    assert!((1..job.len()).contains(&error.written), "{}", error.written);
    drop(printer);
    let error = line.write(&job, Duration::from_millis(100)).unwrap_err();
    assert!(matches!(error.fault, TransportFault::Disconnected | TransportFault::Other), "{error:?}");
    line.abandon();
    assert_eq!(line.open().unwrap_err().fault, TransportFault::NotFound);
}

/// The printer's end of a line as `/dev/usb/lp0` is one: it changes no byte and echoes none.
fn usb() -> (std::os::fd::OwnedFd, Box<dyn Transport>) {
    let (printer, path) = pty();
    let mut line = tcgetattr(&printer).unwrap();
    line.make_raw();
    rustix::termios::tcsetattr(&printer, rustix::termios::OptionalActions::Now, &line).unwrap();
    assert_eq!(Address::parse(&path), Ok(Address::Device(path.clone().into())));
    (printer, Address::parse(&path).unwrap().transport(9_600, Arc::new(SystemClock::new())))
}

#[test]
fn a_usb_line_carries_every_byte_once_and_brings_the_answer() {
    let (printer, mut line) = usb();
    line.open().unwrap();
    let job: Vec<u8> = (0..40_000u32).map(|n| (n % 251) as u8).collect();
    let expected = job.clone();
    // It takes what it has room for, as a printer with a small buffer does.
    let taking = std::thread::spawn(move || {
        let (mut taken, mut packet) = (Vec::new(), [0; 64]);
        while taken.len() < expected.len() {
            let n = rustix::io::read(&printer, &mut packet).unwrap();
            taken.extend_from_slice(&packet[..n]);
        }
        rustix::io::write(&printer, &[0x12]).unwrap();
        (taken == expected, printer)
    });
    line.write(&job, Duration::from_secs(20)).unwrap();
    let (is_same, printer) = taking.join().unwrap();
    assert!(is_same, "a byte was lost, changed or sent twice");
    let mut answer = [0; 8];
    assert_eq!((line.read(&mut answer, Duration::from_secs(2)).unwrap(), answer[0]), (1, 0x12));
    assert_eq!(line.read(&mut answer, Duration::from_millis(5)).unwrap(), 0, "silence is no answer");
    drop(printer);
    assert!(line.write(&job, Duration::from_millis(100)).is_err(), "pulled");
}

#[test]
fn a_device_that_is_no_serial_line_is_refused_as_one() {
    let mut line = Address::parse("serial:/dev/null").unwrap().transport(9_600, Arc::new(SystemClock::new()));
    assert!(line.open().is_err());
}
