/**
 * The jobs of this browser's user as one observable value. Holds the state of `jobs.js`, the clocks of running jobs and
 * the memory of earlier visits; never opens a connection.
 */

import { hear, read } from './elapsed.js';
import { adopt, forget, initialJobs, knownIds, newestFirst, receive } from './jobs.js';
import { isActive } from './view.js';

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {import('./wire.js').ServerFrame} ServerFrame
 * @typedef {import('./jobs.js').Jobs} Jobs
 * @typedef {import('./jobs.js').Outcome} Outcome
 * @typedef {import('./jobs.js').Change} Change
 * @typedef {import('./connection.js').Status | 'polling'} LiveStatus
 */

/**
 * Never changed once given out, and the same object until something changes (React: useSyncExternalStore).
 *
 * @typedef {object} LiveSnapshot
 * @property {LiveStatus} status of the connection
 * @property {boolean} isSettled whether the server has said which jobs are active
 * @property {readonly JobView[]} jobs newest first
 * @property {JobView | null} active the one generation that is running
 */

/**
 * @typedef {object} StoreOptions
 * @property {import('./memory.js').Memory} memory
 * @property {() => number} now monotonic milliseconds
 * @property {() => number} wallClock milliseconds since 1970
 */

/**
 * Create the store.
 *
 * @param {StoreOptions} options
 */
export function createJobsStore({ memory, now, wallClock }) {
  let jobs = initialJobs(memory.load());
  /** @type {LiveSnapshot} */
  let snapshot = { status: 'idle', isSettled: false, jobs: [], active: null };
  /** @type {Record<string, import('./elapsed.js').Elapsed>} */
  let clocks = {};
  let serverAheadMs = 0;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {Set<(change: Change) => void>} */
  const watchers = new Set();

  /** @param {Jobs} next */
  function keep(next) {
    if (next === jobs) return;
    const before = knownIds(jobs).join();
    jobs = next;
    const known = knownIds(jobs);
    if (known.join() !== before) memory.save(known);
    clocks = Object.fromEntries(Object.entries(clocks).filter(([id]) => known.includes(id)));
    const views = Object.values(jobs.views).sort(newestFirst);
    publish({ ...snapshot, jobs: views, active: views.find(isActive) ?? null });
  }

  /** @param {LiveSnapshot} next */
  function publish(next) {
    snapshot = next;
    listeners.forEach((listener) => listener());
  }

  /** @param {Outcome} outcome */
  function settle(outcome) {
    keep(outcome.jobs);
    for (const change of outcome.changes) watchers.forEach((watcher) => watcher(change));
  }

  /** @param {JobView} view */
  function hearClock({ id, elapsed_seconds }) {
    clocks[id] = hear(clocks[id], elapsed_seconds, now());
  }

  /** @param {ServerFrame} frame */
  function readClocks(frame) {
    if (frame.type === 'elapsed') {
      for (const [id, seconds] of Object.entries(frame.jobs)) clocks[id] = hear(clocks[id], seconds, now());
    }
    if (frame.type === 'snapshot') frame.jobs.filter(isActive).forEach(hearClock);
    if (frame.type === 'job.queued') hearClock(frame.job);
    // Events may have lain in a log; what is made for this connection tells the time.
    if (frame.type === 'elapsed' || frame.type === 'snapshot') serverAheadMs = Date.parse(frame.at) - wallClock();
  }

  return {
    /** @returns {LiveSnapshot} */
    getSnapshot: () => snapshot,

    /**
     * Call back after every change of the snapshot; returns how to stop.
     *
     * @param {() => void} listener
     */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /**
     * Call back once for every job that ends; returns how to stop.
     *
     * @param {(change: Change) => void} watcher
     */
    onChange(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },

    /**
     * Take in a frame; returns the ids of jobs that need a `sync`.
     *
     * @param {ServerFrame} frame
     * @returns {readonly string[]}
     */
    receive(frame) {
      readClocks(frame);
      const outcome = receive(jobs, frame);
      settle(outcome);
      if (frame.type === 'snapshot' && frame.complete && !snapshot.isSettled) publish({ ...snapshot, isSettled: true });
      return outcome.syncs;
    },

    /**
     * Take in a view that an HTTP answer brought.
     *
     * @param {JobView} view
     */
    adopt(view) {
      if (isActive(view)) hearClock(view);
      settle(adopt(jobs, view));
    },

    /** @param {string} jobId of a job that the server does not know */
    forget: (jobId) => keep(forget(jobs, jobId)),

    /** @returns {string[]} ids of the jobs believed active */
    known: () => knownIds(jobs),

    /** Forget everything: another user may be next. */
    clear() {
      keep(initialJobs([]));
      publish({ ...snapshot, isSettled: false });
    },

    /** @param {LiveStatus} status */
    setStatus(status) {
      if (status !== snapshot.status) publish({ ...snapshot, status });
    },

    /**
     * Return how long a job has taken: by the server's word, with the local clock in between.
     *
     * @param {JobView} view
     * @returns {number} seconds
     */
    elapsedSeconds(view) {
      const clock = clocks[view.id];
      return isActive(view) && clock ? read(clock, now()) : view.elapsed_seconds;
    },

    /** @returns {number} the server's time in milliseconds since 1970 */
    serverNow: () => wallClock() + serverAheadMs,
  };
}
