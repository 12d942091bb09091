//! How late things happen on Tokio: what `./thrum measure latency` does with Thrum and with virtual
//! threads.
//!
//!     latency-tokio [SECONDS]
//!
//! wake: the time from a message to the first instruction of the task that waits for it, while other
//! tasks keep the processors busy for half of the time, in bursts of 50 µs.
//!
//! timers: how much later than asked for a sleep ends, with 100,000 tasks that sleep for random times
//! of up to two seconds, again and again. Tokio's timers tick once in a millisecond.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::sleep;

const SLEEPERS: u64 = 100_000;
const BURST: Duration = Duration::from_micros(50);

fn runtime(threads: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_time()
        .build()
        .expect("a runtime")
}

fn burn() {
    let end = Instant::now() + BURST;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

fn row(name: &str, mut all: Vec<u64>) {
    all.sort_unstable();
    let at = |part: f64| all[(all.len() as f64 * part) as usize] as f64 / 1e3;
    println!(
        "{:<24} {:>9} samples   p50 {:>8.1} µs   p99 {:>8.1} µs   p99.9 {:>8.1} µs",
        name,
        all.len(),
        at(0.5),
        at(0.99),
        at(0.999)
    );
}

async fn wake(threads: usize, seconds: u64) -> Vec<u64> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut load = Vec::new();
    for _ in 0..20 * threads {
        let stop = stop.clone();
        load.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                burn();
                sleep(39 * BURST).await; // 20 for each processor: each is busy for half of the time
            }
        }));
    }
    let mut samples = Vec::new();
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        let (sender, receiver) = oneshot::channel::<Instant>();
        let waiter = tokio::spawn(async move {
            let woken = receiver.await.expect("a message");
            woken.elapsed().as_nanos() as u64
        });
        sleep(Duration::from_millis(1)).await;
        sender.send(Instant::now()).expect("a receiver");
        samples.push(waiter.await.expect("no panic"));
    }
    stop.store(true, Ordering::Relaxed);
    for handle in load {
        handle.await.expect("no panic");
    }
    samples
}

/// Below two seconds, in nanoseconds; SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) % 2_000_000_000
}

async fn timers(seconds: u64) -> Vec<u64> {
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut handles = Vec::new();
    for i in 0..SLEEPERS {
        handles.push(tokio::spawn(async move {
            let mut random = i;
            let mut samples = Vec::new();
            while Instant::now() < end {
                let asked = Duration::from_nanos(next(&mut random));
                let begin = Instant::now();
                sleep(asked).await;
                samples.push((begin.elapsed() - asked).as_nanos() as u64);
            }
            samples
        }));
    }
    let mut all = Vec::new();
    for handle in handles {
        all.extend(handle.await.expect("no panic"));
    }
    all
}

fn main() {
    let seconds = std::env::args()
        .nth(1)
        .map_or(10, |text| text.parse().expect("SECONDS, a number"));
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let runtime = runtime(threads);
    // As a task each, not on the thread outside, which would be one more to switch to.
    let measure = |name: &str, seconds: u64, of_wakes: bool| {
        let task = if of_wakes {
            runtime.spawn(wake(threads, seconds))
        } else {
            runtime.spawn(timers(seconds))
        };
        let samples = runtime.block_on(task).expect("no panic");
        if !name.is_empty() {
            row(name, samples);
        }
    };
    measure("", 1, true);
    measure("wake, Tokio", seconds, true);
    measure("", 1, false);
    measure("timers, Tokio", seconds, false);
}
