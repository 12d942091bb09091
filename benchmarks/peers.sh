#!/usr/bin/env bash
# peers.sh WORKLOAD [--threads T] [--n N] [--warmup W] [--runs R]
# One workload of Thrum in a fresh JVM, as one line of JSON; status 3 if there is no such workload.
# A driver that runs several systems side by side can call it, or link to it.
#
# The JVM flags are those that JVM systems get in such a comparison: a fixed heap, touched
# beforehand, so that neither heap growth nor page faults are measured; but for the sleepers, whose
# memory is measured, the smallest collector and a heap that grows only as far as it must.
# PEERS_JVM_FLAGS: further flags, appended.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
if [ "${1:-}" = sleepers ]; then
    flags='-XX:+UseSerialGC -Xmx6g'
else
    flags='-XX:+UseParallelGC -Xms4g -Xmx6g -Xmn2g -XX:+AlwaysPreTouch'
fi
export JDK_JAVA_OPTIONS="$flags ${PEERS_JVM_FLAGS:-}"
exec "$root/thrum" bench "$@" --json
