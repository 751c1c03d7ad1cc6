//! How a connection is encrypted and the server's certificate checked: `sslmode`, as libpq means it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::conninfo::Keywords;

/// The values of `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// No encryption.
    Disable,
    /// Encryption only when the server insists.
    Allow,
    /// Encryption when the server offers it.
    Prefer,
    /// Encryption, whoever the server is.
    Require,
    /// Encryption, and the certificate comes from an authority that is trusted.
    VerifyCa,
    /// The same, and the certificate names the host.
    VerifyFull,
}

const MODES: [(TlsMode, &str); 6] = [
    (TlsMode::Disable, "disable"),
    (TlsMode::Allow, "allow"),
    (TlsMode::Prefer, "prefer"),
    (TlsMode::Require, "require"),
    (TlsMode::VerifyCa, "verify-ca"),
    (TlsMode::VerifyFull, "verify-full"),
];

impl fmt::Display for TlsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, name) = MODES.iter().find(|(mode, _)| mode == self).expect("every mode has a name");
        f.write_str(name)
    }
}

/// What a URL says about encryption.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The mode in force.
    pub mode: TlsMode,
    roots: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Tls {
    /// Reads `sslmode` and the files; like libpq, a root certificate makes `require` verify the authority.
    pub fn new(keywords: &Keywords, home: Option<&Path>) -> Result<Self, String> {
        let given = keywords.get("sslmode").map_or("prefer", String::as_str);
        let find = |name| MODES.iter().find(|(_, text)| *text == name).map(|(mode, _)| *mode);
        let mut mode = find(given).ok_or_else(|| format!("sslmode \"{given}\" is unknown"))?;
        let file = |keyword: &str, name: &str| {
            let default = || home.map(|home| home.join(".postgresql").join(name)).filter(|path| path.exists());
            keywords.get(keyword).map(PathBuf::from).or_else(default)
        };
        let mut roots = file("sslrootcert", "root.crt");
        if roots.as_deref() == Some(Path::new("system")) {
            (roots, mode) = (None, TlsMode::VerifyFull);
        }
        if mode == TlsMode::Require && roots.is_some() {
            mode = TlsMode::VerifyCa;
        }
        Ok(Self { mode, roots, certificate: file("sslcert", "postgresql.crt"), key: file("sslkey", "postgresql.key") })
    }

    /// The driver's connector.
    pub fn connector(&self) -> Result<MakeRustlsConnect, String> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier(provider)?);
        let mut config = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
                builder.with_client_auth_cert(certificates(certificate)?, key).map_err(|error| error.to_string())?
            }
            _ => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(MakeRustlsConnect::new(config))
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<Verifier>, String> {
        let checks_name = self.mode == TlsMode::VerifyFull;
        let (authorities, known) = match self.mode {
            TlsMode::VerifyCa | TlsMode::VerifyFull => {
                let certificates = self.trusted()?;
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(certificates.iter().cloned());
                let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
                (Some(verifier.build().map_err(|error| error.to_string())?), certificates)
            }
            TlsMode::Disable | TlsMode::Allow | TlsMode::Prefer | TlsMode::Require => (None, Vec::new()),
        };
        Ok(Arc::new(Verifier { provider, authorities, known, checks_name }))
    }

    /// The certificates of `sslrootcert`, else those that this machine trusts.
    fn trusted(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        let found = match &self.roots {
            Some(file) => certificates(file)?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        if found.is_empty() {
            Err("no root certificates were found; name a file in sslrootcert".to_owned())
        } else {
            Ok(found)
        }
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    read.map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &rustls::pki_types::pem::Error) -> String {
    format!("cannot read the certificate file {}: {error}", file.display())
}

/// Checks as much of a certificate as the mode asks for; that the server holds its key is always checked.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    authorities: Option<Arc<WebPkiServerVerifier>>,
    /// A server's own certificate among them is trusted without an authority.
    known: Vec<CertificateDer<'static>>,
    checks_name: bool,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else { return Ok(ServerCertVerified::assertion()) };
        if self.known.iter().any(|known| known == certificate) {
            if self.checks_name {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match authorities.verify_server_cert(certificate, chain, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
