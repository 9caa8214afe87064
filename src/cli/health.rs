//! `pricebook health`: checks the health of a server, for health checks of containers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::output;
use super::settings::HealthSettings;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1::handshake;
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

/// Checks the health of a server.
pub async fn health(settings: &HealthSettings) -> Result<(), String> {
    let server = match &settings.server {
        Some(url) => Server::parse(url).map_err(|error| format!("--server {error}"))?,
        None => Server::listening_at(settings.listen.address()?, settings.tls_cert.is_some())?,
    };
    let probe = if settings.live { "/livez" } else { "/readyz" };
    let line = server.probe(probe).await?;
    output::print(&format!("{line}\n"))
}

/// How long a server may take to respond.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of bytes of a response that are read.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// The address of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    is_encrypted: bool,
    host: String,
    port: u16,
    /// The path before that of a probe.
    base: String,
}

impl Server {
    /// Parses a base address such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// A message for the operator, without passwords.
    pub fn parse(url: &str) -> Result<Self, String> {
        let uri = url.parse::<Uri>();
        let uri = uri.map_err(|error| format!("is not the address of a server: {error}"))?;
        let is_encrypted = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err("must start with http:// or https://".to_owned()),
        };
        let authority = uri.authority().ok_or("names no host")?;
        if authority.as_str().contains('@') {
            return Err("must have no user and no password".to_owned());
        }
        if uri.query().is_some() {
            return Err("must have no query".to_owned());
        }
        Ok(Self {
            is_encrypted,
            host: authority.host().to_owned(),
            port: authority
                .port_u16()
                .unwrap_or(if is_encrypted { 443 } else { 80 }),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The server that listens on an address of this machine.
    ///
    /// # Errors
    /// A message for the operator, if the port is 0.
    pub fn listening_at(address: SocketAddr, is_encrypted: bool) -> Result<Self, String> {
        if address.port() == 0 {
            return Err(format!(
                "the port of a server that listens on {address} is unknown; use --server"
            ));
        }
        // The unspecified address cannot be connected to.
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        let host = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Ok(Self {
            is_encrypted,
            host,
            port: address.port(),
            base: String::new(),
        })
    }

    /// Requests a probe; returns a line for the operator if the server is healthy.
    ///
    /// # Errors
    /// A message for the operator, if it is not.
    pub async fn probe(&self, probe: &str) -> Result<String, String> {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        let url = format!("{scheme}://{}:{}{}{probe}", self.host, self.port, self.base);
        let answer = tokio::time::timeout(TIMEOUT, self.get(probe)).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("no response within {TIMEOUT:?}")));
        let (status, body) = answer.map_err(|error| format!("{url} does not answer: {error}"))?;
        if status == StatusCode::OK {
            return Ok(format!("{url} answers 200"));
        }
        let reason = reason(&body).map_or_else(String::new, |reason| format!(": {reason}"));
        Err(format!("{url} answers {}{reason}", status.as_u16()))
    }

    async fn get(&self, probe: &str) -> Result<(StatusCode, Bytes), String> {
        let to_text = |error: &dyn std::fmt::Display| error.to_string();
        let name = self.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((name, self.port)).await;
        let stream = stream.map_err(|error| to_text(&error))?;
        if !self.is_encrypted {
            return self.exchange(stream, probe).await;
        }
        let name = ServerName::try_from(name.to_owned()).map_err(|error| to_text(&error))?;
        let stream = connector()?.connect(name, stream).await;
        self.exchange(stream.map_err(|error| to_text(&error))?, probe)
            .await
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        probe: &str,
    ) -> Result<(StatusCode, Bytes), String> {
        let request = Request::get(format!("{}{probe}", self.base))
            .header("host", format!("{}:{}", self.host, self.port))
            .header("connection", "close")
            .body(Empty::<Bytes>::new())
            .map_err(|error| error.to_string())?;
        let (mut sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        // Its errors show in the response.
        tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_RESPONSE_BYTES);
        let body = body.collect().await.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    }
}

/// The reason that an unhealthy server gives.
fn reason(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let pointers = ["/reads/reason", "/writes/reason", "/error/message"];
    let mut reasons = pointers
        .iter()
        .filter_map(|pointer| body.pointer(pointer)?.as_str());
    reasons.next().map(str::to_owned)
}

/// TLS that accepts any certificate: the certificate is not for the address of this machine, and
/// nothing secret is sent.
fn connector() -> Result<TlsConnector, String> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Accepts every certificate.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn unspecified_addresses_become_loopback() {
        for (address, host) in [
            ("0.0.0.0:8080", "127.0.0.1"),
            ("[::]:8080", "[::1]"),
            ("10.1.2.3:8080", "10.1.2.3"),
        ] {
            let server = Server::listening_at(address.parse().unwrap(), false).unwrap();
            assert_eq!((server.host.as_str(), server.port), (host, 8080));
        }
        assert!(Server::listening_at("127.0.0.1:0".parse().unwrap(), false).is_err());
    }

    #[test]
    fn errors_show_no_password() {
        let server = Server::parse("https://prices.example.com/base/").unwrap();
        assert_eq!((server.port, server.base.as_str()), (443, "/base"));
        assert_eq!(Server::parse("http://[::1]:81").unwrap().host, "[::1]");
        for url in [
            "localhost:80",
            "ftp://a",
            "http://",
            "http://u:hunter2@a",
            "http://a?b",
        ] {
            let error = Server::parse(url).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
