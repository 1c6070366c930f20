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

import { newIdempotencyKey, request } from './http.js';
import { Line } from './line.js';
import { createBrowserMemory } from './memory.js';
import { JobsStore } from './store.js';
import { Tabs } from './tabs.js';
import { SUBPROTOCOL } from './wire.js';

export { Problem, request } from './http.js';
export { isActive } from './view.js';

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {import('./line.js').News} News
 * @typedef {{interview_id: string, comment?: string, count?: number}} QuestionOrder
 * @typedef {{question_id: string, comment?: string}} AnswerOrder
 *
 * @typedef {object} LiveJobsOptions
 * @property {string} [url] of the API's host, empty for the page's own
 * @property {() => Promise<boolean>} [renewSession] called when the server rejects the session; whether it helped
 * @property {import('./memory.js').Memory} [memory] where active jobs are remembered between visits
 */

/** @typedef {ReturnType<typeof createLiveJobs>} LiveJobs */

const SIGNED_OUT = /** @type {const} */ ({ type: 'status', status: 'signed_out', retryAt: null });
const GOODBYE = /** @type {const} */ ({ type: 'status', status: 'left', retryAt: null });
/** @param {News} news */
const isGoodbye = (news) => news.type === 'status' && news.status === GOODBYE.status;
// A hidden leader that lives, polls, or has no network like everybody else need not be relieved.
/** @type {ReadonlySet<import('./line.js').LineStatus>} */
const WELL = new Set(['live', 'polling', 'offline']);

/**
 * Create the store of live jobs; nothing is sent before `connect`.
 *
 * @param {LiveJobsOptions} [options]
 */
export function createLiveJobs({ url = '', renewSession = async () => false, memory = createBrowserMemory() } = {}) {
  /** Whose jobs these are; empty: nobody's. */
  let owner = '';
  const store = new JobsStore({ memory, now: () => performance.now(), wallClock: () => Date.now() });
  const line = new Line({ url, known: store.known, renewSession, onNews: relay });
  const tabs = /** @type {Tabs<News | {type: 'ask'}>} */ (
    new Tabs({
      onLead: () => line.start(),
      onYield() {
        line.stop();
        tabs.tell({ type: 'ask' });
      },
      onSight: () => tabs.tell({ type: 'ask' }),
      onMessage: hear,
      isWell() {
        // Out of sight timers are slow, messages are not: the tab in sight is this one's clock. Should that not
        // suffice, it takes over.
        line.tick();
        return document.visibilityState === 'visible' || WELL.has(line.status.status);
      },
    })
  );

  /** @param {News} news that came over this tab's own line */
  function relay(news) {
    // The others first: what the page makes of the news may be to leave.
    if (tabs.isLeading) tabs.tell(news);
    take(news);
  }

  /** @param {News} news */
  function take(news) {
    switch (news.type) {
      case 'frame':
        // The cookie may be another user's by now: what comes for that one is not for this page.
        if (news.frame.type === 'welcome' && news.frame.user_id !== owner) return store.setLine(SIGNED_OUT);
        return store.receive(news.frame).forEach(askAgain);
      case 'view':
        return store.adopt(news.view);
      case 'missing':
        return store.forget(news.jobId);
      case 'status':
        return store.setLine(news);
    }
  }

  /** @param {string} jobId of a job of which something was missed */
  function askAgain(jobId) {
    if (tabs.isLeading) line.sync(jobId);
    else tabs.tell({ type: 'ask' });
  }

  /** @param {News | {type: 'ask'}} message of another tab */
  function hear(message) {
    if (message.type === 'ask') answer();
    // A leader hears from the server itself; other tabs tell it only what their own commands brought.
    else if (!tabs.isLeading || message.type === 'view' || isGoodbye(message)) take(message);
  }

  /** Tell a tab that joined, missed something or came into sight all there is to know. */
  function answer() {
    if (!tabs.isLeading) return;
    line.wake();
    tabs.tell({ type: 'frame', frame: store.toFrame() });
    tabs.tell(line.status);
  }

  /**
   * @param {string} path
   * @param {{body?: unknown, headers?: Record<string, string>}} [options]
   * @returns {Promise<JobView>} as the server holds it; raises Problem
   */
  async function command(path, options) {
    const sender = owner;
    const { body } = await request('POST', url + path, options);
    if (sender !== owner) return body;
    tabs.tell({ type: 'view', view: body });
    store.adopt(body);
    return body;
  }

  /**
   * @param {string} path
   * @param {QuestionOrder | AnswerOrder} order
   */
  const submit = (path, order) => command(path, { body: order, headers: { 'Idempotency-Key': newIdempotencyKey() } });

  /** Close the connection and forget every job. */
  function disconnect() {
    owner = '';
    tabs.leave();
    store.clear();
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    onChange: store.onChange,
    adopt: store.adopt,
    elapsedSeconds: store.elapsedSeconds,
    serverNow: store.serverNow,

    /**
     * Follow the jobs of whoever is signed in. Tabs of one user share one connection, if they say who it is.
     *
     * @param {string} userId
     */
    connect(userId) {
      owner = userId;
      tabs.join([SUBPROTOCOL, url, userId].join(' '));
    },

    disconnect,

    /** The user has signed out: the other tabs are to know, their status is `left`. Then as `disconnect`. */
    signOut() {
      tabs.tell(GOODBYE);
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
