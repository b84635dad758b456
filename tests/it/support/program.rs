//! Servers and clients of other people, started for a test: nginx, an S3-compatible server, Python with the tools.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

/// How often, and how long each time, it is looked whether a server is up.
const TRIES: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(20);
/// Asked for to know that everything before it is in the log.
const LAST: &str = "/last";
/// Where it stands in the file that is shipped.
const LISTEN: &str = "    listen 80;\n";
const ROOT: &str = "    root /srv/civic-kiosk;\n";

/// A program that ends with the test.
pub struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    /// Starts `command` and waits until it takes connections.
    fn listening(command: &mut Command, port: u16, log: &Path) -> Self {
        let file = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let mut program = Self(command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}")));
        for _ in 0..TRIES {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return program;
            }
            let ended = program.0.try_wait().unwrap();
            let told = || std::fs::read_to_string(log).unwrap_or_default();
            assert!(ended.is_none(), "{command:?} ended: {}", told());
            std::thread::sleep(BETWEEN);
        }
        panic!("{command:?} does not listen on {port}");
    }
}

/// A port that nobody has now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Debian's nginx with the configuration that is shipped; only address and folder are the test's.
pub struct Nginx {
    folder: TempDir,
    port: u16,
    tls_port: u16,
    program: Option<Program>,
}

impl Nginx {
    pub fn start(repository: &Path) -> Self {
        Self::start_with(repository, "")
    }

    /// With more directives around the site, as a machine may have them for all its sites.
    pub fn start_with(repository: &Path, around: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut nginx = Self { folder, port: free_port(), tls_port: free_port(), program: None };
        nginx.certify();
        nginx.write_site(repository);
        nginx.restart(around);
        nginx
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn tls_address(&self, host: &str) -> String {
        format!("https://{host}:{}", self.tls_port)
    }

    /// The certificate of the authority that vouches for this server, in PEM.
    pub fn ca(&self) -> Vec<u8> {
        std::fs::read(self.path("ca.pem")).unwrap()
    }

    /// Ends at once, in the middle of whatever it is sending.
    pub fn kill(&mut self) {
        self.program = None;
    }

    /// Starts again on the same port.
    pub fn restart(&mut self, around: &str) {
        self.program = None;
        let dir = self.folder.path().display();
        let mut main = format!("daemon off;\nmaster_process off;\npid {dir}/pid;\nerror_log {dir}/error.log;\n");
        main.push_str("events { worker_connections 64; }\nhttp {\n");
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            let _ = writeln!(main, "{kind}_temp_path {dir}/tmp;");
        }
        main.push_str(
            "log_format seen '$request_method $uri $status $bytes_sent $body_bytes_sent \"$http_range\" \"$sent_http_cache_control\"';\n",
        );
        let _ = writeln!(main, "access_log {dir}/access.log seen;\n{around}\ninclude {dir}/site.conf;\n}}");
        std::fs::write(self.path("nginx.conf"), main).unwrap();
        let name = if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
        let mut command = Command::new(name);
        command.arg("-p").arg(self.folder.path()).arg("-e").arg(self.path("error.log"));
        command.arg("-c").arg(self.path("nginx.conf"));
        self.program = Some(Program::listening(&mut command, self.port, &self.path("nginx.log")));
    }

    /// What was asked since the last call, a line each: method, path, status, bytes, bytes of the body, range, caching.
    pub fn take_log(&self) -> Vec<Vec<String>> {
        // A line is written after its answer was sent, but before the next question is answered.
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("GET {LAST} HTTP/1.0\r\n\r\n").as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
        let path = self.path("access.log");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(&path, "").unwrap();
        let quoted = |line: &str| {
            let mut parts = line.split('"');
            let mut words: Vec<String> = parts.next().unwrap().split_whitespace().map(str::to_owned).collect();
            words.extend(parts.step_by(2).map(str::to_owned));
            words
        };
        text.lines().map(quoted).filter(|words| words[1] != LAST).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_site(&self, repository: &Path) {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/nginx.conf");
        let text = std::fs::read_to_string(shipped).unwrap();
        assert!(text.contains(LISTEN) && text.contains(ROOT));
        let (dir, port, tls_port) = (self.folder.path().display(), self.port, self.tls_port);
        let listen = format!(
            "listen 127.0.0.1:{port};\nlisten 127.0.0.1:{tls_port} ssl;\nssl_certificate {dir}/site.pem;\nssl_certificate_key {dir}/site.key;\n"
        );
        let text = text.replace(LISTEN, &listen).replace(ROOT, &format!("root {};\n", repository.display()));
        std::fs::write(self.path("site.conf"), text).unwrap();
    }

    /// An authority of our own and a certificate of `localhost` by it, for a day.
    fn certify(&self) {
        std::fs::write(self.path("site.ext"), "subjectAltName=DNS:localhost\n").unwrap();
        let script = "set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=office-ca \\
                -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \\
                -keyout site.key -out site.csr
            openssl x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile site.ext -out site.pem";
        let output = Command::new("sh").arg("-c").arg(script).current_dir(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Python with the tools of `tests/python`, installed on first use.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/python.sh");
        let output = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "deploy/python.sh could not make the Python of the tests");
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
    })
}

/// An S3-compatible server.
pub struct S3 {
    folder: TempDir,
    pub port: u16,
    _program: Program,
}

impl S3 {
    pub fn start() -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let mut command = Command::new(python());
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        let program = Program::listening(&mut command, port, &folder.path().join("log"));
        Self { folder, port, _program: program }
    }

    /// Method, path and status of what was asked so far.
    pub fn log(&self) -> Vec<(String, String, String)> {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        let plain = text.replace('\u{1b}', "");
        let line = |line: &str| {
            let (_, rest) = line.split_once('"')?;
            let (asked, status) = rest.rsplit_once('"')?;
            // Colours of a terminal stand before the method.
            let asked = asked.trim_start_matches(|c: char| !c.is_ascii_uppercase());
            let mut words = asked.split(' ');
            let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
            Some((method, path, status.split_whitespace().next()?.to_owned()))
        };
        plain.lines().filter_map(line).collect()
    }
}
