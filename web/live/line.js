/**
 * The line to the server: the socket, and HTTP in its place while the socket cannot be had. Everything that comes over
 * it is one kind of news or another; what is made of it is not known here.
 */

import { Client } from './client.js';
import { Poller } from './polling.js';
import { syncFrame } from './wire.js';

/**
 * @typedef {import('./connection.js').Status | 'polling' | 'left'} LineStatus `left`: signed out in another tab
 *
 * @typedef {{type: 'frame', frame: import('./wire.js').ServerFrame}
 *   | {type: 'view', view: import('./wire.js').JobView}
 *   | {type: 'missing', jobId: string}
 *   | {type: 'status', status: LineStatus, retryAt: number | null}} News `retryAt`: of the next attempt to connect, in
 *   milliseconds since 1970 by this machine's clock
 *
 * @typedef {object} LineOptions
 * @property {string} url of the API, empty for the page's own host
 * @property {typeof import('./http.js').request} request of the API
 * @property {() => string | null} token that says who this is where no cookie does
 * @property {() => readonly string[]} known ids of the jobs believed active
 * @property {() => Promise<boolean>} renewSession called when the server rejects the session; whether it helped
 * @property {(news: News) => void} onNews
 */

// One failure is a restart or a change of network; from the second on, the socket may be blocked for good. Polling that
// was not needed costs a few requests.
const POLL_AFTER_FAILURES = 2;

/** The line; it is dead until `start`. */
export class Line {
  /** @type {LineOptions} */
  #options;
  #client;
  #poller;
  /** What the socket says of itself, and whether HTTP is the way meanwhile. */
  #status = /** @type {import('./connection.js').Status} */ ('idle');
  #retryAt = /** @type {number | null} */ (null);
  #isPolling = false;
  #told = /** @type {News & {type: 'status'}} */ ({ type: 'status', status: 'idle', retryAt: null });

  /** @param {LineOptions} options */
  constructor(options) {
    const { url, request, token, known, renewSession, onNews } = (this.#options = options);
    this.#poller = new Poller({
      request,
      known,
      onView: (view) => onNews({ type: 'view', view }),
      onMissing: (jobId) => onNews({ type: 'missing', jobId }),
      onWorking: (isWorking) => this.#tell({ isPolling: isWorking && known().length > 0 }),
      renewSession,
      onSignedOut: () => this.#client.giveUp(),
    });
    this.#client = new Client({
      socketUrl: () => socketUrl(url),
      token,
      known,
      renewSession,
      onFrame: (frame) => onNews({ type: 'frame', frame }),
      onStatus: (status, failures, retryAt) => this.#hearSocket(status, failures, retryAt),
    });
  }

  /** @returns {News & {type: 'status'}} how the line is */
  get status() {
    const status = this.#isPolling ? 'polling' : this.#status;
    return { type: 'status', status, retryAt: this.#isPolling ? null : this.#retryAt };
  }

  start() {
    this.#client.start();
  }

  stop() {
    this.#client.stop();
  }

  /** Somebody is looking: find out whether the line is alive. */
  wake() {
    this.#client.wake();
  }

  /** Do what is due; called as often as somebody else likes. */
  tick() {
    this.#client.tick();
  }

  /** @param {string} jobId of a job whose view is to be told again */
  sync(jobId) {
    this.#client.send(syncFrame(jobId));
  }

  /**
   * @param {import('./connection.js').Status} status
   * @param {number} failures
   * @param {number | null} retryAt
   */
  #hearSocket(status, failures, retryAt) {
    const isFallback = status === 'reconnecting' && failures >= POLL_AFTER_FAILURES;
    this.#poller.set(isFallback);
    this.#status = status;
    this.#retryAt = retryAt;
    this.#tell({ isPolling: isFallback && this.#isPolling });
  }

  /** @param {{isPolling: boolean}} change */
  #tell({ isPolling }) {
    this.#isPolling = isPolling;
    const { status, retryAt } = this.status;
    if (status === this.#told.status && retryAt === this.#told.retryAt) return;
    this.#told = this.status;
    this.#options.onNews(this.#told);
  }
}

/**
 * @param {string} url
 * @returns {string}
 */
function socketUrl(url) {
  const socket = new URL(`${url}/ws`, location.href);
  socket.protocol = socket.protocol.replace('http', 'ws');
  return socket.href;
}
