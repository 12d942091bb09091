#!/usr/bin/env bash
# startup.sh [ROUNDS]
# Milliseconds from the start of a JVM to the first line that Hello prints, woven at run time and woven
# by the build, beside the same program on virtual threads; all compiled beforehand, cold and with an
# AOT cache of their own. Median (minimum) of ROUNDS (21) in turns; and the median of the processor time
# of the whole run, which others on the machine change less. JAVA_HOME has to be a JDK 25.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
rounds=${1:-21}
java=${JAVA_HOME:?has to be a JDK 25}/bin/java
work=$root/benchmarks/target/startup
rm -rf "$work"
mkdir -p "$work/classes"
[ -f "$root/core/target/thrum.jar" ] || "$root/thrum" run "$root/examples/src/main/java/Hello.java" >/dev/null
cp "$root/core/target/thrum.jar" "$work/thrum.jar"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$work/thrum.jar" \
    "$root/examples/src/main/java/Hello.java" "$root/benchmarks/startup/VirtualThreadsHello.java"
"$JAVA_HOME/bin/jar" --create --file "$work/hello.jar" -C "$work/classes" .
"$java" -cp "$work/thrum.jar" "$root/benchmarks/startup/Weave.java" "$work/classes" "$work/thrum.jar"
"$JAVA_HOME/bin/jar" --create --file "$work/woven.jar" -C "$work/classes" .
cd "$work"

names=(thrum thrum-aot woven woven-aot virtual-threads virtual-threads-aot)
options_of() { # NAME: the options and the class of a variant
    case $1 in
        thrum) echo "-cp thrum.jar:hello.jar Hello" ;;
        thrum-aot) echo "-XX:AOTCache=thrum.aot -cp thrum.jar:hello.jar Hello" ;;
        woven) echo "-cp thrum.jar:woven.jar Hello" ;;
        woven-aot) echo "-XX:AOTCache=woven.aot -cp thrum.jar:woven.jar Hello" ;;
        virtual-threads) echo "-cp hello.jar VirtualThreadsHello" ;;
        virtual-threads-aot) echo "-XX:AOTCache=virtual.aot -cp hello.jar VirtualThreadsHello" ;;
    esac
}
"$java" -XX:AOTCacheOutput=thrum.aot -cp thrum.jar:hello.jar Hello >/dev/null 2>&1
"$java" -XX:AOTCacheOutput=woven.aot -cp thrum.jar:woven.jar Hello >/dev/null 2>&1
"$java" -XX:AOTCacheOutput=virtual.aot -cp hello.jar VirtualThreadsHello >/dev/null 2>&1

export LC_ALL=C # decimal points
TIMEFORMAT='%U %S'
for ((round = 0; round < rounds; round++)); do
    for name in "${names[@]}"; do
        # shellcheck disable=SC2046 # words on purpose
        begin=$(date +%s%N)
        end=$({ time "$java" $(options_of "$name") 2>/dev/null; } 2>>"$name.processor" |
            { read -r _; date +%s%N; })
        echo $(((end - begin) / 10000)) >>"$name.times"
    done
done

middle_and_least() { # of hundredths
    sort -n | awk '{ value[NR] = $1 / 100 } END { print value[int((NR + 1) / 2)], value[1] }'
}
for name in "${names[@]}"; do
    read -r middle least < <(middle_and_least <"$name.times")
    read -r processor _ < <(awk '{ print ($1 + $2) * 100000 }' "$name.processor" | middle_and_least)
    printf '%-20s %6.1f ms (%.1f), processor %6.1f ms\n' "$name" "$middle" "$least" "$processor"
done
