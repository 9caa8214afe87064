//! The address that a server listens on.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;

use crate::cli::environment;

/// Where the server listens.
#[derive(Debug, Args)]
pub struct ListenSettings {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080, or
    /// 0.0.0.0:PORT if the variable PORT is set]
    #[arg(long, env = "PRICEBOOK_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
}

impl ListenSettings {
    /// The address.
    ///
    /// # Errors
    /// A message for the operator, if PORT is not a port.
    pub fn address(&self) -> Result<SocketAddr, String> {
        if let Some(address) = self.listen {
            return Ok(address);
        }
        let Some(port) = environment::value("PORT") else {
            return Ok((Ipv4Addr::LOCALHOST, 8080).into());
        };
        let port = port.to_str().and_then(|port| port.parse::<u16>().ok());
        let port =
            port.ok_or("PORT must be a number from 0 to 65535, unless PRICEBOOK_LISTEN is set")?;
        Ok((Ipv4Addr::UNSPECIFIED, port).into())
    }
}
