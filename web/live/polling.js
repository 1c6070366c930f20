/**
 * The HTTP fallback: asks for the active jobs, and only for those, while the socket cannot be had.
 * Each question waits at the server until there is news (`Prefer: wait`), so this is slow only to begin.
 */

import { backoffSeconds } from './comeback.js';
import { Problem } from './http.js';

// Below the 30 s at which common proxies give up.
const WAIT_SECONDS = 25;
const DEADLINE_MS = (WAIT_SECONDS + 10) * 1000;
// After an answer: the next question waits at the server anyway.
const PAUSE_MS = 1_000;

/**
 * @typedef {import('./wire.js').JobView} JobView
 *
 * @typedef {object} PollerOptions
 * @property {typeof import('./http.js').request} request of the API
 * @property {() => readonly string[]} known ids of the jobs believed active
 * @property {(view: JobView) => void} onView
 * @property {(jobId: string) => void} onMissing
 * @property {(isWorking: boolean) => void} onWorking whether answers come
 */

/** The poller; it rests until `set(true)`. */
export class Poller {
  /** @type {PollerOptions} */
  #options;
  /** @type {Record<string, string>} by job id */
  #etags = {};
  // Asked for until it has come once: a job that begins later is known to whoever began it.
  #hasList = false;
  #isOn = false;
  // Raised at each change: a loop that began before sees that it is no longer meant.
  #round = 0;

  /** @param {PollerOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** @param {boolean} isWanted */
  set(isWanted) {
    if (isWanted === this.#isOn) return;
    this.#isOn = isWanted;
    this.#round += 1;
    this.#etags = {};
    this.#hasList = false;
    if (isWanted) void this.#run(this.#round);
  }

  /** @param {number} round */
  async #run(round) {
    let failures = 0;
    while (round === this.#round) {
      const isWorking = await attempt(() => this.#ask(round));
      if (round !== this.#round) return;
      this.#options.onWorking(isWorking);
      failures = isWorking ? 0 : failures + 1;
      await pause(isWorking ? PAUSE_MS : backoffSeconds(failures, Math.random()) * 1000);
    }
  }

  /** @param {number} round */
  async #ask(round) {
    if (!this.#hasList) await this.#askForList(round);
    await Promise.all(this.#options.known().map((id) => this.#askForJob(id, round)));
  }

  /** @param {number} round an answer that comes after it is for nobody: the reader may have signed out */
  async #askForList(round) {
    const { request, onView } = this.#options;
    const { body } = await request('GET', '/api/jobs?status=active');
    if (round !== this.#round) return;
    this.#hasList = true;
    body.jobs.forEach(onView);
  }

  /**
   * @param {string} id
   * @param {number} round as of `#askForList`
   */
  async #askForJob(id, round) {
    const { request, onView, onMissing } = this.#options;
    const etag = this.#etags[id];
    const headers = etag ? { 'Prefer': `wait=${WAIT_SECONDS}`, 'If-None-Match': etag } : undefined;
    try {
      const { body } = await request('GET', `/api/jobs/${id}`, { headers, deadlineMs: DEADLINE_MS });
      if (!body || round !== this.#round) return;
      this.#etags[id] = `"${body.position}"`;
      onView(body);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 404) throw problem;
      if (round === this.#round) onMissing(id);
    }
  }
}

/**
 * Carry out `ask`; false when the server could not be asked.
 *
 * @param {() => Promise<void>} ask
 * @returns {Promise<boolean>}
 */
async function attempt(ask) {
  try {
    await ask();
    return true;
  } catch (problem) {
    if (problem instanceof Problem) return false;
    throw problem;
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
