//! TLS, with a certificate that can be reloaded while the server runs.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{ServerConfig, version};

/// The only supported protocol.
const PROTOCOL: &[u8] = b"http/1.1";

/// The files of the certificate.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The PEM file with the certificate chain.
    pub certificate: PathBuf,
    /// The PEM file with the private key.
    pub key: PathBuf,
}

/// A TLS acceptor with a certificate that can be reloaded.
pub struct Tls {
    files: TlsFiles,
    current: Arc<Current>,
    acceptor: TlsAcceptor,
}

/// The certificate for new connections.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(current.clone())
    }
}

impl Tls {
    /// Reads the certificate.
    ///
    /// # Errors
    /// A message for the operator.
    pub fn load(files: TlsFiles) -> Result<Self, String> {
        let provider = Arc::new(ring::default_provider());
        let read = read(&files, &provider)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(read))));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(|error| format!("TLS cannot be set up: {error}"))?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(Self {
            files,
            current,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }

    /// Reads the certificate again, for new connections. If it cannot be used, the old one stays.
    ///
    /// # Errors
    /// A message for the operator.
    pub fn reload(&self) -> Result<(), String> {
        let read = read(&self.files, &ring::default_provider())?;
        let mut current = self
            .current
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(read);
        Ok(())
    }

    /// The acceptor for new connections.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish()
    }
}

fn read(files: &TlsFiles, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let TlsFiles { certificate, key } = files;
    let no_certificate = |error: &dyn std::fmt::Display| {
        format!(
            "cannot read the certificate {}: {error}",
            certificate.display()
        )
    };
    let chain =
        CertificateDer::pem_file_iter(certificate).map_err(|error| no_certificate(&error))?;
    let chain: Result<Vec<_>, _> = chain.collect();
    let chain = chain.map_err(|error| no_certificate(&error))?;
    if chain.is_empty() {
        return Err(no_certificate(&"the file contains none"));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| format!("cannot read the key {}: {error}", key.display()))?;
    CertifiedKey::from_der(chain, private, provider).map_err(|error| {
        let (certificate, key) = (certificate.display(), key.display());
        format!("the certificate {certificate} and the key {key} cannot be used: {error}")
    })
}
