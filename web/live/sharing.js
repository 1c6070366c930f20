/**
 * One line for all tabs of a user: the tab that leads has it and passes on what comes over it; the others pass on what
 * their own commands brought. Each tab keeps a store of its own, and all stores say the same.
 */

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {import('./line.js').News} News
 * @typedef {News | {type: 'ask'}} Message what tabs tell each other; `ask`: tell me all there is to know
 * @typedef {Pick<import('./line.js').Line, 'start' | 'stop' | 'wake' | 'tick' | 'sync' | 'status'>} SharedLine
 *
 * @typedef {object} SharingOptions
 * @property {import('./store.js').JobsStore} store
 * @property {(onNews: (news: News) => void) => SharedLine} createLine
 * @property {(options: import('./tabs.js').TabsOptions<Message>) => import('./tabs.js').Tabs<Message>} createTabs
 * @property {() => boolean} isInSight whether somebody can see this tab
 */

const SIGNED_OUT = /** @type {const} */ ({ type: 'status', status: 'signed_out', retryAt: null });
const GOODBYE = /** @type {const} */ ({ type: 'status', status: 'left', retryAt: null });
// A hidden leader that lives, polls, or has no network like everybody else need not be relieved.
/** @type {ReadonlySet<import('./line.js').LineStatus>} */
const WELL = new Set(['live', 'polling', 'offline']);

/** This tab's part in it; nothing happens before `join`. */
export class Sharing {
  #store;
  #line;
  #tabs;
  #isInSight;
  /** Whose jobs these are; empty: nobody's. */
  #owner = '';

  /** @param {SharingOptions} options */
  constructor({ store, createLine, createTabs, isInSight }) {
    this.#store = store;
    this.#isInSight = isInSight;
    this.#line = createLine((news) => this.#relay(news));
    this.#tabs = createTabs({
      onLead: () => this.#line.start(),
      onYield: () => this.#follow(),
      onSight: () => this.#ask(),
      onMessage: (message) => this.#hear(message),
      isWell: () => this.#isWell(),
    });
  }

  /** @returns {string} id of the user whose jobs these are, or nothing */
  get owner() {
    return this.#owner;
  }

  /**
   * @param {string} owner
   * @param {string} name of the tabs that share a line
   */
  join(owner, name) {
    this.#owner = owner;
    this.#tabs.join(name);
  }

  leave() {
    this.#owner = '';
    this.#tabs.leave();
  }

  /** Tell the other tabs that the user has signed out. */
  sayGoodbye() {
    this.#tabs.tell(GOODBYE);
  }

  /** @param {JobView} view that an HTTP answer brought, for every tab: the leader has to follow it too */
  adopt(view) {
    if (this.#store.adopt(view)) this.#tabs.tell({ type: 'view', view });
  }

  /** @param {News} news that came over this tab's own line */
  #relay(news) {
    // The others first: what the page makes of the news may be to leave.
    if (this.#tabs.isLeading) this.#tabs.tell(news);
    this.#take(news);
  }

  /** @param {Message} message of another tab */
  #hear(message) {
    if (message.type === 'ask') this.#answer();
    // A leader hears from the server itself; other tabs tell it only what their own commands brought.
    else if (!this.#tabs.isLeading || message.type === 'view' || isGoodbye(message)) this.#take(message);
  }

  /** @param {News} news */
  #take(news) {
    switch (news.type) {
      case 'frame':
        // The cookie may be another user's by now: what comes for that one is not for this page.
        if (news.frame.type === 'welcome' && news.frame.user_id !== this.#owner) return this.#store.setLine(SIGNED_OUT);
        return this.#store.receive(news.frame).forEach((jobId) => this.#askAgain(jobId));
      case 'view':
        return this.#store.adopt(news.view);
      case 'missing':
        return this.#store.forget(news.jobId);
      case 'status':
        return this.#store.setLine(news);
    }
  }

  /** @param {string} jobId of a job of which something was missed */
  #askAgain(jobId) {
    if (this.#tabs.isLeading) this.#line.sync(jobId);
    else this.#ask();
  }

  #follow() {
    this.#line.stop();
    this.#ask();
  }

  #ask() {
    this.#tabs.tell({ type: 'ask' });
  }

  /** Tell a tab that joined, missed something or came into sight all there is to know. */
  #answer() {
    if (!this.#tabs.isLeading) return;
    this.#line.wake();
    this.#tabs.tell({ type: 'frame', frame: this.#store.toFrame() });
    this.#tabs.tell(this.#line.status);
  }

  /** @returns {boolean} whether the other tabs may rely on this one */
  #isWell() {
    // Out of sight timers are slow, messages are not: the tab in sight is this one's clock. Should that not suffice,
    // it takes over.
    this.#line.tick();
    return this.#isInSight() || WELL.has(this.#line.status.status);
  }
}

/** @param {News} news */
const isGoodbye = (news) => news.type === 'status' && news.status === GOODBYE.status;
