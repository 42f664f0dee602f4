//! Certificates: checked as the system checks them, and described where they are refused, so that the user sees
//! what was presented. Nothing here accepts what the system refuses.

mod der;

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::api::setup_error::SetupError;

/// How connections are encrypted: certificates of the system, and of `ca_pem` besides them.
///
/// # Errors
/// The certificates cannot be read, or the system's cannot be used.
pub(super) fn encryption(ca_pem: Option<&[u8]>) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let inner = match ca_pem {
        None => Verifier::new(Arc::clone(&provider)),
        Some(pem) => Verifier::new_with_extra_roots(authorities(pem)?, Arc::clone(&provider)),
    };
    let inner = inner.map_err(|error| SetupError::SystemCertificates(error.to_string()))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::Encryption(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Examiner { inner: Arc::new(inner) }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates of a file.
///
/// # Errors
/// There is none, or one cannot be read.
pub(super) fn authorities(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, SetupError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let all = all.map_err(|error| SetupError::CaFile(error.to_string()))?;
    if all.is_empty() { Err(SetupError::NoCertificate) } else { Ok(all) }
}

/// A certificate that was refused.
#[derive(Debug)]
pub(super) struct Refused {
    /// Why.
    pub reason: CertificateError,
    /// Subject, issuer and dates in words; empty where they cannot be read.
    pub described: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.reason, self.described)
    }
}

impl std::error::Error for Refused {}

/// Leaves each decision to the system's verifier, and keeps a description of what it refused.
#[derive(Debug)]
struct Examiner {
    inner: Arc<dyn ServerCertVerifier>,
}

impl ServerCertVerifier for Examiner {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verdict.map_err(|error| match error {
            Error::InvalidCertificate(reason) => {
                let described = der::described(end_entity).unwrap_or_default();
                Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Refused { reason, described }))))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
