//! Work in parts, on as many threads as there are. The order of the results is that of the parts, whoever did them.

/// The results of `task` for each part from 0 on. `make` makes what a thread uses for one part after the other.
#[cfg(feature = "rayon")]
pub(super) fn map<W, T: Send>(
    parts: usize,
    threads: usize,
    make: impl Fn() -> W + Sync + Send,
    task: impl Fn(&mut W, usize) -> T + Sync + Send,
) -> Vec<T> {
    use rayon::prelude::{IntoParallelIterator, ParallelIterator};
    if parts <= 1 || threads == 1 {
        return one_by_one(parts, make, task);
    }
    let all = || (0..parts).into_par_iter().map_init(&make, |worker, part| task(worker, part)).collect();
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) if threads > 0 => pool.install(all),
        // the threads that the program has anyway
        _ => all(),
    }
}

#[cfg(not(feature = "rayon"))]
pub(super) fn map<W, T>(
    parts: usize,
    _threads: usize,
    make: impl Fn() -> W,
    task: impl Fn(&mut W, usize) -> T,
) -> Vec<T> {
    one_by_one(parts, make, task)
}

fn one_by_one<W, T>(parts: usize, make: impl Fn() -> W, task: impl Fn(&mut W, usize) -> T) -> Vec<T> {
    let mut worker = make();
    (0..parts).map(|part| task(&mut worker, part)).collect()
}

/// How many threads there will be.
pub(super) fn count(threads: usize) -> usize {
    #[cfg(feature = "rayon")]
    let most = rayon::current_num_threads();
    #[cfg(not(feature = "rayon"))]
    let most = 1;
    if threads == 0 { most } else { threads }
}
