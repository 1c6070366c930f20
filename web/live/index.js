/**
 * Live jobs for any page: one store that follows every generation of the signed-in user.
 *
 *     const jobs = createLiveJobs();
 *     jobs.subscribe(() => draw(jobs.getSnapshot()));
 *     jobs.connect();
 *     await jobs.start({ interview_id, count: 10 });
 *
 * `subscribe` and `getSnapshot` fit React's useSyncExternalStore as they are.
 */

import { Client } from './client.js';
import { newIdempotencyKey, request } from './http.js';
import { createBrowserMemory } from './memory.js';
import { Poller } from './polling.js';
import { JobsStore } from './store.js';
import { syncFrame } from './wire.js';

export { Problem, request } from './http.js';
export { isActive } from './view.js';

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {{interview_id: string, comment?: string, count?: number}} QuestionOrder
 * @typedef {{question_id: string, comment?: string}} AnswerOrder
 *
 * @typedef {object} LiveJobsOptions
 * @property {string} [url] of the API's host, empty for the page's own
 * @property {() => Promise<boolean>} [renewSession] called when the server rejects the session; whether it helped
 * @property {import('./memory.js').Memory} [memory] where active jobs are remembered between visits
 */

/** @typedef {ReturnType<typeof createLiveJobs>} LiveJobs */

// One or two failures are a restart or a change of network; from the third on, the socket may be blocked for good.
const POLL_AFTER_FAILURES = 3;

/**
 * Create the store of live jobs; nothing is sent before `connect`.
 *
 * @param {LiveJobsOptions} [options]
 */
export function createLiveJobs({ url = '', renewSession = async () => false, memory = createBrowserMemory() } = {}) {
  const store = new JobsStore({ memory, now: () => performance.now(), wallClock: () => Date.now() });
  let status = store.getSnapshot().status;

  const poller = new Poller({
    url,
    known: store.known,
    onView: store.adopt,
    onMissing: store.forget,
    onWorking: (isWorking) => store.setStatus(isWorking && store.known().length > 0 ? 'polling' : status),
  });

  const client = new Client({
    socketUrl: socketUrl(url),
    known: store.known,
    renewSession,
    onFrame: (frame) => store.receive(frame).forEach((jobId) => client.send(syncFrame(jobId))),
    onStatus(next, failures) {
      const isFallback = next === 'reconnecting' && failures >= POLL_AFTER_FAILURES;
      poller.set(isFallback);
      if (next !== status || !isFallback) store.setStatus((status = next));
    },
  });

  /**
   * @param {string} path
   * @param {{body?: unknown, headers?: Record<string, string>}} [options]
   * @returns {Promise<JobView>} as the server holds it; raises Problem
   */
  async function command(path, options) {
    const { body } = await request('POST', url + path, options);
    store.adopt(body);
    return body;
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    onChange: store.onChange,
    adopt: store.adopt,
    elapsedSeconds: store.elapsedSeconds,
    serverNow: store.serverNow,

    /** Follow the jobs of whoever is signed in. */
    connect: () => client.start(),

    /** Close the connection and forget every job: nobody is signed in. */
    disconnect() {
      client.stop();
      poller.set(false);
      store.clear();
    },

    /**
     * Queue a set of questions. Raises Problem: `generation_active` carries the active job in `body.job`.
     *
     * @param {QuestionOrder} order
     */
    start: (order) => command('/api/ai/question', { body: order, headers: { 'Idempotency-Key': newIdempotencyKey() } }),

    /**
     * Queue an answer to a question of a finished set; as `start`.
     *
     * @param {AnswerOrder} order
     */
    startAnswer: (order) =>
      command('/api/ai/answer', { body: order, headers: { 'Idempotency-Key': newIdempotencyKey() } }),

    /** @param {string} jobId of an active job; what it has written stays */
    cancel: (jobId) => command(`/api/jobs/${jobId}/cancel`),

    /** @param {string} jobId of a failed or cancelled job: its work becomes a new job */
    retry: (jobId) => command(`/api/jobs/${jobId}/retry`),
  };
}

/**
 * @param {string} url
 * @returns {string}
 */
function socketUrl(url) {
  const socket = new URL('/ws', new URL(url || '/', location.href));
  socket.protocol = socket.protocol.replace('http', 'ws');
  return socket.href;
}
