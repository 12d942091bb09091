#!/usr/bin/env bash
# run.sh [SECONDS]: the latencies of Tokio, as `./thrum measure latency` tells those of Thrum and of
# virtual threads. Needs cargo, and Debian's librust-tokio-dev or the network.
set -euo pipefail
cd "$(dirname "$0")"
command -v cargo >/dev/null || { echo "run.sh: needs cargo, which is not on the PATH" >&2; exit 1; }
debian=/usr/share/cargo/registry
options=(--quiet --release)
if compgen -G "$debian/tokio-1*" >/dev/null; then
    options+=(
        --offline
        --config 'source.crates-io.replace-with="debian"'
        --config "source.debian.directory=\"$debian\""
    )
fi
cargo build "${options[@]}"
exec target/release/latency-tokio "$@"
