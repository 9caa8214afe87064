# syntax=docker/dockerfile:1
# The server as an image: docker build -t pricebook .
#
# The catalog of a container without DATABASE_URL is in the volume /var/lib/pricebook.

FROM rust:1.95-slim-trixie AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin pricebook

FROM debian:trixie-slim
# Authorities that prove who a PostgreSQL is, for sslmode=verify-full.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/pricebook --create-home pricebook
COPY --from=build /build/target/release/pricebook /usr/local/bin/pricebook
USER 10001:10001
WORKDIR /var/lib/pricebook
VOLUME /var/lib/pricebook
ENV PORT=8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["pricebook", "health"]
ENTRYPOINT ["pricebook"]
CMD ["serve"]
