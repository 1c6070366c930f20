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
 * @typedef {import('./line.js').LineStatus} LiveStatus
 */

/**
 * Never changed once given out, and the same object until something changes (React: useSyncExternalStore).
 *
 * @typedef {object} LiveSnapshot
 * @property {LiveStatus} status of the connection
 * @property {number | null} retryAt when connecting is tried again, in milliseconds since 1970
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

/** The store. Its public functions may be passed around on their own. */
export class JobsStore {
  /** @type {StoreOptions} */
  #options;
  /** @type {Jobs} */
  #jobs;
  /** @type {LiveSnapshot} */
  #snapshot = { status: 'idle', retryAt: null, isSettled: false, jobs: [], active: null };
  /** @type {Jobs['views'] | null} the views that the snapshot was made of */
  #shownViews = null;
  /** @type {Record<string, import('./elapsed.js').Elapsed>} by job id */
  #clocks = {};
  #serverAheadMs = 0;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {Set<(change: Change) => void>} */
  #watchers = new Set();

  /** @param {StoreOptions} options */
  constructor(options) {
    this.#options = options;
    this.#jobs = initialJobs(options.memory.load());
  }

  /** @returns {LiveSnapshot} */
  getSnapshot = () => this.#snapshot;

  /**
   * Call back after every change of the snapshot; returns how to stop.
   *
   * @param {() => void} listener
   */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /**
   * Call back once for every job that ends; returns how to stop.
   *
   * @param {(change: Change) => void} watcher
   */
  onChange = (watcher) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  /**
   * Take in a frame; returns the ids of jobs that need a `sync`.
   *
   * @param {ServerFrame} frame
   * @returns {readonly string[]}
   */
  receive = (frame) => {
    this.#readClocks(frame);
    const outcome = receive(this.#jobs, frame);
    this.#settle(outcome);
    if (frame.type === 'snapshot' && frame.complete) this.#publish({ isSettled: true });
    return outcome.syncs;
  };

  /**
   * Take in a view that an HTTP answer brought; returns whether it says anything new.
   *
   * @param {JobView} view
   * @returns {boolean}
   */
  adopt = (view) => {
    if (isActive(view)) this.#hear(view.id, view.elapsed_seconds);
    const outcome = adopt(this.#jobs, view, this.serverNow());
    const isNew = outcome.jobs !== this.#jobs;
    this.#settle(outcome);
    return isNew;
  };

  /** @param {string} jobId of a job that the server does not know */
  forget = (jobId) => this.#keep(forget(this.#jobs, jobId));

  /** @returns {string[]} ids of the jobs believed active */
  known = () => knownIds(this.#jobs);

  /** Forget everything: another user may be next. */
  clear = () => {
    // The status first: whoever clears because of it must not see it again.
    this.#publish({ status: 'idle', retryAt: null, isSettled: false });
    this.#keep(initialJobs([]));
  };

  /** @param {{status: LiveStatus, retryAt: number | null}} line */
  setLine = ({ status, retryAt }) => this.#publish({ status, retryAt });

  /** @returns {import('./wire.js').Snapshot} all that is known, as a server would say it now */
  toFrame = () => {
    const { jobs, isSettled } = this.#snapshot;
    const views = jobs.map((view) => ({ ...view, elapsed_seconds: this.elapsedSeconds(view) }));
    return { type: 'snapshot', at: new Date(this.serverNow()).toISOString(), complete: isSettled, jobs: views };
  };

  /**
   * Return how long a job has taken: by the server's word, with the local clock in between.
   *
   * @param {JobView} view
   * @returns {number} seconds
   */
  elapsedSeconds = (view) => {
    const clock = this.#clocks[view.id];
    return isActive(view) && clock ? read(clock, this.#options.now()) : view.elapsed_seconds;
  };

  /** @returns {number} the server's time in milliseconds since 1970 */
  serverNow = () => this.#options.wallClock() + this.#serverAheadMs;

  /** @param {Outcome} outcome */
  #settle({ jobs, changes }) {
    this.#keep(jobs);
    for (const change of changes) this.#watchers.forEach((watcher) => watcher(change));
  }

  /** @param {Jobs} jobs */
  #keep(jobs) {
    if (jobs === this.#jobs) return;
    const before = this.known();
    this.#jobs = jobs;
    const known = this.known();
    if (known.join() !== before.join()) this.#options.memory.save(known);
    this.#clocks = Object.fromEntries(Object.entries(this.#clocks).filter(([id]) => known.includes(id)));
    if (jobs.views !== this.#shownViews) this.#show(jobs.views);
  }

  /** @param {Jobs['views']} views */
  #show(views) {
    this.#shownViews = views;
    const jobs = Object.values(views).sort(newestFirst);
    this.#publish({ jobs, active: jobs.find(isActive) ?? null });
  }

  /** @param {Partial<LiveSnapshot>} changes */
  #publish(changes) {
    const next = { ...this.#snapshot, ...changes };
    const names = /** @type {(keyof LiveSnapshot)[]} */ (Object.keys(next));
    if (names.every((name) => next[name] === this.#snapshot[name])) return;
    this.#snapshot = next;
    this.#listeners.forEach((listener) => listener());
  }

  /** @param {ServerFrame} frame */
  #readClocks(frame) {
    if (frame.type === 'elapsed') Object.entries(frame.jobs).forEach(([id, seconds]) => this.#hear(id, seconds));
    if (frame.type === 'snapshot')
      frame.jobs.filter(isActive).forEach((job) => this.#hear(job.id, job.elapsed_seconds));
    if (frame.type === 'job.queued') this.#hear(frame.job.id, frame.job.elapsed_seconds);
    // Events may have lain in a log; what is made for this connection tells the time.
    const isFresh = frame.type === 'elapsed' || frame.type === 'snapshot';
    if (isFresh) this.#serverAheadMs = Date.parse(frame.at) - this.#options.wallClock();
  }

  /**
   * @param {string} jobId
   * @param {number} seconds
   */
  #hear(jobId, seconds) {
    this.#clocks[jobId] = hear(this.#clocks[jobId], seconds, this.#options.now());
  }
}
