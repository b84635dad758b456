//! The terminal's one HTTP client: all sources of a process share its connections, deadlines and certificates.
//! It asks no proxy, tells nobody where it comes from, and believes no certificate that it was not told to believe.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, redirect};
use url::Url;

use super::Fault;

/// How long a terminal waits before it gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to stand.
    pub connect: Duration,
    /// For the next byte to come.
    pub read: Duration,
    /// For a file of any size, on top of what its size allows.
    pub file: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(20), file: Duration::from_secs(30) }
    }
}

const REDIRECTS_MAX: usize = 3;
/// A connection serves one pass; held until the next one it would only burden the server of many terminals.
const IDLE: Duration = Duration::from_secs(20);
const IDLE_CONNECTIONS_MAX: usize = 2;

/// The client that sources share. Copies of it are the same client.
#[derive(Debug, Clone)]
pub struct Line {
    pub(in crate::sync) client: Client,
    pub(in crate::sync) patience: Patience,
}

impl Line {
    /// The line that a process uses unless it was told of more certificates; made once.
    pub fn shared() -> Result<Self, Fault> {
        static SHARED: OnceLock<Line> = OnceLock::new();
        if let Some(line) = SHARED.get() {
            return Ok(line.clone());
        }
        let line = Self::new(None, Patience::default())?;
        Ok(SHARED.get_or_init(|| line).clone())
    }

    /// A line of its own. `more_ca_pem` are certificates (PEM, one or more) of an office's own authority, believed
    /// beside those of the system.
    pub fn new(more_ca_pem: Option<&[u8]>, patience: Patience) -> Result<Self, Fault> {
        let given = |pem| builder(patience).tls_certs_merge(certificates(pem)?).build().map_err(unusable);
        let client = match more_ca_pem {
            Some(pem) => given(pem)?,
            // On a machine without any certificates a server in the same building can still be followed over HTTP;
            // what comes is believed by its signatures. HTTPS then finds no server that it knows.
            None => {
                builder(patience).build().or_else(|_| builder(patience).tls_certs_only([]).build()).map_err(unusable)?
            }
        };
        Ok(Self { client, patience })
    }
}

fn builder(patience: Patience) -> ClientBuilder {
    Client::builder()
        .connect_timeout(patience.connect)
        .read_timeout(patience.read)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .redirect(same_place())
        .no_proxy()
        .referer(false)
        .user_agent(concat!("civic-kiosk/", env!("CARGO_PKG_VERSION")))
}

fn unusable(source: reqwest::Error) -> Fault {
    Fault::Certificate { cause: source.into() }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, Fault> {
    let certificates = Certificate::from_pem_bundle(pem).map_err(unusable)?;
    if certificates.is_empty() {
        return Err(Fault::Certificate { cause: "no certificate in the file".into() });
    }
    Ok(certificates)
}

/// A login page is reached by a redirect to another host; within the server redirects are fine.
fn same_place() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let origin = attempt.previous().first().map(Url::origin);
        if attempt.previous().len() > REDIRECTS_MAX || origin != Some(attempt.url().origin()) {
            attempt.error("redirected elsewhere")
        } else {
            attempt.follow()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_certificate_is_told() {
        let shell = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".as_slice();
        for bad in [b"".as_slice(), b"root.json", b"-----BEGIN CERTIFICATE-----\n!!", shell] {
            let line = Line::new(Some(bad), Patience::default());
            assert!(matches!(line, Err(Fault::Certificate { .. })), "{bad:?}: {line:?}");
        }
    }
}
