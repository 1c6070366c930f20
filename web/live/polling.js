/**
 * The HTTP fallback: asks for the active jobs, and only for those, while the socket cannot be had.
 * Each question waits at the server until there is news (`Prefer: wait`), so this is slow only to begin.
 */

import { Problem, request } from './http.js';

// Below the 30 s at which common proxies give up.
const WAIT_SECONDS = 25;
const DEADLINE_MS = (WAIT_SECONDS + 10) * 1000;
// After an answer without news, and after a failure.
const PAUSE_MS = 1_000;
const FAILURE_PAUSE_MS = 5_000;

/**
 * @typedef {import('./wire.js').JobView} JobView
 *
 * @typedef {object} PollerOptions
 * @property {string} url of the API's host, empty for the page's own
 * @property {() => readonly string[]} known ids of the jobs believed active
 * @property {(view: JobView) => void} onView
 * @property {(jobId: string) => void} onMissing
 * @property {(isWorking: boolean) => void} onWorking whether answers come
 */

/**
 * Create the poller; it rests until `set(true)`.
 *
 * @param {PollerOptions} options
 */
export function createPoller({ url, known, onView, onMissing, onWorking }) {
  /** @type {Record<string, string>} */
  let etags = {};
  let isOn = false;
  // Raised at each start: a loop of an earlier one sees that it is no longer meant.
  let round = 0;

  /** @param {number} mine */
  async function run(mine) {
    let hasAskedForList = false;
    while (isOn && mine === round) {
      const isWorking = await attempt(async () => {
        if (!hasAskedForList) await askForList();
        hasAskedForList = true;
        await Promise.all(known().map(askForJob));
      });
      if (isOn && mine === round) onWorking(isWorking);
      await pause(isWorking ? PAUSE_MS : FAILURE_PAUSE_MS);
    }
  }

  async function askForList() {
    const { body } = await request('GET', `${url}/api/jobs?status=active`);
    body.jobs.forEach(onView);
  }

  /** @param {string} id */
  async function askForJob(id) {
    const etag = etags[id];
    const headers = etag ? { Prefer: `wait=${WAIT_SECONDS}`, 'If-None-Match': etag } : undefined;
    try {
      const { body } = await request('GET', `${url}/api/jobs/${id}`, { headers, deadlineMs: DEADLINE_MS });
      if (!body) return;
      etags[id] = `"${body.position}"`;
      if (isOn) onView(body);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 404) throw problem;
      onMissing(id);
    }
  }

  return {
    /** @param {boolean} isWanted */
    set(isWanted) {
      if (isWanted === isOn) return;
      isOn = isWanted;
      round += 1;
      etags = {};
      if (isOn) void run(round);
    },
  };
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
