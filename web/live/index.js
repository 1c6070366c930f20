/**
 * Live jobs for any page: one store that follows every generation of the signed-in user.
 *
 *     const jobs = createLiveJobs();
 *     jobs.subscribe(() => draw(jobs.getSnapshot()));
 *     jobs.connect(userId);
 *     await jobs.start({ interview_id, count: 10 });
 *
 * `subscribe` and `getSnapshot` fit React's useSyncExternalStore as they are; README.md beside this file shows it.
 */

import { newIdempotencyKey, requestTo } from './http.js';
import { Line } from './line.js';
import { createBrowserMemory } from './memory.js';
import { Sharing } from './sharing.js';
import { JobsStore } from './store.js';
import { Tabs } from './tabs.js';
import { SUBPROTOCOL } from './wire.js';

export { Problem, request } from './http.js';
export { createPageMemory } from './memory.js';
export { isActive } from './view.js';

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {{interview_id: string, comment?: string, count?: number}} QuestionOrder
 * @typedef {{question_id: string, comment?: string}} AnswerOrder
 *
 * @typedef {object} LiveJobsOptions
 * @property {string} [url] of the API, as `https://host/base`; empty for the page's own host
 * @property {() => string | null} [token] asked for at each use: says who this is where no cookie does, on another host
 * @property {() => Promise<boolean>} [renewSession] called when the server rejects the session; whether it helped
 * @property {import('./memory.js').Memory} [memory] where active jobs are remembered between visits; the browser's storage
 */

/** @typedef {ReturnType<typeof createLiveJobs>} LiveJobs */

/**
 * Create the store of live jobs; nothing is sent before `connect`.
 *
 * @param {LiveJobsOptions} [options]
 */
export function createLiveJobs({
  url = '',
  token = () => null,
  renewSession = async () => false,
  memory = createBrowserMemory(),
} = {}) {
  const request = requestTo(url, token);
  const store = new JobsStore({ memory, now: () => performance.now(), wallClock: () => Date.now() });
  const sharing = new Sharing({
    store,
    createLine: (onNews) => new Line({ url, request, token, known: store.known, renewSession, onNews }),
    createTabs: (options) => new Tabs(options),
    isInSight: () => document.visibilityState === 'visible',
  });
  /** @param {JobView} view that an HTTP answer brought */
  const adopt = (view) => sharing.adopt(view);

  /**
   * @param {string} path
   * @param {{body?: unknown, headers?: Record<string, string>}} [options]
   * @returns {Promise<JobView>} as the server holds it; raises Problem
   */
  async function command(path, options) {
    const sender = sharing.owner;
    const { body } = await request('POST', path, options);
    if (sender === sharing.owner) adopt(body);
    return body;
  }

  /**
   * @param {string} path
   * @param {QuestionOrder | AnswerOrder} order
   */
  const submit = (path, order) => command(path, { body: order, headers: { 'Idempotency-Key': newIdempotencyKey() } });

  /** Close the connection and forget every job. */
  function disconnect() {
    sharing.leave();
    store.clear();
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    onChange: store.onChange,
    adopt,
    elapsedSeconds: store.elapsedSeconds,
    serverNow: store.serverNow,

    /**
     * Follow the jobs of whoever is signed in. Tabs of one user share one connection, if they say who it is.
     *
     * @param {string} userId
     */
    connect(userId) {
      sharing.join(userId, [SUBPROTOCOL, url, userId].join(' '));
    },

    disconnect,

    /** The user has signed out: the other tabs are to know, their status is `left`. Then as `disconnect`. */
    signOut() {
      sharing.sayGoodbye();
      disconnect();
    },

    /**
     * Queue a set of questions. Raises Problem: `generation_active` carries the active job in `body.job`.
     *
     * @param {QuestionOrder} order
     */
    start: (order) => submit('/api/ai/question', order),

    /**
     * Queue an answer to a question of a finished set; as `start`.
     *
     * @param {AnswerOrder} order
     */
    startAnswer: (order) => submit('/api/ai/answer', order),

    /** @param {string} jobId of an active job; what it has written stays */
    cancel: (jobId) => command(`/api/jobs/${jobId}/cancel`),

    /** @param {string} jobId of a failed or cancelled job: its work becomes a new job */
    retry: (jobId) => command(`/api/jobs/${jobId}/retry`),
  };
}
