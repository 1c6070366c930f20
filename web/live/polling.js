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
const UNAUTHORIZED = 401;

/**
 * @typedef {import('./wire.js').JobView} JobView
 *
 * @typedef {object} PollerOptions
 * @property {typeof import('./http.js').request} request of the API
 * @property {() => readonly string[]} known ids of the jobs believed active
 * @property {(view: JobView) => void} onView
 * @property {(jobId: string) => void} onMissing
 * @property {(isWorking: boolean) => void} onWorking whether answers come
 * @property {() => Promise<boolean>} renewSession called when the server rejects the session; whether it helped
 * @property {() => void} onSignedOut called when it did not; nothing is asked after that
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
      const problem = await problemOf(() => this.#askSignedIn(round));
      if (round !== this.#round) return;
      if (isRejection(problem)) return this.#options.onSignedOut();
      this.#options.onWorking(problem === null);
      failures = problem ? failures + 1 : 0;
      await pause(problem ? backoffSeconds(failures, Math.random()) * 1000 : PAUSE_MS);
    }
  }

  /** @param {number} round whose question is asked once more if a renewed session may help */
  async #askSignedIn(round) {
    const problem = await problemOf(() => this.#ask(round));
    const isRejected = round === this.#round && isRejection(problem);
    if (isRejected && (await isRenewed(this.#options.renewSession))) await this.#ask(round);
    else if (problem) throw problem;
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
 * Carry out `ask`; null when it succeeded.
 *
 * @param {() => Promise<void>} ask
 * @returns {Promise<Problem | null>}
 */
async function problemOf(ask) {
  try {
    await ask();
    return null;
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}

/** @param {Problem | null} problem */
const isRejection = (problem) => problem?.status === UNAUTHORIZED;

/**
 * Renew the session. That nobody could be asked is an outage, not an answer: raises Problem.
 *
 * @param {() => Promise<boolean>} renewSession
 * @returns {Promise<boolean>} whether it helped
 */
async function isRenewed(renewSession) {
  try {
    return await renewSession();
  } catch (error) {
    throw new Problem(0, 'network', String(error));
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
