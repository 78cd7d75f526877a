# One image, started in different roles: `brokerdesk api`, `brokerdesk workers`, `brokerdesk migrate`.

FROM node:24-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web ./
RUN npm run build

# The same Debian as below, for the same C library.
FROM rust:1.95-bookworm AS server
WORKDIR /src
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY migrations migrations
COPY templates templates
COPY platform platform
COPY workers workers
COPY provisioner provisioner
COPY tenant-api tenant-api
COPY --from=web /src/web/dist web/dist
RUN cargo build --release --locked -p brokerdesk

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=server /src/target/release/brokerdesk /usr/local/bin/brokerdesk
# Nothing is written to the disk; the root file system may be read-only.
USER 10001:10001
EXPOSE 8080 9090
ENTRYPOINT ["brokerdesk"]
CMD ["api"]
