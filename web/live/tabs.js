/**
 * Which of a browser's tabs speaks to the server, and how the tabs speak to each other. The tab that holds a Web Lock
 * leads; the browser hands the lock on when that tab closes or crashes. A tab in sight asks its leader every second
 * whether it is well, and takes the lock from one that does not answer. Knows nothing of jobs.
 */

// Asked at one look and without an answer at the next: a lost leader is replaced within two seconds.
const LOOK_MS = 1_000;

/**
 * The parts of the browser that this needs. Where `locks` or `BroadcastChannel` is missing, every tab leads itself.
 *
 * @typedef {object} Platform
 * @property {Pick<LockManager, 'request'>} [locks]
 * @property {typeof BroadcastChannel} [BroadcastChannel]
 * @property {EventTarget} window
 * @property {EventTarget & {readonly visibilityState: string}} document
 */

/**
 * @template Message
 * @typedef {object} TabsOptions
 * @property {() => void} onLead called when this tab is to speak to the server
 * @property {() => void} onYield called when it is not, or no longer; if it has joined others, it may ask them now
 * @property {() => void} onSight called when the reader comes back to a tab that follows
 * @property {(message: Message) => void} onMessage of another tab
 * @property {() => boolean} isWell asked of the leader: whether a tab in sight may rely on it
 */

/**
 * This tab among the tabs of its browser; it is alone until `join`.
 *
 * @template {{type: string}} Message what tabs tell each other; must survive a structured clone
 */
export class Tabs {
  /** @type {TabsOptions<Message>} */
  #options;
  /** @type {Platform} */
  #platform;
  #name = '';
  #isLeading = false;
  #isUnanswered = false;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** Aborted to stop listening to the page. */
  #membership = new AbortController();
  /** Aborted to give up the lock, or the wait for it. */
  #candidacy = new AbortController();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {TabsOptions<Message>} options
   * @param {Platform} [platform]
   */
  constructor(options, platform = browserPlatform()) {
    this.#options = options;
    this.#platform = platform;
  }

  /** @returns {boolean} whether this tab is the one to speak to the server */
  get isLeading() {
    return this.#isLeading;
  }

  /**
   * Join the tabs that chose the same name; to join again changes nothing.
   *
   * @param {string} name
   */
  join(name) {
    if (name === this.#name) return;
    this.leave();
    this.#name = name;
    const { window, document } = this.#platform;
    const { signal } = (this.#membership = new AbortController());
    // A page that is kept frozen, or for the back button, would hold the lock and do nothing for the others.
    window.addEventListener('pagehide', () => this.#exit(), { signal });
    document.addEventListener('freeze', () => this.#exit(), { signal });
    window.addEventListener('pageshow', () => this.#enter(), { signal });
    document.addEventListener('resume', () => this.#enter(), { signal });
    document.addEventListener('visibilitychange', () => this.#turn(), { signal });
    this.#enter();
  }

  /** Leave the others; the next in line leads. */
  leave() {
    this.#name = '';
    this.#membership.abort();
    this.#exit();
  }

  /** @param {Message} message for every other tab */
  tell(message) {
    this.#channel?.postMessage(message);
  }

  #enter() {
    const { locks, BroadcastChannel } = this.#platform;
    if (this.#channel) return;
    if (BroadcastChannel) {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    }
    if (!locks || !BroadcastChannel) return this.#lead();
    this.#lookEverySecond();
    void this.#stand(locks);
    this.#options.onYield();
  }

  #exit() {
    clearInterval(this.#timer);
    this.#candidacy.abort();
    this.#channel?.close();
    this.#channel = null;
    this.#yield();
  }

  /**
   * Wait for the lock, or steal it, and lead for as long as it is held.
   *
   * @param {Pick<LockManager, 'request'>} locks
   * @param {{steal?: boolean}} [options]
   */
  async #stand(locks, { steal } = {}) {
    this.#candidacy.abort();
    const { signal } = (this.#candidacy = new AbortController());
    const hold = () => new Promise((release) => this.#hold(signal, () => release(undefined)));
    try {
      await locks.request(this.#name, steal ? { steal } : { signal }, hold);
    } catch (error) {
      // An AbortError: we gave up ourselves, or another tab has stolen the lock. Anything else: there are no locks here.
      if (signal.aborted) return;
      if (!(error instanceof DOMException && error.name === 'AbortError')) return this.#lead();
    }
    if (signal.aborted) return;
    this.#yield();
    void this.#stand(locks);
  }

  /**
   * @param {AbortSignal} signal
   * @param {() => void} release
   */
  #hold(signal, release) {
    if (signal.aborted) return release();
    signal.addEventListener('abort', release);
    this.#lead();
  }

  #lead() {
    if (this.#isLeading) return;
    this.#isLeading = true;
    this.#options.onLead();
  }

  #yield() {
    if (!this.#isLeading) return;
    this.#isLeading = false;
    this.#options.onYield();
  }

  /** @param {Message | {type: 'probe' | 'here'}} message */
  #hear(message) {
    if (message.type === 'here') this.#isUnanswered = false;
    else if (message.type !== 'probe') this.#options.onMessage(/** @type {Message} */ (message));
    else if (this.#isLeading && this.#options.isWell()) this.#channel?.postMessage({ type: 'here' });
  }

  #turn() {
    const isInSight = this.#platform.document.visibilityState === 'visible';
    if (isInSight && !this.#isLeading) this.#options.onSight();
    // A second from now at the soonest: an answer takes its time too.
    this.#lookEverySecond();
    this.#isUnanswered = false;
    this.#look();
  }

  #lookEverySecond() {
    clearInterval(this.#timer);
    if (this.#platform.locks) this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Ask the leader, or take its place when it has not answered. Out of sight it may be as slow as it likes. */
  #look() {
    const { locks, document } = this.#platform;
    const isWatching = !this.#isLeading && document.visibilityState === 'visible';
    if (isWatching && this.#isUnanswered && locks) void this.#stand(locks, { steal: true });
    this.#isUnanswered = isWatching && !this.#isUnanswered;
    if (this.#isUnanswered) this.#channel?.postMessage({ type: 'probe' });
  }
}

/** @returns {Platform} of a page; without a page (rendering on a server) nobody may `join` */
function browserPlatform() {
  const { navigator, BroadcastChannel, window, document } = globalThis;
  return { locks: navigator?.locks, BroadcastChannel, window, document };
}
